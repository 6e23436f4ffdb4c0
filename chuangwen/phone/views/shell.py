"""The app's own page, its service worker, its manifest, and who is signed in.

None of them holds anything that belongs to a person: the page and the worker are kept on phones for when there is no signal, and are
the same for everybody who has the same language.
"""

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.generic import TemplateView, View

import chuangwen
from chuangwen.phone import screens
from chuangwen.phone.icons import ICONS
from chuangwen.phone.words import WORDS
from chuangwen.web import icons
from chuangwen.web.middleware import wants_large_text
from chuangwen.web.views import AccessMixin, actor_of

LATER = (
    "phone/viewfinder.js",
    "phone/qr.js",
    "phone/map.js",
    "phone/archive.js",
    "vendor/jsqr/jsqr.js",
    "vendor/leaflet/leaflet.js",
    "vendor/leaflet/leaflet.css",
)
"""What the first screen does not need: fetched when it is asked for, or by the service worker in its own time."""
FIRST = ("vendor/idb/idb.js", "vendor/tus/tus.js")
OPENING = tuple(f"phone/{name}.js" for name in ("app", "api", "lock", "store", "ui", "vault", "words")) + ("vendor/idb/idb.js",)
"""What the first screen, the PIN, stands on."""
PICTURES = ("web/mark.svg", "phone/icons/icon-192.png")


@cache
def modules() -> tuple[str, ...]:
    """Paths below the static files of every module of the app: its own and those of the rooms."""
    package = Path(settings.BASE_DIR)
    own = [f"phone/{path.name}" for path in package.glob("phone/static/phone/*.js")]
    brought = [f"{path.parents[1].name}/phone/{path.name}" for path in package.glob("*/static/*/phone/*.js")]
    return tuple(sorted(own + brought))


def rest() -> list[str]:
    """Modules that the first screen does not need and every person does; those of single screens are not among them."""
    return [*(path for path in modules() if path.startswith("phone/") and path not in (*LATER, *OPENING)), "vendor/tus/tus.js"]


def styles() -> list[str]:
    package = Path(settings.BASE_DIR)
    return [
        "phone/phone.css",
        *sorted(f"{path.parents[1].name}/phone/{path.name}" for path in package.glob("*/static/*/phone/*.css")),
    ]


def files() -> list[str]:
    """Addresses of everything that the app needs without signal; each carries its content in its name."""
    names = dict.fromkeys([*styles(), *FIRST, *modules(), *LATER, *PICTURES])
    return [static(name) for name in names]


