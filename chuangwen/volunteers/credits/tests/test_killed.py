"""Killed while it earns, redeems, uses, cancels and strikes: what was answered is there, and the ledger agrees to the last credit."""

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

ROOT = Path(__file__).resolve().parents[4]
WORK = "chuangwen.volunteers.credits.tests.killed"


def environment(home: Path) -> dict[str, str]:
    clean = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"}
    return clean | {"CHUANGWEN_HOME": str(home), "CHUANGWEN_SECRET_KEY": "survival-" + "x" * 50, "PYTHONPATH": str(ROOT)}


def killed_run(home: Path, seed: int, seconds: float) -> list[list[str]]:
    """Start the work, kill it (SIGKILL) so many seconds after it is ready; what it said until then."""
    process = subprocess.Popen([sys.executable, "-m", WORK, "redeem", str(seed)], cwd=ROOT, env=environment(home), text=True,
                               stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)  # fmt: skip
    said: list[list[str]] = []

    def listen() -> None:
        assert process.stdout is not None
        for line in process.stdout:
            said.append(line.split())

    ear = threading.Thread(target=listen)
    ear.start()
    for _n in range(2400):
        if said or process.poll() is not None:
            break
        time.sleep(0.05)
    time.sleep(seconds)
    alive = process.poll() is None
    process.send_signal(signal.SIGKILL)
    process.wait()
    ear.join()
    assert alive, "the work ended by itself"
    return said


def survive(home: Path, kills: int, seed: int) -> int:
    subprocess.run([sys.executable, "-m", "chuangwen", "migrate"], env=environment(home), cwd=ROOT, check=True, capture_output=True)
    chance, finished = random.Random(seed), 0
    earned: set[str] = set()
    redeemed: set[str] = set()
    used: set[str] = set()
    for number in range(kills):
        said = killed_run(home, seed * 1000 + number, chance.uniform(0.05, 0.9))
        earned |= {words[2] for words in said if words[:2] == ["done", "earn"]}
        redeemed |= {words[2] for words in said if words[:2] == ["done", "redeem"]}
        used |= {words[2] for words in said if words[:2] == ["done", "use"]}
        finished += sum(words[0] == "done" for words in said)
        if number % 5 and number != kills - 1:
            continue
        told = subprocess.run([sys.executable, "-m", WORK, "look"], cwd=ROOT, env=environment(home), check=True, capture_output=True, text=True)
        found = json.loads(told.stdout)
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
