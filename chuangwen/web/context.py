"""What every template may ask for, computed only when it is asked for."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.http import url_has_allowed_host_and_scheme

import chuangwen
from chuangwen.web import navigation
from chuangwen.web.middleware import wants_large_text


class Page:
    """The frame around a page: ``page.navigation``, ``page.phone_bar``, ``page.large_text``, ``page.here``, ``page.version``."""

    def __init__(self, request: HttpRequest):
        self._request = request
        self.version = getattr(chuangwen, "__version__", "")
        self.large_text = wants_large_text(request)
        self.languages = settings.LANGUAGES
        self.navigation = SimpleLazyObject(lambda: navigation.shown(request))

    @property
    def phone_bar(self) -> list[navigation.ShownEntry]:
        """The entries that stand at the bottom of a phone: four, beside the button that opens all."""
        return navigation.phone_bar(self.navigation)

    @property
    def top_bar(self) -> list[navigation.ShownEntry]:
        """The entries that stand as icons at the head of the page."""
        return [entry for group in self.navigation for entry in group.entries if entry.top]

    @property
    def here(self) -> str:
        """The address that shows this page again, for forms that lead back to it (language, text size).

        An answer to a POST may stand at an address that cannot be opened at all: from there back means the page
        whose form was sent.
        """
        request = self._request
        if request.method in ("GET", "HEAD"):
            return request.get_full_path()
        sent_from = request.headers.get("Referer", "")
        if sent_from and url_has_allowed_host_and_scheme(sent_from, {request.get_host()}):
            return sent_from
        return "/"

    @property
    def signed_in(self) -> bool:
        """Whether somebody is signed in; a page that was never asked about that (an error) answers no."""
        actor = getattr(self._request, "actor", None)
        return actor is not None and actor.account_id is not None


def page(request: HttpRequest) -> dict[str, Any]:
    return {"page": SimpleLazyObject(lambda: Page(request)), "actor": getattr(request, "actor", None)}
