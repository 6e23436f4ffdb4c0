"""A contest is planned, called, judged, counted, published. Counting freezes the results; they are shown to everybody once published."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from chuangwen.kernel import access, audit, clock
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Conflict
from chuangwen.kernel.lives import needed, one_of
from chuangwen.people.models import Unit
from chuangwen.places.models import Division
from chuangwen.volunteers.contest import rules
from chuangwen.volunteers.contest.access import HOLD
from chuangwen.volunteers.contest.actions.base import CONTESTS, quiet, refuse
from chuangwen.volunteers.contest.conflicts import conflicts
from chuangwen.volunteers.contest.models import Contest, ContestCriterion, ContestEntry, ContestResult, ContestScore, Juror
from chuangwen.volunteers.contest.rules import ContestStep

EARLIEST, LATEST = date(2000, 1, 1), date(2100, 1, 1)
MOST_CRITERIA = 12
USUAL: tuple[tuple[str, str, int], ...] = (
    ("需求契合", "回应居民真实需求，对象明确", 25), ("实施成效", "有记录、有数据、有居民反馈", 30), ("创新特色", "做法新、有本地特色", 15),
    ("可持续性", "队伍稳定，能长期做下去", 15), ("可推广性", "别的站点学得会、用得上", 15),
)  # fmt: skip
"""Criteria with which a new contest begins: name, what is meant, points."""


@dataclass(frozen=True)
class Said:
    """What a contest is. Numbers of prizes are places."""

    title: str
    starts_on: date
    entries_until: date
    judged_until: date
    rhythm: str = Contest.Rhythm.BIMONTHLY
    terms: str = ""
    method: str = Contest.Method.MEAN
    trim: int = 1
    least_jurors: int = 3
    first: int = 1
    second: int = 2
    third: int = 3


def _facts(said: Said) -> dict[str, Any]:
    if not EARLIEST <= said.starts_on <= said.entries_until <= said.judged_until <= LATEST:
        raise refuse(_("It starts before projects close, and projects close before the jury ends."), "days", "entries_until")
    if not 1 <= said.trim <= 5 or not 1 <= said.least_jurors <= 50 or not 1 <= said.first <= 50 or max(said.second, said.third) > 100:
        raise refuse(_("This number is too large or too small."), "number", "least_jurors")
    if min(said.second, said.third) < 0:
        raise refuse(_("This number is too large or too small."), "number", "second")
    if said.method == rules.TRIMMED and said.least_jurors <= 2 * said.trim:
        words = _("With the highest and the lowest left out at least %(count)d jurors are needed.") % {"count": 2 * said.trim + 1}
        raise refuse(words, "trim", "least_jurors")
    return {
        "title": needed(said.title, "title", _("A contest has a title."), limit=100), "starts_on": said.starts_on,
        "entries_until": said.entries_until, "judged_until": said.judged_until, "rhythm": one_of(said.rhythm, Contest.Rhythm, "rhythm"),
        "terms": said.terms.strip()[:3000], "method": one_of(said.method, Contest.Method, "method"), "trim": said.trim,
        "least_jurors": said.least_jurors, "first": said.first, "second": said.second, "third": said.third,
    }  # fmt: skip


def _criteria(contest: Contest, criteria: Sequence[tuple[str, str, int]]) -> None:
    """Replace the criteria. Raises Refusal; nobody has scored yet while they may be changed."""
    if not 1 <= len(criteria) <= MOST_CRITERIA:
        raise refuse(_("From 1 to %(count)d criteria.") % {"count": MOST_CRITERIA}, "criteria", "criteria")
    names = [needed(name, "criteria", _("A criterion has a name."), limit=40) for name, _about, _most in criteria]
    if len(set(names)) != len(names):
        raise refuse(_("Two criteria bear the same name."), "criteria", "criteria")
    if any(not 1 <= most <= 100 for _name, _about, most in criteria):
        raise refuse(_("A criterion has from 1 to 100 points."), "criteria", "criteria")
    contest.criteria.all().delete()
    ContestCriterion.objects.bulk_create(
        ContestCriterion(contest=contest, name=name, about=about.strip()[:200], most=most, order=order)
        for order, (name, (_name, about, most)) in enumerate(zip(names, criteria, strict=True))
    )


def plan_contest(
    actor: Actor, *, division: Division, unit: Unit, said: Mapping[str, Any], criteria: Sequence[tuple[str, str, int]] = USUAL,
    generated: bool = False, follows: Contest | None = None,
) -> Contest:  # fmt: skip
    """Prepare a contest for the teams of a place; ``said`` are columns of ``Said``, ``follows`` the one out of which it is made.

    Raises Denied, Refusal, Conflict."""
    access.require(actor, HOLD, division=division)
    facts = _facts(Said(**said))
    with transaction.atomic():
        list(Division.objects.select_for_update().filter(pk=division.pk))
        _one_of_a_title(division, facts["title"])
        contest = Contest.objects.create(
            division=division, unit=unit, made_by_id=actor.account_id, generated=generated, follows=follows, **facts
        )
        _criteria(contest, criteria)
        audit.record(actor, HOLD, contest, after={"title": contest.title, "from": contest.starts_on, "to": contest.judged_until})
    return contest


def _one_of_a_title(division: Division, title: str, but: int | None = None) -> None:
    if Contest.objects.filter(division=division, title=title).exclude(pk=but).exists():
        raise Conflict(_("This place has a contest of that title already."), "contest.title", field="title")


def edit_contest(
    actor: Actor, *, contest_id: int, said: Mapping[str, Any], criteria: Sequence[tuple[str, str, int]] | None = None,
    expected: int | None = None,
) -> Contest:  # fmt: skip
    """Change it before it is judged. Raises Denied, Missing, NotNow, Conflict, Refusal."""
    with transaction.atomic():
        contest: Contest = CONTESTS.take(actor, ContestStep.EDIT, contest_id, expected=expected)
        facts = _facts(Said(**said))
        _one_of_a_title(contest.division, facts["title"], contest.pk)
        if criteria is not None:
            if ContestScore.objects.filter(entry__contest=contest).exists():
                raise Conflict(_("Scores have been given by these criteria: they stay."), "contest.scored", field="criteria")
            _criteria(contest, criteria)
        quiet(actor, CONTESTS, ContestStep.EDIT, contest, facts, {"title": facts["title"]})
    return contest


def call_contest(actor: Actor, *, contest_id: int) -> Contest:
    """Teams may enter projects from now on. Raises Denied, Missing, NotNow, Refusal where the days have passed."""
    with transaction.atomic():
        contest: Contest = CONTESTS.take(actor, ContestStep.CALL, contest_id)
        if contest.entries_until < clock.today():
            raise refuse(_("The day until which projects are entered has passed: move it first."), "days")
        quiet(actor, CONTESTS, ContestStep.CALL, contest, {}, {})
    return contest


def close_entries(actor: Actor, *, contest_id: int) -> Contest:
    """The jury begins. Raises Refusal while an entry is undecided, none is admitted, or the jury is too small."""
    with transaction.atomic():
        contest: Contest = CONTESTS.take(actor, ContestStep.CLOSE, contest_id)
        states = list(contest.entries.values_list("state", flat=True))
        if rules.ENTERED in states:
            raise refuse(_("%(count)d projects are not admitted or rejected yet.") % {"count": states.count(rules.ENTERED)}, "undecided")
        if rules.ADMITTED not in states:
            raise refuse(_("No project is admitted."), "no_entries")
        there = contest.jurors.filter(left_on__isnull=True).count()
        if there < contest.least_jurors:
            raise refuse(_("The jury has %(n)d of at least %(least)d jurors.") % {"n": there, "least": contest.least_jurors}, "jury")
        quiet(actor, CONTESTS, ContestStep.CLOSE, contest, {}, {"entries": states.count(rules.ADMITTED), "jurors": there})
    return contest


def reopen_entries(actor: Actor, *, contest_id: int) -> Contest:
    """Back to entering, as long as nobody has scored. Raises Conflict afterwards."""
    with transaction.atomic():
        contest: Contest = CONTESTS.take(actor, ContestStep.REOPEN, contest_id)
        if ContestScore.objects.filter(entry__contest=contest).exists():
            raise Conflict(_("The jury has begun to score."), "contest.scored")
        quiet(actor, CONTESTS, ContestStep.REOPEN, contest, {}, {})
    return contest


def gathered(contest: Contest) -> tuple[dict[int, dict[int, Decimal]], dict[tuple[int, int], str], list[ContestEntry], list[Juror]]:
    """Entry -> juror -> total of those that scored every criterion; conflicts; admitted entries; jurors who are still there. Eight queries."""
    entries = list(
        contest.entries.filter(state=rules.ADMITTED).select_related("team__unit", "team__leader").order_by("number")
    )
    jurors = list(contest.jurors.filter(left_on__isnull=True).select_related("account__person").order_by("pk"))
    against = conflicts(jurors, entries)
    wanted = contest.criteria.count()
    points: dict[int, dict[int, list[Decimal]]] = defaultdict(lambda: defaultdict(list))
    rows = ContestScore.objects.filter(entry__in=entries, juror__in=jurors).order_by("pk").values_list("entry", "juror", "points")
    for entry, juror, given in rows:
        points[entry][juror].append(given)
    totals = {
        entry.pk: {
            juror: sum(given, Decimal(0)) for juror, given in points[entry.pk].items()
            if len(given) == wanted and (juror, entry.pk) not in against
        }
        for entry in entries
    }  # fmt: skip
    return totals, against, entries, jurors


def missing_scores(contest: Contest) -> int:
    """How many scores are still to come: of each juror for each entry with which they have no conflict."""
    totals, against, entries, jurors = gathered(contest)
    return sum(
        (juror.pk, entry.pk) not in against and juror.pk not in totals[entry.pk] for entry in entries for juror in jurors
    )


def count_contest(actor: Actor, *, contest_id: int, incomplete: bool = False) -> Contest:
    """Count and freeze. Scores of jurors with a conflict, or who left, are left out. ``incomplete``: although scores are missing.

    Raises Denied, Missing, NotNow, Refusal (scores are missing)."""
    with transaction.atomic():
        contest: Contest = CONTESTS.take(actor, ContestStep.COUNT, contest_id)
        totals, against, entries, jurors = gathered(contest)
        lacking = sum((j.pk, e.pk) not in against and j.pk not in totals[e.pk] for e in entries for j in jurors)
        if lacking and not incomplete:
            raise refuse(_("%(count)d scores are missing. Count without them, or wait.") % {"count": lacking}, "missing", "incomplete")
        counted = rules.ranked(
            {
                entry.pk: rules.total_of(
                    list(totals[entry.pk].values()), method=contest.method, trim=contest.trim, least=contest.least_jurors
                )
                for entry in entries
            },
            [("first", contest.first), ("second", contest.second), ("third", contest.third)],
        )
        ContestResult.objects.filter(entry__contest=contest).delete()
        ContestResult.objects.bulk_create(
            ContestResult(
                entry=entry, total=rules.shown(one.total), rank=one.rank, tied=one.tied, prize=one.prize, jurors=len(totals[entry.pk]),
                told={
                    "kept": [str(total) for total in one.kept], "left_out": [str(total) for total in one.left_out],
                    "conflicts": sum((juror.pk, entry.pk) in against for juror in jurors),
                    "missing": sum((juror.pk, entry.pk) not in against and juror.pk not in totals[entry.pk] for juror in jurors),
                    "exact": f"{one.total.numerator}/{one.total.denominator}" if one.total is not None else "",
                },
            )
            for entry in entries
            for one in [counted[entry.pk]]
        )  # fmt: skip
        told = {"entries": len(entries), "missing": lacking, "conflicts": len(against)}
        quiet(actor, CONTESTS, ContestStep.COUNT, contest, {"counted_at": clock.now(), "reason": ""}, told)
    return contest


def count_again(actor: Actor, *, contest_id: int, reason: str) -> Contest:
    """Back to the jury before anything is published, with the reason; the results that were counted are thrown away, the trail keeps them."""
    with transaction.atomic():
        contest: Contest = CONTESTS.take(actor, ContestStep.BACK, contest_id)
        words = needed(reason, "reason", _("Say why."), limit=300)
        rows = ContestResult.objects.filter(entry__contest=contest)
        was = [[entry, str(total), rank] for entry, total, rank in rows.values_list("entry", "total", "rank")]
        rows.delete()
        changes = {"counted_at": None, "reason": words}
        CONTESTS.write(actor, ContestStep.BACK, contest, None, changes, told={"reason": words}, known={"results": was})
    return contest


def publish_contest(actor: Actor, *, contest_id: int, verdict: str, reasons: Mapping[int, str] | None = None) -> Contest:
    """Everybody sees the results from now on: with a verdict, and a word on every project with a prize (``reasons`` by entry).

    Raises Denied, Missing, NotNow, Refusal where a prize has no word."""
    with transaction.atomic():
        contest: Contest = CONTESTS.take(actor, ContestStep.PUBLISH, contest_id)
        words = needed(verdict, "verdict", _("Say in a sentence what the jury found."), limit=500)
        rows = list(ContestResult.objects.filter(entry__contest=contest).select_related("entry"))
        for row in rows:
            row.words = (reasons or {}).get(row.entry_id, "").strip()[:300]
            if row.prize and not row.words:
                raise refuse(_("Say why “%(project)s” gets its prize.") % {"project": row.entry}, "reason", f"reason_{row.entry_id}")
        ContestResult.objects.bulk_update(rows, ["words"])
        changes = {"published_at": clock.now(), "verdict": words}
        told = {"results": [[row.entry_id, str(row.total), row.rank, row.prize] for row in rows]}
        quiet(actor, CONTESTS, ContestStep.PUBLISH, contest, changes, told)
    return contest


def call_off_contest(actor: Actor, *, contest_id: int, reason: str) -> Contest:
    """It does not take place, and why. What was published stays. Raises Denied, Missing, NotNow, Refusal."""
    with transaction.atomic():
        contest: Contest = CONTESTS.take(actor, ContestStep.CALL_OFF, contest_id)
        words = needed(reason, "reason", _("Say why."), limit=300)
        quiet(actor, CONTESTS, ContestStep.CALL_OFF, contest, {"reason": words}, {"reason": words})
    return contest
