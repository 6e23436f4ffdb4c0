"""What every answer carries: security headers, the language, and a readable page where something was refused."""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed, SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from chuangwen.kernel.errors import Missing, Refusal

LARGE_TEXT_COOKIE = "large_text"
Handler = Callable[[HttpRequest], HttpResponse]


def wants_large_text(request: HttpRequest) -> bool:
    return request.COOKIES.get(LARGE_TEXT_COOKIE) == "1"


def tile_origin(pattern: str) -> str | None:
    """The origin that the policy must let pictures come from, for a tile address such as ``https://{s}.example.cn/{z}/{x}/{y}``."""
    parts = urlsplit(pattern)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        return None
    return f"{parts.scheme}://{parts.netloc.replace('{s}', '*')}"


def content_security_policy() -> str:
    """Nothing inline, nothing from elsewhere; pictures also from the tile server that the office has set."""
    pictures = ["'self'", "data:", "blob:"]
    tiles = tile_origin(getattr(settings, "MAP_TILES", ""))
    if tiles:
        pictures.append(tiles)
    rules = {
        "default-src": "'self'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": " ".join(pictures),
        "font-src": "'self'",
        "connect-src": "'self'",
        "media-src": "'self' blob:",
        "worker-src": "'self'",
        "manifest-src": "'self'",
        "object-src": "'none'",
        "frame-src": "'self'",
        "frame-ancestors": "'none'",
        "base-uri": "'none'",
        "form-action": "'self'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


class SecurityHeadersMiddleware:
    """Adds what Django's own middleware does not. A view that set a header itself keeps it."""

    def __init__(self, get_response: Handler):
        self.get_response = get_response
        self.headers = {
            "Content-Security-Policy": content_security_policy(),
            "Permissions-Policy": "camera=(self), geolocation=(self), microphone=(), payment=(), usb=()",
            "Cross-Origin-Resource-Policy": "same-origin",
            "X-Permitted-Cross-Domain-Policies": "none",
        }

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in self.headers.items():
            response.headers.setdefault(name, value)
        if response.headers.get("Content-Type", "").startswith("text/html"):
            # Pages hold what only this person may see; a shared computer's back button must not show it after signing out.
            response.headers.setdefault("Cache-Control", "private, no-store")
            patch_vary_headers(response, ["HX-Request"])
        return response


class LanguageMiddleware:
    """Chinese unless the person has chosen otherwise; what the browser was bought with says nothing about its owner."""

    def __init__(self, get_response: Handler):
        if not settings.USE_I18N:
            raise MiddlewareNotUsed
        self.get_response = get_response
        self.known = {code for code, _name in settings.LANGUAGES}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
        language = chosen if chosen in self.known else settings.LANGUAGE_CODE
        request.LANGUAGE_CODE = language
        with translation.override(language):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


class RefusalMiddleware:
    """A refusal that a view let through becomes a page (or, for htmx, a message) that says what happened and what to do."""

    def __init__(self, get_response: Handler):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\x00" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            from chuangwen.web.errors import bad_request

            return bad_request(request, SuspiciousOperation("zero byte"))  # no text of ours holds one, and PostgreSQL refuses it
        response = self.get_response(request)
        if response.status_code == 405 and not response.streaming and not response.content:
            return self._said(request, response)
        return response

    @staticmethod
    def _said(request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """The frameworks answer a wrong method with nothing at all: who comes back to the address of a button reads what to do."""
        from chuangwen.web.errors import error_page

        page = error_page(request, 405)
        page["Allow"] = response.headers.get("Allow", "")
        return page

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, OverflowError):  # a number in the address that no column holds
            exception = Missing(_("There is no such record, or it is not in your area."))
        if not isinstance(exception, Refusal):
            return None
        from chuangwen.web.errors import refused

        return refused(request, exception)
