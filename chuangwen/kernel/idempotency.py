"""Idempotency-Key on every POST of the API: a request that is repeated is answered alike and done once.

The answer is written in the transaction of the action itself: either both hold or neither. A second request with the
same key that arrives while the first is at work waits for it. Refused requests (4xx, 5xx) leave nothing, so that they
can be put right and sent again under the same key.
"""

import hashlib
from collections.abc import Callable

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from chuangwen.kernel import clock
from chuangwen.kernel.models import GivenAnswer

PREFIX = "/api/"
LONGEST_KEY = 100


class IdempotencyMiddleware:
    """Needs ``request.actor`` to be known from the headers alone."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        key = request.headers.get("Idempotency-Key", "")
        if request.method != "POST" or not key or not request.path.startswith(PREFIX):
            return self.get_response(request)
        account_id = request.actor.account_id  # type: ignore[attr-defined]  # set by the middleware of people
        if account_id is None:
            return self.get_response(request)
        if len(key) > LONGEST_KEY or not key.isprintable():
            return _refused(
                _("An Idempotency-Key has at most %(count)d printable characters.") % {"count": LONGEST_KEY},
                "idempotency.bad_key",
                400,
            )
        digest = hashlib.sha256(request.get_full_path().encode() + b"\n" + request.body).hexdigest()
        given = GivenAnswer.objects.filter(account_id=account_id, key=key).first()
        if given is None:
            try:
                with transaction.atomic():
                    given = GivenAnswer.objects.create(
                        account_id=account_id, key=key, request_hash=digest, status=0, at=clock.now()
                    )
                    response = self.get_response(request)
                    if response.status_code >= 400 or response.streaming:
                        transaction.set_rollback(True)
                    else:
                        GivenAnswer.objects.filter(pk=given.pk).update(
                            status=response.status_code,
                            body=response.content.decode(),
                            content_type=response.headers.get("Content-Type", "")[:60],
                        )
                return response
            except IntegrityError:
                given = GivenAnswer.objects.filter(account_id=account_id, key=key).first()
                if given is None:
                    raise
        if given.request_hash != digest:
            return _refused(_("This Idempotency-Key was used for another request."), "idempotency.other_request", 422)
        response = HttpResponse(given.body, status=given.status, content_type=given.content_type or "application/json")
        response["Idempotent-Replay"] = "true"
        return response


def _refused(message: str, code: str, status: int) -> JsonResponse:
    return JsonResponse({"code": code, "message": message}, status=status, json_dumps_params={"ensure_ascii": False})
