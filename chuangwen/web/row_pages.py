"""Pages that ask for something about one row that has a life (a pair, a work) and lead back to it; and its history."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from chuangwen.kernel import access
from chuangwen.kernel.errors import Missing
from chuangwen.web.form_pages import FormPage

EVENTS = 40


class OfRow(FormPage):
    """``model`` and ``related``: what the page is about, ``home``: its list in the breadcrumbs. ``rows``: where the address names something that
    hangs on it by ``link`` (a stage, an input), the model of that; it is then in ``row``. ``do`` calls the action."""

    model: Any
    related: tuple[str, ...] = ()
    home: tuple[Any, str]
    rows: Any = None
    link = ""
    row: Any = None
    about: Any = None

    def prepare(self) -> None:
        assert self.required_verb is not None
        key = self.kwargs["pk"]
        if self.rows is not None:
            self.row = self.rows.objects.filter(pk=key).first()
            if self.row is None:
                raise Missing(_("There is no such record, or it is not in your area."))
            key = getattr(self.row, self.link)
        self.about = access.fetch(self.actor, self.required_verb, self.model.objects.select_related(*self.related), pk=key)
        self.lead = str(self.about)

    def get_breadcrumbs(self) -> Any:
        return [(self.home[0], reverse(self.home[1])), (str(self.about), self.about.get_absolute_url())]

    def act(self, form: Any) -> str:
        self.do(form)
        return self.about.get_absolute_url()

    def do(self, form: Any) -> None:
        raise NotImplementedError


def history(events: Any, tones: Mapping[str, str]) -> Iterable[dict[str, Any]]:
    """The newest events as the component shows them; ``tones`` by step. One query."""
    return [
        {
            "at": event.at, "title": event.words, "tone": tones.get(event.step, "quiet"),
            "who": event.account.person.name if event.account and event.account.person else "",
        }
        for event in events.select_related("account__person")[:EVENTS]
    ]  # fmt: skip
