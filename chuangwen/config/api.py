"""One API under /api/v1; each room brings a router. Errors are ``{"code", "message"}`` with a sentence for a person."""

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps
from django.db import DataError
from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema

import chuangwen
from chuangwen.kernel.errors import Refusal
from chuangwen.people.tokens import api_auth

ROUTERS = [
    ("sites", "chuangwen.places.api", "router"),
    ("units", "chuangwen.people.api", "router"),
    ("messages", "chuangwen.messaging.api", "router"),
    ("standards", "chuangwen.standards.api", "router"),
    ("photos", "chuangwen.evidence.api", "router"),
    ("rounds", "chuangwen.fieldwork.api", "rounds_router"),
    ("observations", "chuangwen.fieldwork.api", "observations_router"),
    ("cases", "chuangwen.cases.api", "router"),
    ("escalations", "chuangwen.cases.escalation.api", "router"),
    ("ledger", "chuangwen.ledger.api", "router"),
    ("duties", "chuangwen.duties.rhythm.api", "router"),
    ("load", "chuangwen.duties.load.api", "router"),
    ("sponsorship", "chuangwen.duties.sponsorship.api", "router"),
    ("rosters", "chuangwen.duties.rosters.api", "router"),
    ("partnerships", "chuangwen.duties.partnership.api", "router"),
    ("works", "chuangwen.duties.works.api", "router"),
    ("meetings", "chuangwen.duties.meetings.api", "router"),
    ("inspections", "chuangwen.duties.inspection_days.api", "router"),
    ("operations", "chuangwen.duties.operations.api", "router"),
    ("scores", "chuangwen.scoring.api", "scores_router"),
    ("appraisals", "chuangwen.scoring.appraisal.api", "router"),
    ("outlook", "chuangwen.scoring.outlook.api", "router"),
    ("papers", "chuangwen.papers.api", "router"),
    ("volunteers", "chuangwen.volunteers.corps.api", "router"),
    ("volunteers/trainings", "chuangwen.volunteers.corps.training_api", "trainings_router"),
    ("volunteers/insurances", "chuangwen.volunteers.corps.training_api", "insurances_router"),
    ("volunteer-hours", "chuangwen.volunteers.hours.api", "router"),
    ("activities", "chuangwen.volunteers.activities.api", "router"),
    ("orders", "chuangwen.volunteers.orders.api", "router"),
    ("care", "chuangwen.volunteers.care.api", "router"),
    ("credits", "chuangwen.volunteers.credits.api", "router"),
    ("centres", "chuangwen.volunteers.centres.api", "router"),
    ("contests", "chuangwen.volunteers.contest.holding_api", "router"),
    ("volunteer-record", "chuangwen.volunteers.record.api", "router"),
]
"""Path under /api/v1, the module of the room, the router's name in it; in the order of the documentation."""

ERRORS = {
    400: "请求无法理解：内容不是有效的 JSON 或表单。",
    401: "没有携带有效的令牌，或者登录已结束。",
    403: "账号没有这项权限。",
    404: "没有这条记录，或者不在账号的范围内。",
    409: "记录已被他人改动，或者当前状态不允许。",
    422: "内容不符合接口约定或业务规则；fields 指出是哪一项。",
}
"""What every operation may answer besides what it gives."""
ERROR = {
    "type": "object",
    "required": ["code", "message"],
    "properties": {
        "code": {"type": "string", "description": "stable, in English: cases.already_closed"},
        "message": {"type": "string", "description": "a sentence for a person"},
        "fields": {"description": "what is wrong where", "anyOf": [{"type": "object"}, {"type": "array"}, {"type": "null"}]},
    },
}


class HouseAPI(NinjaAPI):
    """Describes with each operation the errors that the handlers below give everywhere."""

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        schema = super().get_openapi_schema(**options)
        schema.setdefault("components", {}).setdefault("schemas", {}).setdefault("Error", ERROR)
        content = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
        for operations in schema["paths"].values():
            for operation in operations.values():
                for status, words in ERRORS.items():
                    operation["responses"].setdefault(status, {"description": words, "content": content})
        return schema


api = HouseAPI(
    title="创文 Chuangwen",
    version=chuangwen.__version__,
    urls_namespace="api",
    auth=api_auth,
    description="全国文明城市创建一体化平台的数据接口。每个 POST 都可带 Idempotency-Key。",
)


@api.exception_handler(DataError)
@api.exception_handler(OverflowError)
def _unstorable(request: HttpRequest, _error: DataError | OverflowError) -> HttpResponse:
    """What no column can hold (a zero byte in a text, a number of twenty digits) is refused alike on both databases."""
    return api.create_response(request, {"code": "invalid", "message": "内容里有数据库不能保存的字符或数值。"}, status=422)


@api.exception_handler(Refusal)
def _refusal(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    return api.create_response(
        request, {"code": refusal.code, "message": str(refusal), "fields": refusal.fields}, status=refusal.status
    )


@api.exception_handler(AuthenticationError)
def _unknown(request: HttpRequest, _error: AuthenticationError) -> HttpResponse:
    return api.create_response(
        request, {"code": "unauthenticated", "message": "请在 Authorization 头中携带有效的令牌。"}, status=401
    )


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    places = [{"where": ".".join(str(p) for p in e["loc"]), "what": e["msg"]} for e in error.errors]
    return api.create_response(request, {"code": "invalid", "message": "请求内容不符合接口约定。", "fields": places}, status=422)


@api.exception_handler(HttpError)
def _http(request: HttpRequest, error: HttpError) -> HttpResponse:
    return api.create_response(request, {"code": "http", "message": str(error)}, status=error.status_code)


for path, module, name in ROUTERS:
    if apps.is_installed(".".join(module.split(".")[:2])) and find_spec(module):  # a room that is left out brings nothing
        api.add_router(f"/{path}", getattr(import_module(module), name), tags=[path])
