"""The redemption storm: so many redemptions at the same moment of one balance, of one last piece, and of a balance each; what held is counted
and the ledger is checked to the last credit."""

import statistics
import time
from collections.abc import Callable
from typing import Any


def measure(clients: int, rounds: int) -> dict[str, Any]:
    """Requests a second, the 95th percentile of the waiting (milliseconds), what held and what differs, of each storm."""
    from chuangwen.commands.benches import web
    from chuangwen.commands.benches.ground import ground

    with ground() as on:
        web.connected(on)
        storms = [_one_balance(clients, rounds), _last_piece(clients, rounds), _each_its_own(clients, rounds)]
        from django.db import connections

        connections.close_all()
        return {"database": on.engine, "clients": clients, "rounds": rounds, "storms": storms}


def _start(stock: int, name: str) -> tuple[Any, Any, Any]:
    """A programme in a place of its own, a rule, a reward of five credits."""
    from chuangwen.kernel.access import SYSTEM
    from chuangwen.places.models import Division
    from chuangwen.volunteers.credits import actions
    from chuangwen.volunteers.credits.models import CreditRule

    place = Division.add_root(code=None, name=name, level=4)
    programme = actions.open_credits(SYSTEM, division=place, name=name, generated=True)
    reward = actions.save_reward(SYSTEM, programme_id=programme.pk, kind="ride", name="公交乘车一次", cost=5, pieces=stock, generated=True)
    return programme, CreditRule.objects.get(programme=programme), reward


def _holder(programme: Any, rule: Any, door: str, amount: int) -> int:
    """The key of a household with so many credits."""
    from django.db import transaction
    from django.db.models import Q

    from chuangwen.kernel.access import SYSTEM
    from chuangwen.volunteers.credits import actions, book

    account = actions.enter_household(SYSTEM, division=programme.division, name=door, generated=True)
    with transaction.atomic():
        row = book.holder(Q(pk=account.pk))
        assert row is not None
        book.earn(row, f"bench:{account.pk}", amount, "测速", rule)
    return account.pk


def _storm(clients: int, work: Callable[[int], Any]) -> tuple[list[float], int, float]:
    """The waiting of each (seconds), how many held, and how long the whole took."""
    from chuangwen.kernel.errors import Refusal
    from chuangwen.testing.threads import at_once

    def one(n: int) -> tuple[float, bool]:
        began = time.perf_counter()
        try:
            work(n)
        except Refusal:
            return time.perf_counter() - began, False
        return time.perf_counter() - began, True

    began = time.perf_counter()
    came = at_once(one, clients)
    return [waited for waited, _held in came], sum(held for _waited, held in came), time.perf_counter() - began


def _told(name: str, clients: int, found: list[tuple[list[float], int, float]], expected: int, programme: Any) -> dict[str, Any]:
    from chuangwen.volunteers.credits import checking
    from chuangwen.volunteers.credits.models import CreditProgramme

    checked = checking.check(CreditProgramme.objects.filter(name__startswith=programme))
    waited = sorted(one for waiting, _held, _took in found for one in waiting)
    return {
        "storm": name, "requests_per_s": round(clients * len(found) / sum(took for _w, _h, took in found), 1),
        "p50_ms": round(statistics.median(waited) * 1000, 1), "p95_ms": round(waited[int(len(waited) * 0.95)] * 1000, 1),
        "held": sum(held for _w, held, _t in found), "expected": expected, "differences": len(checked.differences),
    }  # fmt: skip


def _redeem(account: int, reward: int) -> Any:
    from chuangwen.kernel.access import SYSTEM
    from chuangwen.volunteers.credits import actions

    return actions.redeem_for(SYSTEM, credit_account_id=account, reward_id=reward)


def _one_balance(clients: int, rounds: int) -> dict[str, Any]:
    """A balance that pays for ten."""
    programme, rule, reward = _start(1_000_000, "甲余额")
    found = []
    for n in range(rounds):
        account = _holder(programme, rule, f"{n}号", 50)
        found.append(_storm(clients, lambda _n, account=account: _redeem(account, reward.pk)))
    return _told("one balance", clients, found, min(10, clients) * rounds, "甲余额")


def _last_piece(clients: int, rounds: int) -> dict[str, Any]:
    """One piece that everybody wants."""
    found = []
    for n in range(rounds):
        programme, rule, reward = _start(1, f"乙库存{n}")
        accounts = [_holder(programme, rule, f"{door}号", 5) for door in range(clients)]
        found.append(_storm(clients, lambda k, accounts=accounts, reward=reward: _redeem(accounts[k], reward.pk)))
    return _told("last piece", clients, found, rounds, "乙库存")


def _each_its_own(clients: int, rounds: int) -> dict[str, Any]:
    """Everybody has enough, and there is enough: what the machine gives."""
    programme, rule, reward = _start(1_000_000, "丙各自")
    accounts = [_holder(programme, rule, f"{door}号", 5 * rounds) for door in range(clients)]
    found = [_storm(clients, lambda k: _redeem(accounts[k], reward.pk)) for _n in range(rounds)]
    return _told("each their own", clients, found, clients * rounds, "丙各自")
