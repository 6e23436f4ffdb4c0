"""What the life of an appraisal tells the units: that they can see their result and object to it, that it is final, what follows."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chuangwen.kernel.events import hears
from chuangwen.messaging import recipients
from chuangwen.messaging.actions import Message, tell, tell_many
from chuangwen.messaging.kinds import URGENT, register
from chuangwen.messaging.wording import in_the_towns_language
from chuangwen.scoring.appraisal.events import AppraisalOpened, AppraisalPublished, ConsequenceConfirmed
from chuangwen.scoring.appraisal.models import AppraisalRow, Consequence

RESULT = register("scoring.appraisal", gettext_lazy("a result of our appraisal"))
FOLLOWS = register("scoring.consequence", gettext_lazy("something follows from our appraisal"), URGENT)


@hears(AppraisalOpened)
@in_the_towns_language
def tell_opened(opened: AppraisalOpened) -> None:
    """The units may look and object."""
    _tell_units(opened.appraisal_id, "opened", _("%(label)s: our result can be seen, and objected to"))


@hears(AppraisalPublished)
@in_the_towns_language
def tell_published(published: AppraisalPublished) -> None:
    """The result is final."""
    _tell_units(published.appraisal_id, "published", _("%(label)s: the result is published"))


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
    row = AppraisalRow.objects.filter(appraisal=found.appraisal, unit=found.unit).values_list("pk", flat=True).first()
    tell(
        Message(
            key=f"scoring.consequence:{found.pk}", kind=FOLLOWS,
            title=f"{found.appraisal.label}：{found.words or found.get_kind_display()}", text=found.grounds,
            link=reverse("scoring:appraisal-row", args=[row]) if row else reverse("scoring:own-appraisals"),
            accounts=frozenset(recipients.of_units([found.unit_id], recipients.RESPONSIBLE).get(found.unit_id, ())),
            about=f"scoring.consequence:{found.pk}", units=frozenset({found.unit_id}),
        )
    )  # fmt: skip