def address(name: str, *args: Any) -> str:
    """The address of a page, empty where no room has it."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def urls() -> dict[str, str]:
    return {
        "shell": reverse("phone:shell"),
        "worker": reverse("phone:worker"),
        "session": reverse("phone:session"),
        "devices": reverse("phone:api-devices"),
        "device": reverse("phone:api-device"),
        "wiped": reverse("phone:api-wiped"),
        "bundle": reverse("phone:api-bundle"),
        "entries": reverse("phone:api-entries"),
        "uploads": "/evidence/uploads/",
        "login": reverse("account_login"),
        "account": reverse("my-account"),
        "language": reverse("language"),
        "my_phones": address("phone:my-phones"),
        "mark": static("web/mark.svg"),
        "leaflet": static("vendor/leaflet/leaflet.js"),
        "leaflet_css": static("vendor/leaflet/leaflet.css"),
    }


def shell(request: HttpRequest) -> dict[str, Any]:
    """What the page brings along: words in the language of the request, drawings, addresses, the screens of the rooms."""
    found = screens.everything()
    tiles = {"pattern": settings.MAP_TILES, "attribution": settings.MAP_TILES_ATTRIBUTION}
    return {
        "version": f"{getattr(chuangwen, '__version__', '')} · {version()[:7]}".strip(" ·"),
        "language": request.LANGUAGE_CODE,
        "languages": [{"code": code, "name": name} for code, name in settings.LANGUAGES],
        "modules": [static(path) for path in rest()],
        "timezone": settings.TIME_ZONE,
        "large": wants_large_text(request),
        "words": {message: _(message) for message in WORDS} | screens.words(found),
        "icons": {name: str(icons.drawing(name)) for name in ICONS},
        "urls": urls(),
        "tiles": tiles if settings.MAP_TILES and settings.MAP_TILES_DATUM == "wgs84" else None,
        "screens": [
            {
                "name": one.name,
                "module": static(one.module),
                "modules": [static(path) for path in modules() if path.rpartition("/")[0] == one.module.rpartition("/")[0]],
                "label": str(one.label),
                "icon": one.icon,
                "verb": one.verb,
            }
            for one in found
        ],
    }


@cache
def version() -> str:
    """Changes with any file, word, drawing or screen of the app; the language it is shown in does not matter."""
    said = [message for screen in screens.everything() for message in screen.words]
    parts = [files(), WORDS, ICONS, said, [(one.name, one.module, one.verb) for one in screens.everything()]]
    page = Path(__file__).parent.parent / "templates" / "phone"
    texts = [(page / name).read_text(encoding="utf-8") for name in ("shell.html", "sw.js")]
    return hashlib.sha256(json.dumps([parts, texts], default=str).encode()).hexdigest()[:16]


class ShellView(AccessMixin, TemplateView):
    """The page. For anybody: who is signed in is asked by the app itself."""

    public = True
    template_name = "phone/shell.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        preloaded = [static(name) for name in OPENING]
        sheets = [static(name) for name in styles()]
        return super().get_context_data(**kwargs) | {"shell": shell(self.request), "modules": preloaded, "styles": sheets}


class WorkerView(AccessMixin, View):
    """The service worker, with the list of the files that it keeps."""

    public = True

    def get(self, request: HttpRequest) -> HttpResponse:
        context = {"version": json.dumps(version()), "page": json.dumps(reverse("phone:shell")), "files": json.dumps(files())}
        response = render(request, "phone/sw.js", context, content_type="text/javascript")
        response["Cache-Control"] = "no-cache"
        return response


class ManifestView(AccessMixin, View):
    """What the phone needs to put the app on the home screen."""

    public = True

    def get(self, request: HttpRequest) -> HttpResponse:
        drawings = [
            {"src": static(f"phone/icons/icon-{side}.png"), "sizes": f"{side}x{side}", "type": "image/png", "purpose": "any"}
            for side in (192, 512)
        ]
        masked = {"src": static("phone/icons/maskable-512.png"), "sizes": "512x512", "type": "image/png", "purpose": "maskable"}
        start = reverse("phone:shell")
        content = {
            "id": start,
            "name": _("Chuangwen on the phone"),
            "short_name": _("Chuangwen"),
            "description": _("Rounds, patrols and answers of the campaign, also without signal"),
            "lang": request.LANGUAGE_CODE,
            "start_url": start,
            "scope": start,
            "display": "standalone",
            "orientation": "portrait",
            "background_color": "#f6f7f9",
            "theme_color": "#9d1f2f",
            "icons": [*drawings, masked],
            "shortcuts": [{"name": _("Queue"), "url": f"{start}#/queue"}],
        }
        response = JsonResponse(content, json_dumps_params={"ensure_ascii": False}, content_type="application/manifest+json")
        response["Cache-Control"] = "no-cache"
        return response


class SessionView(AccessMixin, View):
    """``GET`` -> ``{"account": {"id", "name"} | null, "csrf"}``: who is signed in with this browser's session, asked before a phone is
    made known."""

    public = True

    def get(self, request: HttpRequest) -> HttpResponse:
        actor = actor_of(request)
        account = {"id": actor.account_id, "name": actor.name} if actor.account_id is not None else None
        response = JsonResponse({"account": account, "csrf": get_token(request)})
        response["Cache-Control"] = "no-store"
        return response
