"""What the modules on the phone say is what the page carries, and every drawing they use comes along."""

import re
from pathlib import Path

import pytest

from chuangwen.cases.phone_words import WORDS
from chuangwen.phone.icons import ICONS
from chuangwen.phone.words import WORDS as OWN

MODULES = sorted((Path(__file__).parents[1] / "static" / "cases" / "phone").glob("*.js"))
SAID = re.compile(r'\bt\("((?:[^"\\]|\\.)*)"')
DRAWN = re.compile(r'\bicon(?::|\()\s*"([a-z0-9-]+)"|icon: [^",]*\? "([a-z0-9-]+)" : "([a-z0-9-]+)"')


def test_every_message_of_the_modules_is_carried_and_none_that_nobody_says():
    said = {message for path in MODULES for message in SAID.findall(path.read_text(encoding="utf-8"))}
    assert said - set(WORDS) - set(OWN) == set() and set(WORDS) - said == set()


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.name)
def test_every_drawing_comes_along(path):
    used = {name for found in DRAWN.findall(path.read_text(encoding="utf-8")) for name in found if name}
    assert used - set(ICONS) == set()


def test_the_modules_keep_to_what_the_app_gives_them():
    """No request, no storage and no position of their own: all of that is the app's, which seals it and asks once."""
    for path in MODULES:
        text = path.read_text(encoding="utf-8")
        assert re.findall(r"\b(?:fetch\(|indexedDB|localStorage|watchPosition|geolocation|innerHTML)", text) == [], path.name
