"""Views that programs and scripts ask rather than people: data in, data out, errors as ``{"code", "message"}``.

Who comes with a token in the header needs no CSRF token; who comes with a browser's session does.
"""

import json
from typing import Any, ClassVar

from django.core.exceptions import RequestDataTooBig
from django.db import DataError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import View

from chuangwen.kernel import access
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Refusal
from chuangwen.web.views import actor_of


def answer(data: Any, status: int = 200, headers: dict[str, str] | None = None) -> JsonResponse:
    """Data as JSON that nobody keeps unless the headers say so."""
    response = JsonResponse(data, status=status, safe=False, json_dumps_params={"ensure_ascii": False}, headers=headers)
    response.headers.setdefault("Cache-Control", "private, no-store")
    return response


def refused(refusal: Refusal, **more: Any) -> JsonResponse:
    return answer({"code": refusal.code, "message": str(refusal)} | more, refusal.status)


class Unauthenticated(Refusal):
    """Nobody is signed in."""

    status = 401
    code = "session.ended"


class ProgramView(View):
    """``required_verb`` must be granted (None: being signed in is enough).

    A token that was not accepted is answered as whoever looked at it said (``request.token_refused``).
    """

    required_verb: ClassVar[str | None] = None
    request: HttpRequest

    @property
    def actor(self) -> Actor:
        return actor_of(self.request)

    @method_decorator(csrf_exempt)
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            self.check(request)
            return super().dispatch(request, *args, **kwargs)
        except Refusal as refusal:
            return self.refused(refusal)
        except RequestDataTooBig:
            return answer({"code": "too_large", "message": _("What you sent is larger than the server takes.")}, 413)
        except DataError:
            return answer({"code": "invalid", "message": _("It holds characters or numbers that cannot be stored.")}, 422)

    def check(self, request: HttpRequest) -> None:
        """Who asks, and may they? Raises Refusal."""
        actor = actor_of(request)
        if actor.account_id is None:
            raise getattr(request, "token_refused", None) or Unauthenticated(_("You are signed out. Please sign in again."))
        if hasattr(request, "standing") and _forged(request):  # known by a session, not by a token
            raise Refusal(_("The form is too old, or it was not sent from this site."), "session.forged", status=403)
        if self.required_verb is not None:
            access.require(actor, self.required_verb)

    def refused(self, refusal: Refusal) -> HttpResponse:
        return refused(refusal)

    def http_method_not_allowed(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return answer(
            {"code": "method", "message": _("The address does not take this kind of request.")},
            405,
            {"Allow": ", ".join(name.upper() for name in self.http_method_names if hasattr(self, name))},
        )


def _forged(request: HttpRequest) -> bool:
    """Django's own check, for a view that is exempt because of those who come with a token."""
    guard = CsrfViewMiddleware(lambda _request: HttpResponse())
    guard.process_request(request)
    return guard.process_view(request, lambda: HttpResponse(), (), {}) is not None


def read_json(request: HttpRequest, *, most: int) -> dict[str, Any]:
    """The object that the body holds. Raises Refusal: 413 for more than ``most`` bytes, 400 for what is no JSON object, or holds what no
    JSON of ours holds: NaN, half a surrogate pair, a zero byte, thousands of brackets."""
    declared = request.headers.get("Content-Length", "")
    if declared.isdigit() and int(declared) > most or len(request.body) > most:
        text = _("What you sent is larger than the server takes.")
        raise Refusal(text, "too_large", status=413)
    try:
        data = json.loads(request.body.decode("utf-8"), parse_constant=_no_number)
        if not isinstance(data, dict) or not _storable(data):
            raise ValueError
    except (ValueError, RecursionError) as problem:
        raise Refusal(_("This is no data that the server understands."), "bad_request", status=400) from problem
    return data


def _no_number(word: str) -> None:
    raise ValueError(word)


def _storable(value: Any, depth: int = 0) -> bool:
    """Whether both databases can hold it."""
    if depth > 20:
        return False
    if isinstance(value, str):
        return "\x00" not in value and not any("\ud800" <= character <= "\udfff" for character in value)
    if isinstance(value, bool) or value is None:
        return True
    if isinstance(value, int):
        return abs(value) < 2**63
    if isinstance(value, float):
        return value == value and abs(value) < 1e300
    if isinstance(value, dict):
        return all(_storable(key, depth + 1) and _storable(one, depth + 1) for key, one in value.items())
    return all(_storable(one, depth + 1) for one in value)
