"""Drawing closed cases for a silent re-check and sending somebody independent. By a job every week, or by hand."""

import secrets
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from chuangwen.cases.errors import Incomplete
from chuangwen.cases.models import Case, CaseEvent, CaseParty, CasePhoto, Recheck, RecheckDraw, RecheckSettings, Source, State
from chuangwen.cases.rechecks import queries, rules
from chuangwen.cases.rechecks.rules import Answering, Candidate, Signs, Weights
from chuangwen.evidence.models import Doubt
from chuangwen.kernel import access, audit, clock
from chuangwen.kernel.access import Actor
from chuangwen.people.models import Post
from chuangwen.places.models import Division

PAST_DAYS = 365
"""The unit's rebounds of so many days weigh."""
GENUINE = Doubt.Decision.GENUINE


def draw(actor: Actor, *, division: Division | None = None, seed: str = "", share: Decimal | None = None) -> RecheckDraw:
    """Draw a share of the cases closed in the window of the settings in a division (the actor's own where none is given), and assign each to
    somebody independent. ``seed``: to repeat a draw; a fresh one otherwise. ``share``: percent, the settings' where none is given.

    The trail keeps the fingerprint of the draw and how many, never which. Raises Denied, Incomplete (nothing was closed in the window; a
    share that is none).
    """
    access.require(actor, "cases.draw_rechecks", division=division)
    settings = queries.settings()
    part = settings.share if share is None else share
    if not 0 < part <= 100:
        raise Incomplete(_("The share is a percentage above 0 and at most 100."), "cases.recheck_share", field="share")
    with transaction.atomic():
        today, now = clock.today(), clock.now()
        first, last = today - timedelta(days=settings.to_days), today - timedelta(days=settings.from_days)
        place = division or _own_place(actor)
        cases = _closed(place, first, last, now)
        if place is None or not cases:
            raise Incomplete(
                _("Nothing was closed in these days that has not been looked at again already."), "cases.recheck_empty"
            )
        frame = [
            (case.number or "", rules.weight(signs, weights_of(settings))) for case, signs in _with_signs(cases, settings, now)
        ]
        chosen = seed or secrets.token_hex(16)
        drawn = rules.drawn(frame, chosen, part, settings.random_part, settings.at_most)
        by_number = {case.number: case for case in cases}
        accounts = _assign([by_number[number] for number, _how in drawn], [number for number, _how in drawn], chosen)
        made = RecheckDraw.objects.create(
            division=place, seed=chosen, drawn_at=now, account_id=actor.account_id, actor_name=actor.name[:80], closed_from=first,
            closed_to=last, share=part, random_part=settings.random_part, at_most=settings.at_most, frame=[list(row) for row in frame],
            frame_hash=rules.fingerprint(frame, chosen, part, settings.random_part, settings.at_most),
            result=[[number, how, accounts[number]] for number, how in drawn],
        )  # fmt: skip
        weights = dict(frame)
        Recheck.objects.bulk_create(
            Recheck(
                draw=made, case=by_number[number], unit_id=by_number[number].lead_unit_id, how=how, weight=weights[number],
                assigned_to_id=accounts[number], due_on=today + timedelta(days=settings.days_to_visit),
            )
            for number, how in drawn
        )  # fmt: skip
        after = {"division": place.code, "frame": len(frame), "drawn": len(drawn), "fingerprint": made.frame_hash}
        audit.record(actor, "cases.draw_rechecks", made, after=after)
    return made


def repeated(made: RecheckDraw) -> bool:
    """Whether drawing again from what was kept gives the same cases, and what was kept is what the fingerprint says."""
    frame = [(str(number), float(weight)) for number, weight in made.frame]
    again = rules.drawn(frame, made.seed, made.share, made.random_part, made.at_most)
    print_ = rules.fingerprint(frame, made.seed, made.share, made.random_part, made.at_most)
    return print_ == made.frame_hash and again == [(number, how) for number, how, _account in made.result]


def weekly() -> int:
    """The draws of the week, by the system: one in each tree of divisions. How many cases were drawn; none where it is switched off."""
    if not queries.settings().weekly:
        return 0
    count = 0
    for root in Division.objects.filter(depth=1).order_by("path"):
        try:
            count += len(draw(access.SYSTEM, division=root).result)
        except Incomplete as nothing:
            if nothing.code != "cases.recheck_empty":
                raise
    return count


def weights_of(settings: RecheckSettings) -> Weights:
    return Weights(settings.weight_rebounds, settings.weight_doubts, settings.weight_rushed, settings.weight_rework)


def _own_place(actor: Actor) -> Division | None:
    """The division that the actor answers for; the first tree of divisions for whoever answers for everything."""
    paths = sorted({grant.division_path for grant in actor.scopes("cases.draw_rechecks") if grant.division_path}, key=len)
    return Division.objects.filter(path=paths[0]).first() if paths else Division.objects.filter(depth=1).order_by("path").first()


