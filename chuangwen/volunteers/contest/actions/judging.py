"""The jury: who is on it, with which projects somebody has a conflict, and what each gives. Whoever has a conflict cannot score."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from chuangwen.kernel import access, audit, clock
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Conflict, Denied, Missing
from chuangwen.kernel.lives import needed
from chuangwen.people.models import Account, Unit
from chuangwen.volunteers.contest import rules
from chuangwen.volunteers.contest.access import HOLD, JUDGE
from chuangwen.volunteers.contest.actions.base import CONTESTS, open_contest, quiet, refuse
from chuangwen.volunteers.contest.conflicts import conflict_of
from chuangwen.volunteers.contest.models import Contest, ContestEntry, ContestScore, Juror, JurorConflict
from chuangwen.volunteers.contest.rules import ContestStep

MOST_JURORS = 50


def add_juror(actor: Actor, *, contest_id: int, username: str, unit: Unit | None = None) -> Juror:
    """Somebody with an account joins the jury, or comes back to it. Raises Denied, Missing, NotNow, Refusal."""
    with transaction.atomic():
        contest: Contest = CONTESTS.take(actor, ContestStep.JURY, contest_id)
        account = Account.objects.filter(username=username.strip().replace("\x00", ""), is_active=True).first()
        if account is None or account.person_id is None:
            raise refuse(_("There is no account of a person with this name."), "juror", "username")
        if contest.jurors.filter(left_on__isnull=True).count() >= MOST_JURORS:
            raise refuse(_("At most %(count)d jurors.") % {"count": MOST_JURORS}, "jurors", "username")
        row, made = Juror.objects.get_or_create(contest=contest, account=account, defaults={"unit": unit})
        if not made:
            row.unit, row.left_on = unit, None
            row.save(update_fields=["unit", "left_on"])
        quiet(actor, CONTESTS, ContestStep.JURY, contest, {}, {"juror": account.pk, "unit": unit.pk if unit else None})
    return row


def remove_juror(actor: Actor, *, juror_id: int) -> Juror:
    """A juror leaves; what they gave is kept and no longer counted. Raises Denied, Missing, NotNow."""
    with transaction.atomic():
        access.require(actor, HOLD)
        row = Juror.objects.select_related("account").filter(pk=juror_id).first()
        if row is None:
            raise Missing(_("There is no such record, or it is not in your area."))
        contest: Contest = CONTESTS.take(actor, ContestStep.JURY, row.contest_id)
        row.left_on = clock.today()
        row.save(update_fields=["left_on"])
        quiet(actor, CONTESTS, ContestStep.JURY, contest, {}, {"juror_left": row.account_id})
    return row


def declare_conflict(actor: Actor, *, entry_pk: int, reason: str, juror_id: int | None = None) -> JurorConflict:
    """A juror says that they are related to a project, or the office says it of one (``juror_id``): it is not scored by them any more.

    Raises Denied, Missing, Refusal, Conflict once it is counted."""
    with transaction.atomic():
        verb = JUDGE if juror_id is None else HOLD
        access.require(actor, verb)
        entry = ContestEntry.objects.filter(pk=entry_pk).first()
        if entry is None:
            raise Missing(_("There is no such record, or it is not in your area."))
        who = {"account": actor.account_id} if juror_id is None else {"pk": juror_id}
        juror = access.fetch(actor, verb, Juror, contest=entry.contest_id, left_on__isnull=True, **who)
        open_contest(entry.contest_id, rules.OPEN, rules.JUDGING)
        words = needed(reason, "reason", _("Say what relation there is."), limit=200)
        row, _made = JurorConflict.objects.update_or_create(
            juror=juror, entry=entry, defaults={"reason": words, "declared_at": clock.now(), "declared_by_id": actor.account_id}
        )
        audit.record(actor, verb, entry, after={"juror": juror.pk, "conflict": words})
    return row


def score_entry(actor: Actor, *, entry_pk: int, points: Mapping[int, Decimal]) -> list[ContestScore]:
    """The juror's points on every criterion (by its key), from nought to its most in halves; given again they replace the old ones.

    Raises Denied (no juror, or a conflict of interest), Missing, Conflict (not being judged), Refusal (a criterion is missing)."""
    with transaction.atomic():
        access.require(actor, JUDGE)
        entry = ContestEntry.objects.select_related("team__unit", "team__leader").filter(pk=entry_pk).first()
        if entry is None:
            raise Missing(_("There is no such record, or it is not in your area."))
        rows = Juror.objects.select_related("account__person")
        juror = access.fetch(actor, JUDGE, rows, lock=True, contest=entry.contest_id, account=actor.account_id, left_on__isnull=True)
        contest = open_contest(entry.contest_id, rules.JUDGING)
        if entry.state != rules.ADMITTED:
            raise Conflict(_("This project does not take part."), "contest.not_admitted")
        if why := conflict_of(juror, entry):
            raise Denied(_("You do not score this project: %(why)s.") % {"why": why}, "contest.conflict")
        criteria = list(contest.criteria.all())
        for criterion in criteria:
            given = points.get(criterion.pk)
            if given is None or not rules.is_score(given, criterion.most):
                words = _("“%(name)s” has from 0 to %(most)d points, in halves.") % {"name": criterion, "most": criterion.most}
                raise refuse(words, "points", f"criterion_{criterion.pk}")
        if unknown := set(points) - {criterion.pk for criterion in criteria}:
            raise refuse(_("%(count)d criteria do not belong to this contest.") % {"count": len(unknown)}, "criteria")
        ContestScore.objects.filter(juror=juror, entry=entry).delete()
        made = ContestScore.objects.bulk_create(
            ContestScore(juror=juror, entry=entry, criterion=criterion, points=points[criterion.pk], at=clock.now()) for criterion in criteria
        )
        total = str(sum((points[criterion.pk] for criterion in criteria), Decimal(0)))
        audit.record(actor, JUDGE, entry, after={"juror": juror.pk, "total": total})
    return made
