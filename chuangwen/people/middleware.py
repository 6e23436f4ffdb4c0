"""Puts the actor on the request, ends sessions that rested or lasted too long, and leads people to what has to be done first."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from chuangwen.kernel import clock
from chuangwen.people.actors import Standing, standing_of
from chuangwen.people.models import Account, SignIn
from chuangwen.people.tokens import bearer, reader_of

SEEN, STARTED, SIGN_IN, SECOND_FACTOR = "seen_at", "started_at", "sign_in", "second_factor"
NOTED_EVERY = 60  # seconds
LONGEST = timedelta(hours=8)
API = ("/api/", "/phone/api/", "/evidence/uploads/")
"""Where programs ask: they are answered with data, not led to a page."""

OPEN_BEFORE_PASSWORD = {
    "account_change_password",
    "account_logout",
    "account_reauthenticate",
    "mfa_reauthenticate",
    "web:language",
    "web:text-size",
    "language",
    "text-size",
}
OPEN_BEFORE_SECOND_FACTOR = OPEN_BEFORE_PASSWORD | {
    "mfa_activate_totp",
    "mfa_index",
    "mfa_view_recovery_codes",
    "mfa_download_recovery_codes",
    "mfa_generate_recovery_codes",
}


class ActorMiddleware:
    """``request.actor``: what the posts of the person allow today, or what a token in the header acts as.

    A session costs two queries beyond Django's own session row: the account with its person, and its posts.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token, address = bearer(request), request.META.get("REMOTE_ADDR", "")
        if token and (reader := reader_of(request.path)):
            request.actor = SimpleLazyObject(lambda: reader(request, token))  # type: ignore[attr-defined]  # what every room reads
            return self.get_response(request)
        channel = "api" if request.path.startswith(API) else "page"
        standing: Standing = SimpleLazyObject(  # type: ignore[assignment]  # lazy, and used as one
            lambda: standing_of(request.user if isinstance(request.user, Account) else None, channel=channel, address=address)
        )
        request.standing = standing  # type: ignore[attr-defined]  # what every room reads
        request.actor = SimpleLazyObject(lambda: standing.actor)  # type: ignore[attr-defined]  # what every room reads
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """Ends a session that is over; lets nothing go before a password of one's own and the second factor that a role asks for."""
        standing: Standing | None = getattr(request, "standing", None)
        if standing is None or "_auth_user_id" not in request.session or standing.actor.account_id is None:
            return None
        reason = self._over(request, standing)
        if reason:
            return self._ended(request, reason)
        name = request.resolver_match.view_name if request.resolver_match else ""
        if request.user.must_change_password:  # type: ignore[union-attr]  # an account: nobody has left above
            if name not in OPEN_BEFORE_PASSWORD:
                return self._first(request, "account_change_password", _("Choose a password of your own first."))
        elif standing.needs_second_factor and not request.session.get(SECOND_FACTOR):
            if is_mfa_enabled(request.user):
                request.session[SECOND_FACTOR] = True
            elif name not in OPEN_BEFORE_SECOND_FACTOR:
                return self._first(
                    request, "mfa_activate_totp", _("Your post asks for a second step at sign-in. Set it up first.")
                )
        return None

    def _over(self, request: HttpRequest, standing: Standing) -> str:
        """Why the session is over, or nothing; once a minute notes that the person is still there."""
        session, moment = request.session, int(clock.now().timestamp())
        seen, started = session.get(SEEN), session.get(STARTED)
        if seen is not None and moment - seen > standing.idle_minutes * 60:
            return _("You were signed out because nothing was done for a long time. Please sign in again.")
        if started is not None and moment - started > min(LONGEST.total_seconds(), settings.SESSION_COOKIE_AGE):
            return _("You were signed out because a sign-in lasts eight hours at most. Please sign in again.")
        if started is None:
            session[STARTED] = moment
        if seen is None or abs(moment - seen) > NOTED_EVERY:
            session[SEEN] = moment
            if SIGN_IN in session:
                SignIn.objects.filter(pk=session[SIGN_IN]).update(seen_at=clock.now(), session_key=session.session_key)
        return ""

    @staticmethod
    def _ended(request: HttpRequest, reason: str) -> HttpResponse:
        sign_in = request.session.get(SIGN_IN)
        logout(request)
        SignIn.objects.filter(pk=sign_in).delete()
        if request.path.startswith(API):
            return JsonResponse(
                {"code": "session.ended", "message": reason}, status=401, json_dumps_params={"ensure_ascii": False}
            )
        messages.info(request, reason)
        back = f"?{urlencode({'next': request.get_full_path()})}" if request.method == "GET" else ""
        return _go(request, reverse(settings.LOGIN_URL) + back)

    @staticmethod
    def _first(request: HttpRequest, name: str, reason: str) -> HttpResponse:
        if request.path.startswith(API):
            return JsonResponse(
                {"code": "session.unfinished", "message": reason}, status=403, json_dumps_params={"ensure_ascii": False}
            )
        messages.info(request, reason)
        return _go(request, reverse(name))


def _go(request: HttpRequest, url: str) -> HttpResponse:
    """A redirect; for htmx one of the whole page."""
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return HttpResponseRedirect(url)
