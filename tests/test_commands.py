"""The command line as others call it: names, JSON shapes, exit codes, sentences.

Most commands run as processes of their own in one data folder; where only words are looked at, the command runs here.
"""

import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from datetime import date
from pathlib import Path

import pytest
from django.utils import translation

from chuangwen import commands
from chuangwen.kernel import install
from chuangwen.people.actors import actor_of
from chuangwen.people.models import Account, Unit

ROUND = "吴江2016"


class Office:
    """A data folder in which commands are run, on a database of its own."""

    def __init__(self, home: Path):
        self.home = home
        self.env = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "DJANGO_SETTINGS_MODULE")}
        self.env |= {"CHUANGWEN_HOME": str(home), "PYTHONUTF8": "1"}

    def run(self, *words: object) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "chuangwen", *map(str, words)]
        return subprocess.run(command, env=self.env, cwd=self.home, capture_output=True, text=True, timeout=300, check=False)

    def told(self, *words: object) -> dict:
        """What a command that succeeds prints with --json."""
        answer = self.run(*words, "--json")
        assert answer.returncode == 0, answer.stderr
        return json.loads(answer.stdout)

    def start(self, *words: object) -> subprocess.Popen:
        return subprocess.Popen(
            [sys.executable, "-m", "chuangwen", *map(str, words)], env=self.env, cwd=self.home, stdout=subprocess.PIPE, text=True
        )


@pytest.fixture(scope="module")
def new_home(tmp_path_factory):
    home = tmp_path_factory.mktemp("office")
    assert Office(home).run("migrate").returncode == 0
    return home


@pytest.fixture(scope="module")
def office(new_home):
    return Office(new_home)


@pytest.fixture
def say(db, capsys, monkeypatch):
    """``say("score", "--round", "x")`` runs a command here: exit code, what it printed, what it complained."""

    def run(*words: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["chuangwen", *map(str, words)])
        with translation.override("zh-hans"):
            code = commands.main()
        return code, *capsys.readouterr()

    return run


@pytest.fixture(scope="module")
def counted(office, wujiang):
    """The office after the real round was brought in and scored: the answers of both commands."""
    brought = office.told("import", "observations", wujiang / "observations.xlsx", "--round", ROUND)
    return brought, office.told("score", "--round", ROUND)


def test_migrating_again_puts_nothing_in_and_keeps_the_key(office):
    key = (office.home / "keys").stat().st_mtime_ns
    assert not any(office.told("migrate")["installed"].values())
    assert (office.home / "keys").stat().st_mtime_ns == key


def test_a_real_round_comes_in_with_its_coverage(counted, wujiang):
    brought, _ = counted
    expected = json.loads((wujiang / "expected.json").read_text())
    for name in ("rows_read", "rows_counted"):
        assert brought[name] == expected["rows"]
    assert brought["rows_unplaced"] == 0
    assert brought["sites"] == expected["sites"]
    assert brought["losses"] == expected["losses"]
    assert len(brought["duplicate_serials"]) == 3


def test_its_scores_are_exactly_the_expected_ones(counted, wujiang):
    _, scored = counted
    expected = json.loads((wujiang / "expected.json").read_text())
    for group in ("indicators", "areas", "departments"):
        assert set(scored[group]) == set(expected[group])
        for name, figure in expected[group].items():
            for part, value in figure.items():
                assert scored[group][name][part] == value, (group, name, part)
    for part, value in expected["index"].items():
        assert scored["index"][part] == value
    for figure in [scored["index"], *scored["indicators"].values(), *scored["departments"].values()]:
        assert set(figure) >= {"possible", "got", "rate", "rank", "coverage"}
        assert set(figure["coverage"]) == {"counted", "read"}


def test_areas_departments_and_indicators_have_ranks_and_equal_ones_share_a_place(counted, wujiang):
    _, scored = counted
    published = json.loads((wujiang / "published.json").read_text())
    for group in ("indicators", "areas", "departments"):
        for name, figure in scored[group].items():
            better = sum(other["rate"] > figure["rate"] for other in scored[group].values())
            assert figure["rank"] == better + 1, (group, name)
    for name, figure in published["departments"].items():  # theirs tell equal ones apart by nothing that is said
        if figure["rate"] < 1:
            assert scored["departments"][name]["rank"] == figure["rank"]


