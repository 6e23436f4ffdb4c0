"""What is handed in as evidence: after photos are looked at when they come, and a doubt about them is decided before anybody passes the work."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chuangwen.cases.actions.base import check_photos
from chuangwen.cases.models import Case, CaseEvent, CasePhoto, Verb
from chuangwen.evidence import queries
from chuangwen.evidence.actions import examine
from chuangwen.evidence.models import Doubt, Examination
from chuangwen.kernel import access
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Conflict

SUBJECT = "cases.case"


class InDoubt(Conflict):
    """The photos of a submission are not clear yet, or one was found not acceptable."""

    code = "cases.photos_in_doubt"


def hand_in(
    actor: Actor,
    case: Case,
    after_photos: Sequence[int],
    *,
    before_photos: Sequence[int] = (),
    not_before: datetime | None,
    now: datetime,
) -> None:
    """Have after photos compared with all earlier ones and with how the case looked before (``before_photos`` and those it has): at its point,
    from ``not_before`` to now. Raises Incomplete for photos that are not the actor's."""
    if not after_photos:
        return
    check_photos(actor, [*after_photos, *before_photos])
    known = CasePhoto.objects.filter(case=case, stage=CasePhoto.Stage.BEFORE).order_by("pk").values_list("photo_id", flat=True)
    before = [*before_photos, *known]
    examine(
        actor if actor.may("evidence.examine") else access.SYSTEM, after_photos, before_ids=before, lat=case.lat, lon=case.lon,
        not_before=not_before, not_after=now, unit_id=case.handling_unit_id or case.lead_unit_id, division_id=case.division_id,
        about=f"{SUBJECT}:{case.pk}",
    )  # fmt: skip


def handed_in(case: Case) -> list[int]:
    """The after photos that came with the last answer. One query."""
    answers = CaseEvent.objects.filter(case=case, verb__in=(Verb.SUBMIT, Verb.SOLVE_ON_SPOT)).order_by("-pk")
    links = CasePhoto.objects.filter(case=case, stage=CasePhoto.Stage.AFTER, event__in=answers.values("pk")[:1])
    return list(links.order_by("pk").values_list("photo_id", flat=True))


def check_clear(case: Case) -> None:
    """Raise InDoubt while photos of the submission are being compared, while a doubt is undecided, and where one was found not acceptable.
    At most five queries."""
    photos = handed_in(case)
    if not photos:
        return
    if Examination.objects.filter(photo__in=photos, state=Examination.State.WAITING).exists():
        raise InDoubt(
            _("The photos are still being compared with the earlier ones. Try again in a moment."), "cases.photos_compared"
        )
    if Doubt.objects.filter(photo__in=photos, decision=Doubt.Decision.NOT_ACCEPTABLE).exists():
        raise InDoubt(_("A photo was found not acceptable: send the case back."), "cases.photo_not_acceptable")
    undecided = queries.undecided(photos)
    if undecided:
        raise InDoubt(
            ngettext(
                "There is a doubt about the photos that nobody has decided: look at it on the page of the case first.",
                "There are %(count)d doubts about the photos that nobody has decided: look at them on the page of the case first.",
                undecided,
            )
            % {"count": undecided},
            "cases.doubts_undecided",
        )


def why_not_acceptable(case: Case) -> str:
    """The reasons for which photos of the submission were found not acceptable, for sending it back; empty for none. Two queries."""
    notes = Doubt.objects.filter(photo__in=handed_in(case), decision=Doubt.Decision.NOT_ACCEPTABLE).order_by("pk")
    return "；".join(dict.fromkeys(filter(None, notes.values_list("note", flat=True))))
