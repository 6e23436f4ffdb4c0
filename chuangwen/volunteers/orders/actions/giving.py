"""An order goes to a team: asked, offered openly, or ordered to; passed on in time; taken back."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from chuangwen.kernel import access, clock
from chuangwen.kernel.access import SYSTEM, Actor
from chuangwen.kernel.lives import needed
from chuangwen.volunteers.corps.models import Team
from chuangwen.volunteers.orders import matching, pairing, states
from chuangwen.volunteers.orders.actions.base import (
    ASKED,
    LIFE,
    OPENED,
    due_in,
    end_ask,
    leader_account,
    refuse,
    rules_row,
    tell_desk,
    tell_leaders,
)
from chuangwen.volunteers.orders.models import OrderAsk, ServiceItem, ServiceOrder
from chuangwen.volunteers.orders.states import Step
from chuangwen.volunteers.presence.models import Presence, Source

TOLD = 20
"""So many leaders hear of an open offer: the nearest."""


def _team(order: ServiceOrder, serving_team_id: int) -> Team:
    """A team at work in the county of the order, whatever its unit; beyond it nobody learns who is served. Raises Refusal."""
    team = pairing.teams_near(order.division).filter(pk=serving_team_id).select_related("leader__person__account").first()
    if team is None:
        raise refuse(_("This team is not at work now."), "team", "team")
    return team


def _led(team: Team) -> None:
    """Only a leader with an account can answer, send people and end the service. Raises Refusal."""
    if leader_account(team) is None:
        raise refuse(_("%(team)s has no leader with an account: nobody could answer.") % {"team": team}, "leaderless", "team")


def dispatch_order(actor: Actor, *, order_id: int, serving_team_id: int) -> ServiceOrder:
    """Ask a team to take it, until the limit of the rules. Raises Denied, Missing, NotNow, Refusal (not at work, no leader to answer)."""
    with transaction.atomic():
        order: ServiceOrder = LIFE.take(actor, Step.DISPATCH, order_id)
        _ask(actor, order, _team(order, serving_team_id))
    return order


def _ask(actor: Actor, order: ServiceOrder, team: Team) -> None:
    _led(team)
    ask, crew = pairing.asks_of([order])[0], pairing.crews_of([team], ())[0]
    due, far = due_in(rules_row().accept_hours), matching.away(ask, crew)
    fair, about = matching.fair_points(crew.load, crew.weekly), ask.about or crew.about
    why = pairing.cost_words(matching.walked(far), 0, fair, far, about, wished=ask.wished == team.pk)
    OrderAsk.objects.create(
        order=order, team=team, mode=ServiceItem.Mode.DISPATCH, state=OrderAsk.State.ASKED, why=why[
            :300
        ], metres=far, asked_at=clock.now(), due_at=due,
        by_id=actor.account_id,
    )  # fmt: skip
    LIFE.write(
        actor, Step.DISPATCH, order, lambda: _("%(team)s is asked") % {"team": team},
        {"team": team, "mode": ServiceItem.Mode.DISPATCH, "due_at": due, "stuck": False}, told={"team": team.pk},
    )  # fmt: skip
    tell_leaders(order, [team], ASKED, lambda: _("Take this order? %(title)s") % {"title": order.title}, f"asked:{order.revision}")


def open_order(actor: Actor, *, order_id: int) -> ServiceOrder:
    """Offer it openly: the first team that takes it has it. The leaders of the nearest teams that could are told."""
    with transaction.atomic():
        order: ServiceOrder = LIFE.take(actor, Step.OPEN, order_id)
        _open(actor, order)
    return order


def _open(actor: Actor, order: ServiceOrder) -> None:
    due = due_in(rules_row().open_hours)
    near = pairing.takers(order, TOLD)
    teams = Team.objects.filter(pk__in=[team.pk for team in near]).select_related("leader__person__account")
    LIFE.write(
        actor, Step.OPEN, order, lambda: _("Offered openly"), {"team": None, "mode": ServiceItem.Mode.OPEN, "due_at": due, "stuck": False},
    )  # fmt: skip
    tell_leaders(order, teams, OPENED, lambda: _("Who takes this order? %(title)s") % {"title": order.title}, f"open:{order.revision}")


def direct_order(actor: Actor, *, order_id: int, serving_team_id: int, reason: str) -> ServiceOrder:
    """Order a team to serve it, and say why it is not asked. Only the office takes it back."""
    with transaction.atomic():
        order: ServiceOrder = LIFE.take(actor, Step.DIRECT, order_id)
        team, words = _team(order, serving_team_id), needed(reason, "reason", _("Say why the team is not asked."))
        _led(team)
        now = clock.now()
        OrderAsk.objects.create(
            order=order, team=team, mode=ServiceItem.Mode.DIRECT, state=OrderAsk.State.TAKEN, why=words, asked_at=now, answered_at=now,
            by_id=actor.account_id,
        )  # fmt: skip
        LIFE.write(
            actor, Step.DIRECT, order, lambda: _("Directed to %(team)s: %(reason)s") % {"team": team, "reason": words},
            {"team": team, "mode": ServiceItem.Mode.DIRECT, "due_at": None, "stuck": False}, told={"team": team.pk},
        )  # fmt: skip
        tell_leaders(
            order, [team], ASKED, lambda: _("Your team serves this order: %(title)s") % {"title": order.title}, f"direct:{order.revision}"
        )
    return order


def recall_order(actor: Actor, *, order_id: int, reason: str) -> ServiceOrder:
    """Take it back from the team that was asked or serves it; it waits for another. Raises Refusal where somebody is there already."""
    with transaction.atomic():
        order: ServiceOrder = LIFE.take(actor, Step.RECALL, order_id)
        words = needed(reason, "reason", _("Say why."))
        if Presence.objects.filter(source=Source.ORDER, source_id=order.pk, state=Presence.State.OPEN).exists():
            raise refuse(_("The volunteers are there already: let them finish."), "begun")
        teams = [order.team] if order.team else []
        end_ask(order, OrderAsk.State.RECALLED, words)
        order.sent.all().delete()
        LIFE.write(actor, Step.RECALL, order, lambda: _("Taken back: %(reason)s") % {"reason": words}, {"team": None, "due_at": None})
        tell_leaders(order, teams, ASKED, lambda: _("Order %(number)s was taken back") % {"number": order.number}, f"recalled:{order.revision}")
    return order


def pass_on_due() -> dict[str, int]:
    """What nobody answered in time goes on: to the next best team, after the passes of the rules to all (an open offer), then to the desk.
    Each order in a transaction of its own; run twice it does nothing more. How many went where."""
    done = {"passed": 0, "opened": 0, "stuck": 0}
    now = clock.now()
    for key in ServiceOrder.objects.filter(state=states.OFFERED, due_at__lte=now).order_by("due_at", "pk").values_list("pk", flat=True)[:500]:
        with transaction.atomic():
            row = ServiceOrder.objects.select_for_update(of=("self",)).select_related(*LIFE.related).filter(pk=key).first()
            if row is None or row.state != states.OFFERED or row.due_at is None or row.due_at > now:
                continue
            mode, team = row.mode, row.team
            end_ask(row, OrderAsk.State.LAPSED)
            LIFE.write(
                SYSTEM, Step.LAPSE, row,
                lambda team=team: _("%(team)s did not answer in time") % {"team": team} if team else _("Nobody took it in time"),
                {"team": None, "due_at": None, "passes": row.passes + 1},
            )  # fmt: skip
            done[pass_on(SYSTEM, row, mode)] += 1
    return done


def pass_on(actor: Actor, order: ServiceOrder, mode: str) -> str:
    """An order that waits again goes to the next: ``passed``, ``opened`` or ``stuck``. The row is locked by who calls."""
    system = actor if actor.is_system else access.SYSTEM
    if mode != ServiceItem.Mode.OPEN:
        if order.passes < rules_row().most_passes:
            for team, _proposal in pairing.ranked(order, 5)[0]:
                known = Team.objects.select_related("leader__person__account").get(pk=team.pk)
                if leader_account(known) is not None:
                    _ask(system, order, known)
                    return "passed"
        _open(system, order)
        return "opened"
    order.stuck = True
    order.save(update_fields=["stuck"])
    tell_desk(order, lambda: _("Nobody took order %(number)s") % {"number": order.number}, f"stuck:{order.revision}")
    return "stuck"