def _closed(place: Division | None, first: date, last: date, now: datetime) -> list[Case]:
    """The frame: closed in the window, not back, not objected to, not re-checked since it was closed. Imported history is left out."""
    if place is None:
        return []
    begin = datetime.combine(first, time(), clock.LOCAL)
    end = datetime.combine(last + timedelta(days=1), time(), clock.LOCAL)
    looked_at = Recheck.objects.exclude(state=Recheck.State.DROPPED).order_by().values("case")
    found = Case.objects.filter(
        Q(rebounded_at__isnull=True) | Q(rebounded_at__gt=now), state=State.CLOSED, closed_at__gte=begin, closed_at__lt=end,
        disputed_at__isnull=True, division__in=Division.subtree_ids(place.path),
    )  # fmt: skip
    found = found.exclude(source=Source.HISTORY).exclude(pk__in=looked_at)
    columns = ("number", "lead_unit", "division", "division__path", "clock_at", "submitted_at", "due_at", "rework", "reported_by")
    return list(found.select_related("division").only(*columns).order_by("pk"))


def _with_signs(cases: list[Case], settings: RecheckSettings, now: datetime) -> Iterable[tuple[Case, Signs]]:
    """Each case with what speaks for a second look. Two queries."""
    units = {case.lead_unit_id for case in cases if case.lead_unit_id is not None}
    closed = Case.objects.filter(
        state=State.CLOSED, lead_unit__in=units, closed_at__gte=now - timedelta(days=PAST_DAYS)
    ).order_by()
    rows = closed.values_list("lead_unit").annotate(n=Count("pk"), back=Count("pk", filter=Q(rebounded_at__isnull=False)))
    # Twenty imagined cases of the general share keep a unit of three cases from weighing as if it had a hundred.
    tallied = list(rows)
    total, back = sum(row[1] for row in tallied), sum(row[2] for row in tallied)
    general = back / total if total else 0.0
    shares = {unit: (again + 20 * general) / (n + 20) for unit, n, again in tallied}
    most = max(shares.values(), default=0.0)
    links = CasePhoto.objects.filter(case__in=[case.pk for case in cases], stage=CasePhoto.Stage.AFTER)
    doubted = set(
        links.filter(photo__in=Doubt.objects.exclude(decision=GENUINE).order_by().values("photo")).values_list(
            "case_id", flat=True
        )
    )
    for case in cases:
        yield (
            case,
            Signs(
                rebounds=shares.get(case.lead_unit_id or 0, 0.0) / most if most else 0.0,
                doubted=case.pk in doubted,
                rushed=rules.rushed(case.clock_at, case.submitted_at, case.due_at, settings.rushed_percent),
                rework=case.rework,
            ),
        )


def _assign(cases: list[Case], order: list[str], seed: str) -> dict[str, int | None]:
    """Who goes to which case."""
    people = candidates()
    load = dict(
        Recheck.objects.filter(state=Recheck.State.PLANNED, assigned_to__isnull=False)
        .order_by()
        .values_list("assigned_to")
        .annotate(n=Count("pk"))
    )
    return rules.assigned(answering(cases), order, people, load, seed)


def answering(cases: Iterable[Case]) -> dict[str, Answering]:
    """By number of the case what decides who may look at it again. Two queries. Wants the division loaded."""
    rows = {case.pk: case for case in cases}
    units: dict[int, set[str]] = defaultdict(set)
    for case_id, path in CaseParty.objects.filter(case__in=rows).values_list("case_id", "unit__path"):
        units[case_id].add(path)
    acted: dict[int, set[int]] = defaultdict(set)
    for case_id, account in (
        CaseEvent.objects.filter(case__in=rows, account__isnull=False).order_by().values_list("case_id", "account")
    ):
        acted[case_id].add(account)
    return {
        case.number or "": Answering(
            case.division.path if case.division else "",
            tuple(sorted(units[key])),
            frozenset(acted[key] | ({case.reported_by_id} if case.reported_by_id else set())),
        )
        for key, case in rows.items()
    }


def candidates() -> list[Candidate]:
    """Everybody whose post in force allows re-checks, with the places that such posts reach and the units of all their posts. Two queries."""
    today = clock.today()
    in_force = Post.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=today), starts_on__lte=today, person__account__is_active=True
    )
    able = in_force.filter(role__grants__verb="cases.recheck", unit__division__isnull=False).order_by("pk")
    places: dict[int, set[str]] = defaultdict(set)
    accounts: dict[int, int] = {}
    for person, account, path in able.values_list("person", "person__account", "unit__division__path"):
        places[person].add(path)
        accounts[person] = account
    units: dict[int, set[str]] = defaultdict(set)
    for person, path in in_force.filter(person__in=list(accounts)).values_list("person", "unit__path"):
        units[person].add(path)
    return [
        Candidate(account, tuple(sorted(places[person])), tuple(sorted(units[person])))
        for person, account in sorted(accounts.items(), key=lambda pair: pair[1])
    ]
