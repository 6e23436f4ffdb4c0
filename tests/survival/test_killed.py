"""Killed while importing and while closing: whole or not at all, and what was answered is there."""

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from tests.survival.work import ROWS

ROOT = Path(__file__).resolve().parents[2]
EXPECTED_VERBS = {"reported": ["report"], "screened": ["report", "screen"], "dispatched": ["report", "screen", "dispatch"]}


def environment(home: Path) -> dict[str, str]:
    clean = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"}
    return clean | {"CHUANGWEN_HOME": str(home), "CHUANGWEN_SECRET_KEY": "survival-" + "x" * 50, "PYTHONPATH": str(ROOT)}


def killed_run(home: Path, what: str, seed: int, seconds: float) -> list[list[str]]:
    """Start the work, kill it (SIGKILL) so many seconds after it is ready; what it said until then."""
    process = subprocess.Popen([sys.executable, "-m", "tests.survival.work", what, str(seed)], cwd=ROOT, env=environment(home), text=True,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    said: list[list[str]] = []

    def listen() -> None:
        assert process.stdout is not None
        for line in process.stdout:
            said.append(line.split())

    ear = threading.Thread(target=listen)
    ear.start()
    for _n in range(600):
        if said or process.poll() is not None:
            break
        time.sleep(0.05)
    time.sleep(seconds)
    alive = process.poll() is None
    process.send_signal(signal.SIGKILL)
    process.wait()
    ear.join()
    error = process.stderr.read() if process.stderr else ""
    assert alive, f"the work ended by itself: {error[-2000:]}"
    return said


def look(home: Path) -> dict:
    command = [sys.executable, "-m", "tests.survival.look"]
    done = subprocess.run(command, cwd=ROOT, env=environment(home), check=True, capture_output=True, text=True)
    return json.loads(done.stdout)


def survive(home: Path, kills: int, seed: int) -> int:
    subprocess.run([sys.executable, "-m", "chuangwen", "migrate"], env=environment(home), cwd=ROOT, check=True, capture_output=True)
    chance, finished = random.Random(seed), 0
    promised_rounds: set[str] = set()
    promised_cases: set[int] = set()
    for number in range(kills):
        said = killed_run(home, ("import", "both", "both")[number % 3], number, chance.uniform(0.02, 0.9))
        promised_rounds |= {words[2] for words in said if words[:2] == ["done", "import"]}
        promised_cases |= {int(words[2]) for words in said if words[:2] in (["done", "report"], ["done", "dispatch"])}
        finished += sum(1 for words in said if words[0] == "done")
        if number % 5 and number != kills - 1:
            continue
        found = look(home)
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
