"""Killed while importing and while closing: whole or not at all, and what was answered is there."""

import random
from pathlib import Path

import pytest

from chuangwen.testing.killing import killed_run, look, run
from tests.survival.work import ROWS

EXPECTED_VERBS = {"reported": ["report"], "screened": ["report", "screen"], "dispatched": ["report", "screen", "dispatch"]}


def survive(home: Path, kills: int, seed: int) -> int:
    run(home, "chuangwen", "migrate")
    chance, finished = random.Random(seed), 0
    promised_rounds: set[str] = set()
    promised_cases: set[int] = set()
    for number in range(kills):
        said = killed_run(home, chance.uniform(0.02, 0.9), "tests.survival.work", ("import", "both", "both")[number % 3], str(number))
        promised_rounds |= {words[2] for words in said if words[:2] == ["done", "import"]}
        promised_cases |= {int(words[2]) for words in said if words[:2] in (["done", "report"], ["done", "dispatch"])}
        finished += sum(1 for words in said if words[0] == "done")
        if number % 5 and number != kills - 1:
            continue
        found = look(home, "tests.survival.look")
        assert set(found["rounds"].values()) <= {ROWS}, "a round was half imported"
        assert found["empty_rounds"] == 0 and found["sheets"] == len(found["rounds"])
        assert promised_rounds <= set(found["rounds"]), "a round that was answered is lost"
        assert promised_cases <= {pk for pk, _state in found["cases"]}, "a case that was answered is lost"
        assert found["broken"] == [] and found["doubled"] == []
        for pk, state in found["cases"]:
            verbs = found["events"][str(pk)]
            assert len(verbs) == len(set(verbs)), f"case {pk} tells a step twice: {verbs}"
            if state in EXPECTED_VERBS and verbs[0] == "report":
                assert verbs == EXPECTED_VERBS[state], f"case {pk} is {state} but tells {verbs}"
    return finished


def test_a_few_kills_leave_nothing_half_done(tmp_path):
    assert survive(tmp_path, kills=6, seed=1) > 0


@pytest.mark.long
def test_two_hundred_kills_leave_nothing_half_done(tmp_path):
    assert survive(tmp_path, kills=200, seed=2) > 100