def test_the_same_file_again_changes_nothing(counted, office, wujiang):
    again = office.told("import", "observations", wujiang / "observations.xlsx", "--round", ROUND)
    assert (again["creates"], again["updates"], again["unchanged"]) == (0, 0, again["rows_read"])


def test_a_paper_is_written_where_it_was_asked_for(counted, office, tmp_path):
    answer = office.run("paper", "bulletin", "--round", ROUND, "--out", tmp_path / "通报.docx")
    assert answer.returncode == 0, answer.stderr
    assert (tmp_path / "通报.docx").read_bytes()[:2] == b"PK"
    assert "已写入" in answer.stdout


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (["score"], 2, "缺少 --round"),
        (["score", "--round", "没有"], 1, "没有名为“没有”的测评轮次"),
        (["verify", "nothing.cwscore"], 2, "没有这个文件"),
        (["import", "weather", __file__], 1, "没有“weather”这类表格"),
        (["import", "sites", __file__], 1, "不是 Excel"),
        (["import", "divisions", __file__, "--set", "county=440902"], 2, "没有参数“county”。可用：area"),
        (["import", "sites", __file__, "--set", "datum"], 2, "应写作 键=值"),
        (["paper", "poster", "--round", "x", "--out", "y"], 2, "只能是 bulletin、"),
        (["token", "nobody"], 1, "没有账号 nobody"),
        (["demo", "--today", "tomorrow"], 2, "2026-11-20"),
        (["dance"], 2, "没有这个命令：dance"),
    ],
)
def test_what_cannot_be_done_is_said_in_chinese_with_a_code(say, words, code, sentence):
    answer, printed, complained = say(*words)
    assert (answer, printed) == (code, "")
    assert sentence in complained
    assert "Traceback" not in complained


def test_a_file_that_cannot_be_written_is_named(say, monkeypatch):
    monkeypatch.setattr("chuangwen.commands.data.known_round", lambda name: None)
    monkeypatch.setattr("chuangwen.papers.actions.print_paper", lambda *args, **more: b"PK")
    code, _, complained = say("paper", "bulletin", "--round", "x", "--out", "/no/such/folder/x.docx")
    assert code == 1
    assert "/no/such/folder/x.docx" in complained
    assert "没有这个文件夹" in complained


def test_a_unit_may_be_called_by_its_short_name_and_one_that_is_not_known_by_what_is_near(say, monkeypatch):
    asked = []
    monkeypatch.setattr("chuangwen.commands.data.known_round", lambda name: None)
    monkeypatch.setattr("chuangwen.papers.actions.print_paper", lambda *args, **more: asked.append(more["unit_name"]) or b"PK")
    for name, short in (("荔红社区居民委员会", "荔红社区"), ("甲街道执法队", "执法队"), ("乙街道执法队", "执法队")):
        Unit.add_root(name=name, short_name=short, kind=Unit.Kind.COMMUNITY, starts_on=date(2020, 1, 1))

    def ask(unit):
        return say("paper", "dispatch_sheet", "--round", "x", "--unit", unit, "--out", os.devnull)

    assert ask("荔红社区")[0] == ask("甲街道执法队")[0] == 0
    assert asked == ["荔红社区居民委员会", "甲街道执法队"]
    assert "有几个单位简称“执法队”：乙街道执法队、甲街道执法队" in ask("执法队")[2]
    assert "没有单位“荔红”。是不是：荔红社区居民委员会？" in ask("荔红")[2]


def test_a_mistake_of_the_program_is_no_refusal(say, monkeypatch):
    monkeypatch.setattr("chuangwen.commands.data.known_round", lambda name: 1 / 0)
    code, _, complained = say("score", "--round", "x")
    assert code == 3
    assert "ZeroDivisionError" in complained


def test_the_first_administrator_gets_a_password_once_and_can_have_a_token(say):
    install.run_all()
    code, printed, _ = say("admin", "boss", "--json")
    made = json.loads(printed)
    assert code == 0
    assert made["role"] == "system_admin"
    account = Account.objects.get(username="boss")
    assert account.check_password(made["password"])
    assert account.must_change_password
    assert actor_of(account).roles == {"system_admin"}
    assert say("admin", "boss")[0] == 1
    assert "一次性密码" in say("admin", "watcher", "--role", "audit_admin")[1]
    code, token, _ = say("token", "boss")
    assert code == 0
    assert token.startswith("cw_")


