"""Rounds: plan, change, open and close, keep what a publisher said."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from chuangwen.fieldwork import framing
from chuangwen.fieldwork.events import RoundClosed
from chuangwen.fieldwork.models import Observation, Round
from chuangwen.kernel import access, audit, events
from chuangwen.kernel.access import Actor
from chuangwen.kernel.chinese import tidy_name
from chuangwen.kernel.errors import Conflict, Refusal
from chuangwen.people.models import Unit
from chuangwen.places.models import Division
from chuangwen.standards.models import Edition


def plan_round(
    actor: Actor,
    *,
    name: str,
    kind: str,
    edition: Edition,
    division: Division | None,
    starts_on: date,
    ends_on: date,
    assessor: Unit | None = None,
    scheme: tuple[str, int] | None = None,
    rerate_share: Decimal | None = None,
    generated: bool = False,
) -> Round:
    """Make a round. ``scheme`` is the code and version of the scheme that is to score it; without ``rerate_share`` the usual one holds.

    Raises Refusal when the name is taken or the days run backwards, Denied outside the own area.
    """
    access.require(actor, "fieldwork.edit_round", division=division)
    _check_area_and_days(actor, division, starts_on, ends_on)
    try:
        with transaction.atomic():
            round = Round.objects.create(
                name=tidy_name(name)[:100],
                kind=kind,
                edition=edition,
                division=division,
                starts_on=starts_on,
                ends_on=ends_on,
                assessor=assessor,
                scheme_code=scheme[0] if scheme else "",
                scheme_version=scheme[1] if scheme else None,
                rerate_share=framing.settings().rerate_share if rerate_share is None else rerate_share,
                generated=generated,
            )
            audit.record(
                actor,
                "fieldwork.edit_round",
                round,
                after={"name": round.name, "kind": kind, "edition": edition.pk, "from": starts_on, "to": ends_on},
            )
    except IntegrityError as taken:
        raise _name_taken() from taken
    return round


def edit_round(
    actor: Actor,
    *,
    round_id: int,
    name: str,
    kind: str,
    edition: Edition,
    division: Division | None,
    starts_on: date,
    ends_on: date,
    assessor: Unit | None = None,
    scheme: tuple[str, int] | None = None,
    rerate_share: Decimal | None = None,
) -> Round:
    """Change what a round is. Without ``rerate_share`` that stays; the edition stays once there are observations.

    Raises Refusal, Conflict (closed), Missing, Denied.
    """
    try:
        with transaction.atomic():
            round = access.fetch(actor, "fieldwork.edit_round", Round, lock=True, pk=round_id)
            if round.state == Round.State.CLOSED:
                raise Conflict(_("The round is closed; open it again to change it."), "rounds.closed")
            if division is None or division.pk != round.division_id:
                access.require(actor, "fieldwork.edit_round", division=division)
            _check_area_and_days(actor, division, starts_on, ends_on)
            if edition.pk != round.edition_id and Observation.objects.filter(round=round).exists():
                text = _("The round has observations by its edition; another edition needs another round.")
                raise Refusal(text, "rounds.edition", fields={"edition": text})
            before = _facts(round)
            round.name, round.kind, round.edition, round.division = tidy_name(name)[:100], kind, edition, division
            round.starts_on, round.ends_on, round.assessor = starts_on, ends_on, assessor
            round.scheme_code, round.scheme_version = scheme or ("", None)
            round.rerate_share = round.rerate_share if rerate_share is None else rerate_share
            after = _facts(round)
            if after != before:
                round.save(update_fields=["name", "kind", "edition", "division", "starts_on", "ends_on", "assessor"] + SCORED)
                audit.record(actor, "fieldwork.edit_round", round, before=before, after=after)
    except IntegrityError as taken:
        raise _name_taken() from taken
    return round


def _facts(round: Round) -> dict[str, Any]:
    return {
        "name": round.name,
        "kind": round.kind,
        "edition": round.edition_id,
        "division": round.division_id,
        "from": round.starts_on,
        "to": round.ends_on,
        "assessor": round.assessor_id,
        "scheme": [round.scheme_code, round.scheme_version] if round.scheme_code else None,
        "rerate_share": str(round.rerate_share.normalize()),
    }


def _check_area_and_days(actor: Actor, division: Division | None, starts_on: date, ends_on: date) -> None:
    if division is None and not any(grant.scope == access.ALL for grant in actor.scopes("fieldwork.edit_round")):
        text = _("Choose the area that the round assesses.")
        raise Refusal(text, "rounds.no_area", fields={"division": text})
    if ends_on < starts_on:
        text = _("The last day lies before the first.")
        raise Refusal(text, "rounds.days", fields={"ends_on": text})


def _name_taken() -> Refusal:
    text = _("There is already a round of this name.")
    return Refusal(text, "rounds.name_taken", fields={"name": text})


SCORED = ["scheme_code", "scheme_version", "rerate_share"]

MOVES_IN_ORDER = (
    (Round.State.PLANNED, Round.State.RUNNING),
    (Round.State.RUNNING, Round.State.CLOSED),
    (Round.State.RUNNING, Round.State.PLANNED),
    (Round.State.CLOSED, Round.State.RUNNING),
)
MOVES = frozenset(MOVES_IN_ORDER)


def move_round(actor: Actor, *, round_id: int, state: str) -> Round:
    """Open, close or reopen a round; a planned one cannot be closed at once."""
    with transaction.atomic():
        round = access.fetch(actor, "fieldwork.edit_round", Round, lock=True, pk=round_id)
        before = round.state
        if before == state:
            return round
        if (before, state) not in MOVES:
            raise Conflict(
                _("A round that is “%(before)s” cannot become “%(after)s”.")
                % {"before": round.get_state_display(), "after": dict(Round.State.choices).get(state, state)},
                "rounds.state",
            )
        round.state = state
        round.save(update_fields=["state"])
        if state == Round.State.CLOSED:
            events.say(RoundClosed(round.pk))
        audit.record(actor, "fieldwork.edit_round", round, before={"state": before}, after={"state": state})
    return round


def set_published(actor: Actor, *, round_id: int, figures: dict | None) -> Round:
    """Keep the figures that a publisher gave for this round, to be shown beside ours: {"index": {...}, "indicators": {...}, ...}."""
    with transaction.atomic():
        round = access.fetch(actor, "fieldwork.edit_round", Round, lock=True, pk=round_id)
        if figures is not None:
            _check_published(figures)
        before, round.published = round.published, figures
        round.save(update_fields=["published"])
        audit.record(actor, "fieldwork.edit_round", round, before={"published": bool(before)}, after={"published": bool(figures)})
    return round


def _check_published(figures: object) -> None:
    wrong = Refusal(
        _("The file of published figures should hold index, indicators, departments or areas, each with possible and got."),
        "rounds.published",
    )
    if not isinstance(figures, dict) or not figures or set(figures) - {"index", "indicators", "departments", "areas", "source"}:
        raise wrong
    groups = [figures[k] for k in ("indicators", "departments", "areas") if k in figures]
    if not all(isinstance(g, dict) for g in groups):
        raise wrong
    for entry in [*([figures["index"]] if "index" in figures else []), *(entry for group in groups for entry in group.values())]:
        if not isinstance(entry, dict) or not all(isinstance(entry.get(k), int | float) for k in ("possible", "got")):
            raise wrong
