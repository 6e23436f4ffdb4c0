"""The addresses of GeoReport v2 under ``/open311/v2/``: thin, for programs. No session and no cookie counts here, only ``api_key``.

Errors are the standard's: a list of {code, description} in the format that was asked for, under the HTTP status of that code.
"""

from typing import Any

from django.db import DataError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import View

from chuangwen.intake import guard
from chuangwen.intake.access import system
from chuangwen.intake.errors import TooMany
from chuangwen.intake.install import settings_row
from chuangwen.intake.models import SystemKey
from chuangwen.intake.open311 import actions, queries, rules
from chuangwen.intake.open311.description import describe
from chuangwen.intake.open311.rules import NoKey
from chuangwen.intake.open311.writing import JSON, TYPES, XML, write
from chuangwen.intake.residents.forms import MOST_BYTES
from chuangwen.kernel import clock
from chuangwen.kernel.errors import Missing, Refusal
from chuangwen.web import errors

READS_A_MINUTE, WRONG_KEYS_AN_HOUR, WRONG_TOKENS_AN_HOUR = 240, 60, 60
CHANGED_ON = "2026-11-30T00:00:00+08:00"
"""When the interface itself was last changed."""
SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
ROOT = "/open311/"


def answer(form: str, root: str, content: Any, status: int = 200) -> HttpResponse:
    response = HttpResponse(write(form, root, content), status=status, content_type=TYPES[form])
    response["Cache-Control"] = "no-store"
    # What is read here needs no cookie and tells nothing of anybody: pages of other sites may read it too.
    response["Access-Control-Allow-Origin"] = "*"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def refused(form: str, status: int, words: str) -> HttpResponse:
    """An error as the standard writes it."""
    return answer(form, "errors", [{"code": status, "description": words}], status)


@errors.answers_below(ROOT)
def broken(request: HttpRequest, status: int, words: str) -> HttpResponse:
    """What the house would answer with a page: an unknown address, a body that is too large, an error of ours."""
    return refused(JSON if request.path.endswith(".json") else XML, 400 if status == 422 else status, words)


@method_decorator(csrf_exempt, name="dispatch")
class Endpoint(View):
    """One resource in both formats. ``root`` names the answer in XML."""

    http_method_names = ["get", "head", "options"]
    root = ""
    key: SystemKey | None = None

    def dispatch(self, request: HttpRequest, *args: Any, form: str = XML, **kwargs: Any) -> HttpResponse:
        if request.method is None or request.method.lower() not in self.http_method_names:
            response = refused(form, 405, _("This address does not take %(method)s.") % {"method": str(request.method)[:20]})
            response["Allow"] = ", ".join(name.upper() for name in self.http_method_names)
            return response
        self.form = form
        try:
            return super().dispatch(request, *args, **kwargs)  # type: ignore[return-value]  # views of this room answer with HttpResponse
        except TooMany as refusal:
            response = refused(form, refusal.status, str(refusal))
            response["Retry-After"] = str(refusal.seconds)
            return response
        except Refusal as refusal:
            return refused(form, 400 if refusal.status in (409, 422) else refusal.status, str(refusal))
        except DataError:
            return refused(form, 400, _("Something in it cannot be stored."))

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        self.known(request, request.GET)
        return answer(self.form, self.root, self.read(request, **kwargs))

    def read(self, request: HttpRequest, **kwargs: Any) -> Any:
        raise NotImplementedError

    def known(self, request: HttpRequest, given: Any) -> None:
        """Who asks, how often, and for which town. Raises NoKey, TooMany, Missing."""
        address, plain = request.META.get("REMOTE_ADDR", ""), rules.clean(given.get("api_key"), 200)
        if plain:
            try:
                self.key = queries.key_of(plain)
            except NoKey:
                guard.count("wrong key", address, WRONG_KEYS_AN_HOUR, guard.HOUR)
                raise
        guard.count("open311 read", f"key {self.key.pk}" if self.key else address, READS_A_MINUTE, guard.MINUTE)
        queries.check_jurisdiction(rules.clean(given.get("jurisdiction_id"), 80))


class Discovery(Endpoint):
    """Where the interface is: the service discovery of Open311."""

    root = "discovery"

    def read(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        here = request.build_absolute_uri(f"{ROOT}v2")
        telephone = settings_row().telephone
        return {
            "changeset": CHANGED_ON,
            "contact": _("Telephone: %(number)s") % {"number": telephone} if telephone else _("The city's campaign office."),
            "key_service": _("Keys are given by the system administrator of the campaign office."),
            "endpoints": [
                {
                    "specification": SPECIFICATION, "url": here, "changeset": CHANGED_ON, "type": "production",
                    "formats": ["text/xml", "application/json"],
                }
            ],
        }  # fmt: skip


class Services(Endpoint):
    root = "services"

    def read(self, request: HttpRequest, **kwargs: Any) -> list[dict[str, Any]]:
        return queries.services()


class ServiceDefinition(Endpoint):
    root = "service_definition"

    def read(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        return queries.definition(kwargs["code"])


class Requests(Endpoint):
    """The list, and the place to post."""

    root = "service_requests"
    http_method_names = ["get", "head", "post", "options"]

    def read(self, request: HttpRequest, **kwargs: Any) -> list[dict[str, Any]]:
        return queries.requests(self.key, rules.wanted(request.GET, clock.now()), request.build_absolute_uri)

    def post(self, request: HttpRequest) -> HttpResponse:
        if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES:
            return refused(self.form, 413, _("The photos are too large together. Send fewer of them."))
        given = request.POST if "api_key" in request.POST else {**request.GET.dict(), **request.POST.dict()}
        self.known(request, given)
        if self.key is None:
            raise NoKey(_("An api_key is needed to post."))
        actor = system(self.key.name, request.META.get("REMOTE_ADDR", ""))
        uploads = [file for name in ("media", "media[]") for file in request.FILES.getlist(name)]
        photos = [(str(file.name or "")[:120], file.read()) for file in uploads[: actions.MOST_PHOTOS + 1]]
        received = actions.post_request(actor, key=self.key, posted=actions.read(given, self.key), photos=photos)
        notice = _("It was received before under this number.")
        if received.token:
            link = request.build_absolute_uri(reverse("intake:followed", args=[received.token]))
            notice = _("Received. Who reported it can follow, rate and object here: %(link)s") % {"link": link}
        content = [{"service_request_id": received.report.case.number, "service_notice": notice, "account_id": None}]
        return answer(self.form, self.root, content, 200 if received.again else 201)


class Request(Endpoint):
    root = "service_requests"

    def read(self, request: HttpRequest, **kwargs: Any) -> list[dict[str, Any]]:
        return [queries.request(self.key, kwargs["number"], request.build_absolute_uri)]


class Token(Endpoint):
    """The number of a report by the secret of its link. Our services answer at once and give no token of their own."""

    root = "service_requests"

    def read(self, request: HttpRequest, **kwargs: Any) -> list[dict[str, Any]]:
        try:
            return [queries.request_by_token(kwargs["token"])]
        except Missing:
            guard.count("wrong link", request.META.get("REMOTE_ADDR", ""), WRONG_TOKENS_AN_HOUR, guard.HOUR)
            raise


class Description(View):
    """The interface as OpenAPI 3, for programs that read such."""

    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest) -> HttpResponse:
        response = JsonResponse(describe(request.build_absolute_uri(f"{ROOT}v2")), json_dumps_params={"ensure_ascii": False})
        response["Access-Control-Allow-Origin"] = "*"
        response["Cross-Origin-Resource-Policy"] = "cross-origin"
        return response
