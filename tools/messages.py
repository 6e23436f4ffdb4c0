"""Collect the messages that people see into each room's catalogue, and check that none is missing.

python tools/messages.py            add new messages (empty), drop unused ones, compile
python tools/messages.py places     only this room
python tools/messages.py --check    write nothing; exit 1 when one is missing, fuzzy, unused, has other placeholders, or when two rooms
                                    translate it differently
"""

import ast
import os
import re
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chuangwen.config.settings")

import polib  # noqa: E402  the path has to be set first
from babel.messages.extract import extract_python  # noqa: E402
from django.conf import settings  # noqa: E402
from django.template.base import Lexer  # noqa: E402, F401  templatize needs the template machinery importable
from django.utils.translation.template import templatize  # noqa: E402

from chuangwen.kernel import catalogs  # noqa: E402

KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
PLACEHOLDER = re.compile(r"%\(\w+\)[sdif]|%[sd]|\{\w*\}")


def calls_of(path: Path) -> Iterator[tuple[str, list[str | None]]]:
    """(function, its arguments: text, or None where it is none) of every call that translates in this file.

    Python is read as Python: who collects by single words does not see what stands within an f-string.
    """
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in KEYWORDS:
                texts = [one.value if isinstance(one, ast.Constant) and isinstance(one.value, str) else None for one in node.args]
                yield node.func.id, texts
        return
    # What a template becomes is no Python but for its calls: its indentation would not be understood.
    source = "\n".join(line.lstrip() for line in templatize(text, origin=str(path)).splitlines())
    for _line, function, message, _comments in extract_python(
        BytesIO(source.encode()), dict(KEYWORDS), [], {"encoding": "utf-8"}
    ):
        yield function, list(message) if isinstance(message, tuple) else [message]


def messages_of(room: Path) -> dict[tuple[str, str], tuple[str, list[tuple[str, str]]]]:
    """(context, msgid) -> (plural or '', places)."""
    found: dict[tuple[str, str], tuple[str, list[tuple[str, str]]]] = {}
    for path in sorted([*room.rglob("*.py"), *room.rglob("*.html"), *room.rglob("*.txt")]):
        if {"tests", "migrations", "static"} & set(path.relative_to(room).parts):
            continue
        for function, parts in calls_of(path):
            context = ""
            if function.startswith(("pgettext", "npgettext")):
                context, parts = parts[0] or "", parts[1:]
            if not parts or not isinstance(parts[0], str) or not parts[0]:
                continue
            plural = parts[1] if function.startswith(("ngettext", "npgettext")) and len(parts) > 1 else ""
            known = found.setdefault((context, parts[0]), (plural or "", []))
            place = (str(path.relative_to(catalogs.PACKAGE)), "")
            if place not in known[1]:
                known[1].append(place)
    return found


def catalogue_of(room: Path) -> Path:
    return room / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"


def update(room: Path) -> list[str]:
    """Write the room's catalogue; returns the messages that still have no Chinese."""
    wanted = messages_of(room)
    path = catalogue_of(room)
    if not wanted and not path.exists():
        return []
    old = {(e.msgctxt or "", e.msgid): e for e in polib.pofile(str(path))} if path.exists() else {}
    new = polib.POFile(wrapwidth=120)
    new.metadata = {
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Language": "zh_Hans",
        "Plural-Forms": "nplurals=1; plural=0;",
    }
    for (context, msgid), (plural, places) in sorted(wanted.items(), key=lambda item: (item[1][1][0], item[0])):
        before = old.get((context, msgid))
        entry = polib.POEntry(msgid=msgid, msgctxt=context or None, occurrences=places)
        if plural:
            entry.msgid_plural = plural
            entry.msgstr_plural = {0: (before.msgstr_plural.get(0) or before.msgstr) if before else ""}
        else:
            entry.msgstr = before.msgstr if before else ""
        new.append(entry)
    path.parent.mkdir(parents=True, exist_ok=True)
    new.save(str(path))
    return [e.msgid for e in new if not (e.msgstr or e.msgstr_plural.get(0))]


def check(room: Path) -> list[str]:
    """What is wrong with the room's catalogue, a line each."""
    wanted, path = messages_of(room), catalogue_of(room)
    known = {(e.msgctxt or "", e.msgid): e for e in polib.pofile(str(path))} if path.exists() else {}
    wrong = [f"{room.name}: no entry for {msgid!r}" for context, msgid in wanted if (context, msgid) not in known]
    wrong += [f"{room.name}: nobody uses {msgid!r}" for context, msgid in known if (context, msgid) not in wanted]
    for entry in known.values():
        text = entry.msgstr or entry.msgstr_plural.get(0, "")
        if not text:
            wrong.append(f"{room.name}: no Chinese for {entry.msgid!r}")
        elif entry.fuzzy:
            wrong.append(f"{room.name}: fuzzy {entry.msgid!r}")
        elif not entry.msgid_plural and sorted(PLACEHOLDER.findall(entry.msgid)) != sorted(PLACEHOLDER.findall(text)):
            wrong.append(f"{room.name}: other placeholders in {entry.msgid!r}")
    return wrong


def rooms_of(package: Path) -> list[Path]:
    """The folders of the rooms."""
    return [p for p in sorted(package.iterdir()) if p.is_dir() and (p / "__init__.py").exists()]


def collisions(rooms: list[Path]) -> list[str]:
    """Messages that several rooms translate, each in other words: the catalogues are merged, and one of them would be lost."""
    said: dict[tuple[str, str], dict[str, list[str]]] = {}
    for room in rooms:
        path = catalogue_of(room)
        for entry in polib.pofile(str(path)) if path.exists() else ():
            text = entry.msgstr or entry.msgstr_plural.get(0, "")
            if text:
                said.setdefault((entry.msgctxt or "", entry.msgid), {}).setdefault(text, []).append(room.name)
    return [
        f"{' and '.join('、'.join(names) + ' ' + repr(text) for text, names in words.items())} for {msgid!r}{f' ({context})' if context else ''}"
        for (context, msgid), words in sorted(said.items())
        if len(words) > 1
    ]


def main(arguments: list[str]) -> int:
    settings.DEBUG  # noqa: B018  loads the settings: templatize asks for them
    rooms = rooms_of(catalogs.PACKAGE)
    names = [a for a in arguments if not a.startswith("-")]
    rooms = [r for r in rooms if not names or r.name in names]
    if "--check" in arguments:
        wrong = [line for room in rooms for line in check(room)] + collisions(rooms_of(catalogs.PACKAGE))
        print("\n".join(wrong) or "messages: complete")
        return 1 if wrong else 0
    for room in rooms:
        for msgid in update(room):
            print(f"{room.name}: no Chinese yet for {msgid!r}")
    catalogs.ensure_compiled()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
