"""What rooms bring to the app on the phone: a module with its screens, and the words that it says.

    screens.register("fieldwork", module="fieldwork/phone/main.js", label=_("Rounds"), icon="clipboard-list", verb="fieldwork.observe", order=10,
                     words=WORDS)

A room registers in its ``phone.py``. ``words`` are English messages (``gettext_noop``) that its module asks for by ``t("…")``: the page
of the app carries them in the person's language.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext

from chuangwen.kernel.access import Actor


@dataclass(frozen=True)
class Screen:
    """``module`` is a path under the static files; ``verb`` is what a person must be allowed for the screens to be there."""

    name: str
    module: str
    label: str | Promise
    icon: str
    verb: str
    order: int = 100
    words: tuple[str, ...] = ()


_screens: dict[str, Screen] = {}


def register(
    name: str, *, module: str, label: str | Promise, icon: str, verb: str, order: int = 100, words: Iterable[str] = ()
) -> None:
    """Make a room's screens known; the same name again replaces them."""
    _screens[name] = Screen(name, module, label, icon, verb, order, tuple(words))


def everything() -> list[Screen]:
    """All screens in their order."""
    return sorted(_screens.values(), key=lambda screen: (screen.order, screen.name))


def visible(actor: Actor) -> list[Screen]:
    """The screens that a person gets, in their order."""
    return [screen for screen in everything() if actor.may(screen.verb)]


def words(screens: Iterable[Screen]) -> dict[str, str]:
    """English message -> the same in the language of the request, for these screens."""
    return {message: gettext(message) for screen in screens for message in screen.words}
