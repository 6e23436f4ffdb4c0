"""How a program or a browser is known to the API: ``api_auth`` is what the API object takes.

``request.actor`` (channel ``api``) is set by the middleware from the header or the session. A browser's session needs the CSRF
token on everything that writes.
"""

from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest
from ninja.security import APIKeyCookie, HttpBearer

from chuangwen.kernel import clock
from chuangwen.kernel.access import NOBODY, Actor
from chuangwen.people import queries
from chuangwen.people.actors import actor_of
from chuangwen.people.models import ApiToken
from chuangwen.web import views

USE_NOTED_EVERY = timedelta(hours=1)
TokenReader = Callable[[HttpRequest, str], Actor]
_readers: dict[str, TokenReader] = {}


def reads_tokens(*prefixes: str) -> Callable[[TokenReader], TokenReader]:
    """Decorator: below these paths the function says who a token in the header acts as.

    It gives NOBODY for one that it does not accept, and may say why in ``request.token_refused`` (a Refusal). A room that has tokens of
    its own registers here; they are good for nothing else, and the tokens of programs are not good there.
    """

    def register(reader: TokenReader) -> TokenReader:
        _readers.update(dict.fromkeys(prefixes, reader))
        return reader

    return register


def reader_of(path: str) -> TokenReader | None:
    """Who reads the tokens that come with a request to this path."""
    return next((reader for prefix, reader in _readers.items() if path.startswith(prefix)), None)


def bearer(request: HttpRequest) -> str:
    """The token in the Authorization header, or nothing."""
    kind, _space, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else ""


def actor_by_token(plain: str, *, address: str = "") -> Actor:
    """Who a token acts as; NOBODY for an unknown, withdrawn or expired one. Its use is noted at most hourly."""
    token = queries.token_of(plain)
    if token is None:
        return NOBODY
    now = clock.now()
    if token.last_used_at is None or now - token.last_used_at > USE_NOTED_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
    return actor_of(token.account, channel="api", address=address)


@reads_tokens("/api/")
def _program(request: HttpRequest, plain: str) -> Actor:
    return actor_by_token(plain, address=request.META.get("REMOTE_ADDR", ""))


class TokenAuth(HttpBearer):
    """``Authorization: Bearer <token>``."""

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        actor = views.actor_of(request)
        return actor if actor.account_id is not None else None


class BrowserAuth(APIKeyCookie):
    """The session of somebody who is signed in with a browser."""

    param_name = settings.SESSION_COOKIE_NAME

    def _get_key(self, request: HttpRequest) -> str | None:
        if bearer(request) or not request.COOKIES.get(self.param_name):
            return None
        return super()._get_key(request)

    def authenticate(self, request: HttpRequest, key: str | None) -> Actor | None:
        if not key:
            return None
        actor = views.actor_of(request)
        return actor if actor.account_id is not None else None


api_auth = [TokenAuth(), BrowserAuth()]
