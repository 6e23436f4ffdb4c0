"""Where rooms to the right put what they know on a page of a room to the left.

A page has a name (``fieldwork.round``); a room registers panels for it when its app is ready (in its ``navigation.py``), and the
page shows those that the person may see. ``slot`` says where: ``body`` for cards, ``head`` for buttons beside the title.

    register(Panel("fieldwork.round", "scores", "scoring/round_panel.html", scores_of_round, verb="scoring.see_scores"))
    panels.shown(request, "fieldwork.round", round)            # [(template, context), ...] for {% include template with panel=context %}
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from django.http import HttpRequest

from chuangwen.web.views import actor_of

Slot = Literal["body", "head"]


@dataclass(frozen=True)
class Panel:
    """``context(request, subject)`` gives what ``template`` needs as ``panel``, or None where there is nothing to show."""

    page: str
    key: str
    template: str
    context: Callable[[HttpRequest, Any], dict[str, Any] | None]
    verb: str | None = None
    order: int = 100
    slot: Slot = "body"


_panels: dict[tuple[str, str], Panel] = {}


def register(panel: Panel) -> None:
    """Add a panel; registering the same page and key again replaces it."""
    _panels[panel.page, panel.key] = panel


def shown(request: HttpRequest, page: str, subject: Any, slot: Slot = "body") -> list[tuple[str, dict[str, Any]]]:
    """Template and context of the panels of a page that this person sees, in order."""
    actor = actor_of(request)
    found = []
    for panel in sorted(_panels.values(), key=lambda panel: (panel.order, panel.key)):
        if panel.page == page and panel.slot == slot and (panel.verb is None or actor.may(panel.verb)):
            context = panel.context(request, subject)
            if context is not None:
                found.append((panel.template, context))
    return found
