"""Pages that work without signal, for the parts: a shell that holds nothing of anybody's and is kept on the phone with its service worker, the
least that whoever is signed in needs to know, and what they entered, sent when there is signal. ``static/volunteers/without_signal.js`` is the
other half. A part gives four addresses, ``<name>``, ``<name>-data``, ``<name>-send`` and ``<name>-worker``, the worker's beside the pages that
open as the shell when there is no signal."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import get_template
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.generic import View

from chuangwen.kernel import clock
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Refusal
from chuangwen.volunteers.presence.recording import Spot
from chuangwen.web.views import AccessMixin

MOST_SENT = 60
FILES = ("volunteers/without_signal.js", "volunteers/without_signal.css")
WORKER = "volunteers/without_signal_worker.js"
WORDS = (
    gettext_noop("No signal: what you enter is kept on this phone and sent later."),
    gettext_noop("Kept on this phone, not yet sent: %s"),
    gettext_noop("Stored"),
    gettext_noop("Take it out"),
    gettext_noop("Sign in"),
    gettext_noop("Asking for the place once …"),
)


def milliseconds(at: datetime) -> int:
    """A moment as a browser counts it."""
    return round(at.timestamp() * 1000)


def moment(value: Any) -> datetime:
    """A moment of a browser, in milliseconds since 1970. Raises ValueError."""
    if not isinstance(value, int | float) or not 0 <= value < 4_102_444_800_000:
        raise ValueError
    return datetime.fromtimestamp(value / 1000, clock.LOCAL)


def number(value: Any) -> int:
    """A record's number. Raises ValueError."""
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < 2**62:
        raise ValueError
    return value


def spot_of(one: dict[str, Any]) -> Spot | None:
    """Where it was, in degrees with the accuracy in metres; None where nothing is said or it is no place. Raises ValueError, TypeError."""
    if one.get("lat") is None or one.get("lon") is None:
        return None
    lat, lon, accuracy = float(one["lat"]), float(one["lon"]), one.get("accuracy")
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        return None
    return Spot(lat, lon, None if accuracy is None else min(max(0, round(float(accuracy))), 1_000_000))


class Shell(AccessMixin, View):
    """The page that is kept on the phone. ``first``: what a phone is told that knows nothing yet; ``words``: what the
    script says besides."""

    public = True
    name = ""
    template = ""
    title: Any = ""
    first = ""
    words: Sequence[str] = ()

    @classmethod
    def shell(cls) -> dict[str, Any]:
        """Addresses and words, as the script takes them; also for the page that is shown while there is signal."""
        return {
            "data": reverse(f"volunteers:{cls.name}-data"), "send": reverse(f"volunteers:{cls.name}-send"),
            "worker": reverse(f"volunteers:{cls.name}-worker"), "login": reverse("account_login"), "first": cls.first,
            "words": {word: _(word) for word in (*WORDS, cls.first, *cls.words)},
        }  # fmt: skip

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, self.template, {"title": self.title, "shell": self.shell()})


def known(request: HttpRequest, actor: Actor, rows: list[dict[str, Any]] | None) -> dict[str, Any]:
    """What a phone learns of who is signed in; a page that is shown while there is signal gives it along."""
    told = {"who": actor.account_id, "name": actor.name, "now": milliseconds(clock.now()), "csrf": get_token(request)}
    return told if rows is None else told | {"rows": rows}


class Known(AccessMixin, View):
    """``{"who", "name", "now" (ms), "csrf", "rows": [...]}`` of whoever asks. With ``?rows=0`` only who that is, before something is sent."""

    def check_access(self, request: HttpRequest) -> HttpResponse | None:
        if self.actor.account_id is None:
            return JsonResponse({"detail": _("Sign in first.")}, status=401)
        return super().check_access(request)

    def rows(self) -> list[dict[str, Any]]:
        """The least that is needed, each with its ``id``."""
        raise NotImplementedError  # each page of the room says its own

    def get(self, request: HttpRequest) -> HttpResponse:
        answer = JsonResponse(known(request, self.actor, None if request.GET.get("rows") == "0" else self.rows()))
        answer["Cache-Control"] = "no-store"
        return answer


class Send(Known):
    """``{"now": ms, "device", "entries": [{"uid", "what", "at": ms, ...}]}`` of the phone, in the order in which they were made ->
    ``{"answers": [{"uid", "ok", "words", ...}]}``. What is not ok was refused for good; the same ``uid`` again is the same record."""

    http_method_names = ["post", "options"]

    def read(self, one: dict[str, Any]) -> dict[str, Any]:
        """An entry as ``keep`` takes it. Raises ValueError, KeyError, TypeError."""
        raise NotImplementedError  # each page of the room says its own

    def keep(self, one: dict[str, Any], now: datetime, device: str) -> dict[str, Any]:
        """Do what was entered; ``now`` is the phone's. What the page is told besides. Raises Denied, Refusal."""
        raise NotImplementedError  # each page of the room says its own

    def post(self, request: HttpRequest) -> HttpResponse:
        try:
            body = json.loads(request.body)
            now, entries = moment(body["now"]), list(body["entries"])[:MOST_SENT]
            read = [self.read(one) | {"uid": UUID(str(one["uid"])), "at": moment(one["at"])} for one in entries]
        except (ValueError, KeyError, TypeError, OverflowError, AttributeError, OSError, RecursionError):
            return JsonResponse({"detail": _("This cannot be read.")}, status=422)
        device = str(body.get("device", ""))[:60]
        return JsonResponse({"answers": [self._one(one, now, device) for one in read]})

    def _one(self, one: dict[str, Any], now: datetime, device: str) -> dict[str, Any]:
        try:
            told = self.keep(one, now, device)
        except Refusal as refusal:
            return {"uid": str(one["uid"]), "ok": False, "again": False, "words": str(refusal)}
        return {"uid": str(one["uid"]), "ok": True, "again": False, "words": _("Stored")} | told


def corrected(at: datetime, phone_now: datetime) -> datetime:
    """A moment of the phone's clock by ours, never in the future: both moments are the phone's, and what it is wrong by is in both."""
    now = clock.now()
    return min(at + (now - phone_now), now)


class Worker(AccessMixin, View):
    """The service worker of a shell: it keeps the page and its files (``static``, besides what all have) under a name that changes with them."""

    public = True
    name = ""
    template = ""
    static: Sequence[str] = ()

    def get(self, request: HttpRequest) -> HttpResponse:
        files = (*FILES, *self.static)
        page = reverse(f"volunteers:{self.name}")
        context = {
            "version": json.dumps(f"{self.name}-{version(self.template, files)}"), "page": json.dumps(page),
            "files": json.dumps([static(name) for name in files]), "prefix": json.dumps(f"{self.name}-"),
        }  # fmt: skip
        answer = render(request, WORKER, context, content_type="text/javascript")
        answer["Cache-Control"] = "no-cache"
        return answer


_versions: dict[str, str] = {}


def version(template: str, files: Sequence[str]) -> str:
    """A short name for what a shell is made of: another as soon as one of its files is another."""
    if template not in _versions:
        # Django's own backend gives each template its origin; the stubs allow for others.
        pages = [get_template(name).origin.name for name in (template, "volunteers/without_signal.html", WORKER)]  # type: ignore[attr-defined]  # templates of Django's own language have an origin
        paths = [Path(one) for one in (*pages, *(finders.find(name) for name in files)) if one]
        _versions[template] = hashlib.sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()[:16]
    return _versions[template]
