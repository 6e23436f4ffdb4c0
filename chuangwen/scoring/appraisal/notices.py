"""What the life of an appraisal tells: the units that they can see their result and object to it, how they are answered, that it is final, what
follows; the office that a unit objects, the leader what waits for a signature or a decision."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chuangwen.kernel.events import hears
from chuangwen.messaging import recipients
from chuangwen.messaging.actions import Message, tell, tell_many
from chuangwen.messaging.kinds import NORMAL, URGENT, register
from chuangwen.messaging.wording import in_the_towns_language
from chuangwen.scoring.appraisal.events import (
    AppraisalOpened,
    AppraisalPublished,
    AppraisalSettled,
    ConsequenceConfirmed,
    ConsequenceWithdrawn,
    ObjectionAnswered,
    ObjectionRaised,
)
from chuangwen.scoring.appraisal.models import Appraisal, AppraisalObjection, AppraisalRow, Consequence

RESULT = register("scoring.appraisal", gettext_lazy("a result of our appraisal"))
OBJECTION = register("scoring.objection", gettext_lazy("an objection to an appraisal, and its answer"))
WAITS = register("scoring.appraisal_waits", gettext_lazy("an appraisal waits for a signature or a decision"))
FOLLOWS = register("scoring.consequence", gettext_lazy("something follows from our appraisal"), URGENT)


@hears(AppraisalOpened)
@in_the_towns_language
def tell_opened(opened: AppraisalOpened) -> None:
    """The units may look and object."""
    _tell_units(opened.appraisal_id, "opened", _("%(label)s: our result can be seen, and objected to"))


@hears(AppraisalPublished)
@in_the_towns_language
def tell_published(published: AppraisalPublished) -> None:
    """The result is final; the leader hears where something follows that is to be decided."""
    _tell_units(published.appraisal_id, "published", _("%(label)s: the result is published"))
    if Consequence.objects.filter(appraisal=published.appraisal_id, state=Consequence.State.PROPOSED).exists():
        link = f"{reverse('scoring:appraisal-consequences')}?state={Consequence.State.PROPOSED}"
        _tell_leader(published.appraisal_id, "follows", _("%(label)s: decide what follows"), link)


@hears(AppraisalSettled)
@in_the_towns_language
def tell_settled(settled: AppraisalSettled) -> None:
    """The leader: a result is ready to be signed."""
    link = reverse("scoring:appraisal", args=[settled.appraisal_id])
    _tell_leader(settled.appraisal_id, "settled", _("%(label)s: the result waits for your signature"), link)


@hears(ObjectionRaised)
@in_the_towns_language
def tell_raised(raised: ObjectionRaised) -> None:
    """The office: a unit objects, and by when it is to be answered."""
    found = AppraisalObjection.objects.select_related("appraisal__division", "unit").get(pk=raised.objection_id)
    tell(
        Message(
            key=f"scoring.objection:{found.pk}:raised", kind=OBJECTION, text=found.words,
            title=_("%(label)s: %(unit)s objects") % {"label": found.appraisal.label, "unit": found.unit},
            link=reverse("scoring:appraisal-objection", args=[found.pk]), urgency=NORMAL, about=f"scoring.objection:{found.pk}",
            accounts=frozenset(recipients.of_role("clerk", found.appraisal.division)),
        )
    )  # fmt: skip


@hears(ObjectionAnswered)
@in_the_towns_language
def tell_answered(answered: ObjectionAnswered) -> None:
    """The unit: how its objection was answered."""
    found = AppraisalObjection.objects.select_related("appraisal", "unit").get(pk=answered.objection_id)
    people = recipients.of_units([found.unit_id], recipients.RESPONSIBLE).get(found.unit_id, set())
    tell(
        Message(
            key=f"scoring.objection:{found.pk}:answered", kind=OBJECTION, text=found.answer,
            title=_("%(label)s: our objection is answered: %(state)s") % {
                "label": found.appraisal.label, "state": found.get_state_display(),
            },
            link=reverse("scoring:appraisal-objection", args=[found.pk]), about=f"scoring.objection:{found.pk}",
            accounts=frozenset(people), units=frozenset({found.unit_id}),
        )
    )  # fmt: skip


def _tell_leader(appraisal_id: int, step: str, words: str, link: str) -> None:
    found = Appraisal.objects.select_related("division", "scheme").get(pk=appraisal_id)
    tell(
        Message(
            key=f"scoring.appraisal:{found.pk}:{step}", kind=WAITS, title=words % {"label": found.label}, text=found.scheme.name, link=link,
            accounts=frozenset(recipients.of_role("leader", found.division)), urgency=NORMAL, about=f"scoring.appraisal:{found.pk}",
        )
    )  # fmt: skip


def _tell_units(appraisal_id: int, step: str, words: str) -> None:
    rows = list(AppraisalRow.objects.filter(appraisal=appraisal_id).select_related("appraisal__scheme"))
    people = recipients.of_units([row.unit_id for row in rows], recipients.RESPONSIBLE)
    tell_many([
        Message(
            key=f"scoring.appraisal:{appraisal_id}:{step}:{row.unit_id}", kind=RESULT, title=words % {"label": row.appraisal.label},
            text=row.appraisal.scheme.name, link=reverse("scoring:appraisal-row", args=[row.pk]),
            accounts=frozenset(people.get(row.unit_id, ())), about=f"scoring.appraisal:{appraisal_id}", units=frozenset({row.unit_id}),
        )
        for row in rows
    ])  # fmt: skip


@hears(ConsequenceConfirmed)
@in_the_towns_language
def tell_consequence(confirmed: ConsequenceConfirmed) -> None:
    """A leader has confirmed what follows; the unit is told by name of the thing, and where it stands."""
    found = Consequence.objects.select_related("appraisal").get(pk=confirmed.consequence_id)
    _tell_followed(found, "", f"{found.appraisal.label}：{found.words or found.get_kind_display()}", found.grounds)


@hears(ConsequenceWithdrawn)
@in_the_towns_language
def tell_withdrawn(withdrawn: ConsequenceWithdrawn) -> None:
    """The unit: its title stands again as it did."""
    found = Consequence.objects.select_related("appraisal").get(pk=withdrawn.consequence_id)
    title = _("%(label)s: withdrawn: %(what)s") % {"label": found.appraisal.label, "what": found.get_kind_display()}
    _tell_followed(found, ":withdrawn", title, found.note)


def _tell_followed(found: Consequence, step: str, title: str, text: str) -> None:
    row = AppraisalRow.objects.filter(appraisal=found.appraisal, unit=found.unit).values_list("pk", flat=True).first()
    tell(
        Message(
            key=f"scoring.consequence:{found.pk}{step}", kind=FOLLOWS, title=title, text=text,
            link=reverse("scoring:appraisal-row", args=[row]) if row else reverse("scoring:own-appraisals"),
            accounts=frozenset(recipients.of_units([found.unit_id], recipients.RESPONSIBLE).get(found.unit_id, ())),
            about=f"scoring.consequence:{found.pk}", units=frozenset({found.unit_id}),
        )
    )  # fmt: skip