def test_a_score_file_verifies_and_one_changed_digit_is_found(counted, office, tmp_path):
    script = (
        "import django; django.setup();"
        "from chuangwen.scoring import actions; from chuangwen.scoring.models import ScoreSheet; from chuangwen.kernel import files;"
        "from chuangwen.kernel.access import SYSTEM;"
        "print(files.path_of(actions.sign_sheet(SYSTEM, sheet_id=ScoreSheet.objects.get().pk).file_key))"
    )
    env = office.env | {"DJANGO_SETTINGS_MODULE": "chuangwen.config.settings"}
    signed = subprocess.run([sys.executable, "-c", script], env=env, capture_output=True, text=True, check=True).stdout.strip()
    path = tmp_path / "成绩单.cwscore"
    shutil.copy(signed, path)
    whole = office.told("verify", path)
    assert whole["ok"] is True
    assert whole["signature_ok"] is True
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    broken = office.run("verify", path, "--json")
    assert broken.returncode == 1
    assert json.loads(broken.stdout)["ok"] is False
    assert json.loads(broken.stdout)["problems"]


def test_checking_finds_a_trail_that_was_tampered_with(office, tmp_path):
    fine = office.told("check", "--audit")
    assert fine["audit"]["entries"] > 0
    assert fine["audit"]["breaks"] == []
    other = Office(tmp_path / "copy")
    shutil.copytree(office.home, other.home)
    with sqlite3.connect(other.home / "chuangwen.sqlite3") as database:
        database.execute("UPDATE kernel_auditentry SET note = 'nothing happened' WHERE number = 1")
    answer = other.run("check", "--audit", "--json")
    assert answer.returncode == 1
    assert [each["number"] for each in json.loads(answer.stdout)["audit"]["breaks"]] == [1]


def test_a_database_that_is_not_there_yet_says_what_to_do(tmp_path):
    answer = Office(tmp_path).run("score", "--round", "x")
    assert answer.returncode == 3
    assert "chuangwen migrate" in answer.stderr


def test_it_serves_until_it_is_told_to_stop(office):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = office.start("serve", "--port", port, "--workers", 1)
    try:
        address, page = f"http://127.0.0.1:{port}/account/login/", ""
        for _ in range(300):
            try:
                page = urllib.request.urlopen(address, timeout=5).read().decode()
                break
            except OSError:
                assert server.poll() is None
                time.sleep(0.1)
        assert "创文" in page
    finally:
        server.send_signal(signal.SIGINT)
        printed, _ = server.communicate(timeout=30)
    assert f"http://127.0.0.1:{port}/" in printed
    assert server.returncode == 0


def test_the_worker_ends_when_it_is_asked_to(office):
    worker = office.start("worker")
    assert "已启动" in worker.stdout.readline()
    worker.terminate()
    worker.communicate(timeout=60)
    assert worker.returncode == 0


def test_the_bench_of_the_engine_has_its_shape(office):
    figures = office.told("bench", "engine", "--rows", 2000, "--engines", "duckdb")
    assert set(figures["engines"]) == {"duckdb"}
    assert set(figures["engines"]["duckdb"]) >= {"seconds", "rows_per_s", "peak_mib"}
    assert figures["equal"] is True


def test_the_bench_of_duties_opens_every_page_beside_its_bound(office):
    figures = office.told("bench", "duties", "--places", 6, "--repeat", 1)
    assert figures["places"] == 6 and figures["occurrences"] > 100 and figures["records"] > 0
    named = {"load, all units", "roster of a month", "gaps", "operation", "partnership map", "works, Gantt", "inspection day"}
    assert named <= set(figures["pages"])
    for row in figures["pages"].values():
        assert row["of_queries"] <= 1 and row["queries"] > 0 and row["bytes"] > 100 and row["of_bound"] > 0, row


def test_bench_all_measures_everything_that_can_be_measured():
    import inspect

    from chuangwen.commands.measure import all_, bench

    told = inspect.getsource(all_.callback)
    measured = {name for name, command in bench.commands.items() if f"context.invoke({command.callback.__name__}," in told}
    assert measured | {"all"} == set(bench.commands) and {"papers", "web", "phone"} <= measured
