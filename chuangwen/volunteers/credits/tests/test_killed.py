"""Killed while it earns, redeems, uses, cancels and strikes: what was answered is there, and the ledger agrees to the last credit."""

import random
from pathlib import Path

import pytest

from chuangwen.testing.killing import killed_run, look, run

WORK = "chuangwen.volunteers.credits.tests.killed"


def survive(home: Path, kills: int, seed: int) -> int:
    run(home, "chuangwen", "migrate")
    chance, finished = random.Random(seed), 0
    earned: set[str] = set()
    redeemed: set[str] = set()
    used: set[str] = set()
    for number in range(kills):
        said = killed_run(home, chance.uniform(0.05, 0.9), WORK, "redeem", str(seed * 1000 + number))
        earned |= {words[2] for words in said if words[:2] == ["done", "earn"]}
        redeemed |= {words[2] for words in said if words[:2] == ["done", "redeem"]}
        used |= {words[2] for words in said if words[:2] == ["done", "use"]}
        finished += sum(words[0] == "done" for words in said)
        if number % 5 and number != kills - 1:
            continue
        found = look(home, WORK, "look")
        assert found["differences"] == [] and found["broken"] == []
        assert earned <= set(found["causes"]), "credits that were answered are lost"
        assert redeemed <= set(found["vouchers"]), "a voucher that was answered is lost"
        assert all(found["vouchers"][key] == "used" for key in used), "a voucher that was used can be used again"
    return finished


@pytest.mark.long
def test_two_kills_leave_nothing_half_done(tmp_path):
    assert survive(tmp_path, kills=2, seed=1) > 0


@pytest.mark.long
def test_a_hundred_kills_leave_nothing_half_done(tmp_path):
    assert survive(tmp_path, kills=100, seed=2) > 100
