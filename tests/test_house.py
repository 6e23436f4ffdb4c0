"""What holds for the house as a whole: its rooms, its files, its templates, its words."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.template.loader import get_template

from chuangwen.kernel import catalogs
from chuangwen.kernel.access import AccessScope
from tools import messages

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "chuangwen"
MOST_LINES = 600
LONG = {
}
"""Files of more than MOST_LINES lines: each with the reason."""
REACHED_THROUGH = {
    "kernel.AuditHead": "the end of the chain, no record of anybody's",
    "kernel.Schedule": "when jobs recur; nobody sees it",
    "kernel.CalendarDay": "the calendar is everybody's; its verb is asked by the action",
    "kernel.WorkingHours": "the calendar is everybody's; its verb is asked by the action",
    "kernel.GivenAnswer": "read by account and key alone",
    "kernel.Counter": "numbers, no records",
    "people.RoleGrant": "a part of its role",
    "fieldwork.ObservationSheet": "a part of its round",
    "fieldwork.ObservationUnit": "a part of its observation",
    "fieldwork.ObservationPhoto": "a part of its observation",
    "cases.CaseParty": "a part of its case",
    "cases.CaseEvent": "a part of its case",
    "cases.CasePhoto": "a part of its case",
    "cases.StepCase": "a part of its step",
    "cases.StepUnit": "a part of its step",
    "cases.StepEvent": "a part of its step",
    "cases.Appeal": "a part of its step",
    "cases.AppealPhoto": "a part of its step",
    "cases.RecheckPhoto": "a part of its re-check",
    "intake.ReportPhoto": "a part of its report",
    "papers.PaperVersion": "a part of its paper",
    "papers.PaperEvent": "a part of its paper",
    "papers.Instruction": "a part of its paper",
    "papers.PaperPdf": "a part of its paper",
    "papers.TemplateVersion": "a part of its template",
    "papers.ScheduledDraft": "a part of its schedule",
}
"""Models without a scope of their own: each with how it is reached."""


def ours() -> list[Path]:
    return sorted(p for p in PACKAGE.rglob("*.py") if "migrations" not in p.parts)


def templates() -> list[Path]:
    return sorted(p for p in PACKAGE.rglob("templates/**/*") if p.is_file())


def models() -> list[type]:
    return [
        model for model in apps.get_models() if model.__module__.startswith("chuangwen.") and ".tests" not in model.__module__
    ]


def test_rooms_import_only_to_the_left():
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert found.returncode == 0, found.stdout[-3000:]


def test_every_model_says_how_it_is_reached_or_is_listed_with_a_reason():
    silent = {model._meta.label for model in models() if not isinstance(getattr(model, "access_scope", None), AccessScope)}
    assert silent - set(REACHED_THROUGH) == set()
    assert set(REACHED_THROUGH) - silent == set(), "these are listed and have a scope, or are gone"


@pytest.mark.parametrize("model", models(), ids=lambda model: model._meta.label)
def test_a_scope_names_columns_that_are_there(model, db):
    scope = getattr(model, "access_scope", None)
    for path in (scope.division, scope.unit, scope.own) if scope else ():
        if path and path != "self":
            model._default_manager.filter(**{f"{path}__isnull": True}).exists()
    if scope and scope.via:
        link = apps.get_model(scope.via[0])
        link._default_manager.filter(**{f"{scope.via[2]}__isnull": True}).values(scope.via[1]).exists()


def test_no_file_is_longer_than_can_be_kept_in_mind():
    long = {}
    for path in ours():
        lines = len(path.read_text(encoding="utf-8").splitlines())
        if lines > MOST_LINES:
            long[str(path.relative_to(ROOT))] = lines
    assert {name: lines for name, lines in long.items() if name not in LONG} == {}
    assert set(LONG) - set(long) == set(), "no longer long: take these off the list"


INLINE = (
    (re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*type=[\"']application/(?:geo\+)?json[\"'])", re.I), "a script in the page"),
    (re.compile(r"<style\b", re.I), "a style sheet in the page"),
    (re.compile(r"\son[a-z]+\s*=\s*[\"']", re.I), "a handler in the page"),
    (re.compile(r"\sstyle\s*=\s*[\"']", re.I), "a style in the page"),
    (re.compile(r"javascript:", re.I), "an address that is a script"),
    (re.compile(r"(?:src|href)\s*=\s*[\"'](?:https?:)?//", re.I), "something from elsewhere"),
    (re.compile(r"hx-on[:-]", re.I), "a handler in the page"),
)


def test_nothing_in_a_template_needs_a_weaker_policy():
    wrong = []
    for path in templates():
        if path.suffix != ".html":
            continue
        text = path.read_text(encoding="utf-8")
        wrong += [f"{path.relative_to(ROOT)}: {what}" for pattern, what in INLINE if pattern.search(text)]
    assert wrong == []


def test_no_cell_of_a_list_holds_a_form():
    """A list stands within a form of its own. One within it is not there for the browser: its button would send the list instead. A cell takes a
    button with ``formaction``."""
    cells = [path for path in PACKAGE.rglob("templates/*/cells/*.html") if "<form" in path.read_text(encoding="utf-8")]
    assert [str(path.relative_to(PACKAGE)) for path in cells] == []


def test_every_template_loads():
    for path in templates():
        get_template(str(path.relative_to(path.parents[len(path.parts) - path.parts.index("templates") - 2])))


def test_the_catalogues_are_complete_and_agree_with_each_other():
    rooms = messages.rooms_of(catalogs.PACKAGE)
    assert [line for room in rooms for line in messages.check(room)] == []
    assert messages.collisions(rooms) == []


def test_messages_are_found_wherever_they_stand(tmp_path, monkeypatch):
    """Also within an f-string, where those who read single words do not look."""
    within = "title = f\"{round.name} {_('Agreement')} {ngettext('%d row', '%d rows', n)}\"\nlabel = pgettext('sheet', 'Kind')\n"
    (tmp_path / "views.py").write_text(within)
    monkeypatch.setattr(catalogs, "PACKAGE", tmp_path)
    assert {key: plural for key, (plural, _places) in messages.messages_of(tmp_path).items()} == {
        ("", "Agreement"): "",
        ("", "%d row"): "%d rows",
        ("sheet", "Kind"): "",
    }


def test_no_room_says_what_another_has_said_before_in_other_words(tmp_path):
    """The check itself finds a collision."""
    for name, word in (("one", "甲"), ("two", "乙")):
        target = tmp_path / name / "locale" / "zh_Hans" / "LC_MESSAGES"
        target.mkdir(parents=True)
        (target / "django.po").write_text(
            f'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "State"\nmsgstr "{word}"\n'
        )
    assert len(messages.collisions([tmp_path / "one", tmp_path / "two"])) == 1


def test_no_file_names_a_registry_or_a_place_of_this_machine():
    forbidden = re.compile(r"p[y]pi\.org|p[y]thonhosted|registry\.n[p]mjs|n[p]mmirror|/root/|/home/\w+/", re.I)
    named = []
    for path in [
        *ours(),
        *templates(),
        *sorted((ROOT / "requirements").glob("*")),
        ROOT / "Makefile",
        *sorted(ROOT.glob("*.md")),
    ]:
        found = forbidden.search(path.read_text(encoding="utf-8", errors="replace"))
        if found:
            named.append(f"{path.relative_to(ROOT)}: {found[0]}")
    assert named == []
