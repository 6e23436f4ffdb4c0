"""Pages for what went wrong: what happened, and what to do now. They ask no database, so that they stand when it does not."""

import logging
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import PermissionDenied, RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from chuangwen.kernel.errors import Denied, Refusal

Answers = Callable[[HttpRequest, int, str], HttpResponse]
_elsewhere: dict[str, Answers] = {}
log = logging.getLogger(__name__)
API = ("/api/", "/phone/api/", "/evidence/uploads/")
CODES = {400: "bad_request", 403: "denied", 404: "missing", 413: "too_large", 429: "too_many", 500: "broken"}


def answers_below(prefix: str) -> Callable[[Answers], Answers]:
    """Decorator: below this path ``answer(request, status, words)`` says what went wrong, in the form that programs expect there."""

    def register(function: Answers) -> Answers:
        _elsewhere[prefix] = function
        return function

    return register


def texts(status: int) -> tuple[str, str, str]:
    """Title, what happened, what to do now, in the language of the request."""
    known = {
        400: (
            _("This request was not understood"),
            _("Something in the address or the form does not fit."),
            _("Go back, check what you entered and send it again."),
        ),
        403: (
            _("You may not do this"),
            _("Your post does not include this right."),
            _("If you need it for your work, ask your unit's administrator for the role."),
        ),
        404: (
            _("There is nothing here"),
            _("The page or record does not exist, or it is not in your area."),
            _("Check the address, or look for it with the search."),
        ),
        405: (
            _("This cannot be done this way"),
            _("The address does not take this kind of request."),
            _("Go back and use the buttons of the page."),
        ),
        409: (
            _("Somebody else was quicker"),
            _("The record has changed since you opened it."),
            _("Reload the page, look at the present state and decide again."),
        ),
        413: (
            _("This is too large"),
            _("What you sent is larger than the server takes."),
            _("Send fewer or smaller files, or fewer rows at once."),
        ),
        422: (_("This cannot be done"), _("The state of the record does not allow it."), _("Go back and check the record.")),
        429: (_("Too many attempts"), _("There were too many requests in a short time."), _("Wait a few minutes and try again.")),
        500: (
            _("Something broke on our side"),
            _("The program met an error. Nothing of this request was saved."),
            _("Try again in a moment. If it happens again, tell your administrator the time and the address."),
        ),
    }
    return known.get(status, known[500] if status >= 500 else known[400])


def error_page(request: HttpRequest, status: int, *, what: str = "", now: str = "") -> HttpResponse:
    """The page for ``status``; ``what`` happened and what to do ``now`` replace the general sentences where a view knows more.

    A program that asked the API gets the same as data. An htmx request gets a message that htmx puts where messages stand, so that the
    page around it stays.
    """
    title, happened, advice = texts(status)
    for prefix, answer_there in _elsewhere.items():
        if request.path.startswith(prefix):
            return answer_there(request, status, what or happened)
    if request.path.startswith(API):
        answer = {"code": CODES.get(status, "http"), "message": what or happened}
        return JsonResponse(answer, status=status, json_dumps_params={"ensure_ascii": False})
    context: dict[str, Any] = {"status": status, "title": title, "what": what or happened, "now": now or advice, "back": came_from(request)}
    if request.headers.get("HX-Request") == "true" and request.headers.get("HX-Boosted") != "true":
        html = render_to_string("web/components/error_message.html", context)
        return HttpResponse(
            html, status=status, headers={"HX-Retarget": "#messages", "HX-Reswap": "innerHTML", "HX-Push-Url": "false"}
        )
    names = [f"{status}.html", "web/error.html"]
    return HttpResponse(render_to_string(names, context, request=request), status=status)


def came_from(request: HttpRequest) -> str:
    """The page of ours on which the button stood that was refused; nothing where it is this address again, or unknown."""
    target = request.headers.get("Referer", "") if request.method == "POST" else ""
    known = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if known and urlsplit(target).path != request.path else ""


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """A right that is lacking is asked for; what somebody may not decide for another reason has its own code, and its sentence says who may."""
    own_reason = refusal.status == 403 and refusal.code != Denied.code
    return error_page(
        request, refusal.status, what=str(refusal.message), now=_("Go back and do as it says above.") if own_reason else ""
    )


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    if isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent):
        return error_page(request, 413)
    return error_page(request, 400)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    what = str(exception) if isinstance(exception, PermissionDenied) and exception.args else ""
    return error_page(request, 403, what=what)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return error_page(request, 404)


def too_large(request: HttpRequest) -> HttpResponse:
    return error_page(request, 413)


def too_many(request: HttpRequest) -> HttpResponse:
    return error_page(request, 429)


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """For CSRF_FAILURE_VIEW: the form's token is missing or old."""
    log.info("form refused: %s", reason)
    return error_page(
        request,
        403,
        what=_("The form is too old, or it was not sent from this site."),
        now=_("Open the page again, fill in the form once more and send it."),
    )


def server_error(request: HttpRequest) -> HttpResponse:
    return error_page(request, 500)
