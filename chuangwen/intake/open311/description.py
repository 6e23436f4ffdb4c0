"""The public GeoReport v2 interface written out as OpenAPI 3.0. Pure: what is promised here the tests hold the server to.

Source: the GeoReport v2 specification and the service discovery of Open311; the answers in JSON follow its Spark convention.
"""

from typing import Any

from chuangwen.intake.open311.rules import DESCRIPTION, MOST
from chuangwen.intake.open311.writing import JSON, XML

Schema = dict[str, Any]
FORMS = {JSON: "application/json", XML: "text/xml"}


def _text(**more: Any) -> Schema:
    return {"type": "string"} | more


def _maybe(schema: Schema) -> Schema:
    return schema | {"nullable": True}


def _things(required: dict[str, Schema], **more: Schema) -> Schema:
    return {"type": "object", "required": list(required), "properties": required | more}


def _list(of: str) -> Schema:
    return {"type": "array", "items": {"$ref": f"#/components/schemas/{of}"}}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


TIME = _text(format="date-time")
ERROR = _things({"code": {"type": "integer"}, "description": _text()})
SERVICE = _things(
    {
        "service_code": _text(), "service_name": _text(), "description": _text(), "metadata": {"type": "boolean"},
        "type": _text(enum=["realtime", "batch", "blackbox"]), "keywords": _text(), "group": _text(),
    }
)  # fmt: skip
ATTRIBUTE = _things(
    {
        "variable": {"type": "boolean"}, "code": _text(),
        "datatype": _text(enum=["string", "number", "datetime", "text", "singlevaluelist", "multivaluelist"]),
        "required": {"type": "boolean"}, "datatype_description": _maybe(_text()), "order": {"type": "integer", "minimum": 1},
        "description": _text(), "values": {"type": "array", "items": _things({"key": _text(), "name": _text()})},
    }
)  # fmt: skip
REQUEST = _things(
    {
        "service_request_id": _text(), "status": _text(enum=["open", "closed"]), "status_notes": _maybe(_text()),
        "service_name": _maybe(_text()), "service_code": _maybe(_text()), "description": _maybe(_text()),
        "agency_responsible": _maybe(_text()), "service_notice": _maybe(_text()), "requested_datetime": TIME,
        "updated_datetime": TIME, "expected_datetime": _maybe(TIME), "address": _maybe(_text()), "address_id": _maybe(_text()),
        "zipcode": _maybe(_text()), "lat": _maybe({"type": "number"}), "long": _maybe({"type": "number"}), "media_url": _maybe(_text()),
    }
)  # fmt: skip
SCHEMAS = {
    "Error": ERROR,
    "Service": SERVICE,
    "ServiceDefinition": _things({"service_code": _text(), "attributes": {"type": "array", "items": ATTRIBUTE}}),
    "Request": REQUEST,
    "Posted": _things({"service_request_id": _text()}, service_notice=_maybe(_text()), account_id=_maybe(_text())),
    "ByToken": _things({"service_request_id": _text(), "token": _text()}),
    "Discovery": _things(
        {
            "changeset": _text(), "contact": _text(), "key_service": _text(),
            "endpoints": {
                "type": "array",
                "items": _things(
                    {
                        "specification": _text(), "url": _text(), "changeset": _text(), "type": _text(enum=["production", "test"]),
                        "formats": {"type": "array", "items": _text()},
                    }
                ),
            },
        }
    ),
}  # fmt: skip

JURISDICTION = {"name": "jurisdiction_id", "in": "query", "schema": _text(maxLength=80), "description": "只有一个城市，可不填"}
KEY = {"name": "api_key", "in": "query", "schema": _text(maxLength=200), "description": "读取时可不填；填了可读到自己上报的原文"}
FILTERS = [
    {"name": "service_request_id", "in": "query", "schema": _text(), "description": "一个或多个编号，逗号分隔；填了则其余条件不起作用"},
    {"name": "service_code", "in": "query", "schema": _text(), "description": "一个或多个，逗号分隔"},
    {"name": "start_date", "in": "query", "schema": TIME, "description": "上报时间自此，与 end_date 相距不超过 90 天"},
    {"name": "end_date", "in": "query", "schema": TIME},
    {"name": "status", "in": "query", "schema": _text(), "description": "open、closed，或两者以逗号分隔"},
    {"name": "page", "in": "query", "schema": {"type": "integer", "minimum": 1}},
    {"name": "page_size", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": MOST}},
]
FIELDS: dict[str, Schema] = {
    "api_key": _text(),
    "jurisdiction_id": _text(maxLength=80),
    "service_code": _text(),
    "lat": _text(description="WGS-84 度"),
    "long": _text(description="WGS-84 度"),
    "address_string": _text(maxLength=200),
    "address_id": _text(maxLength=40, description="点位编号"),
    "email": _text(),
    "device_id": _text(description="不保存"),
    "account_id": _text(description="不保存"),
    "first_name": _text(),
    "last_name": _text(),
    "phone": _text(),
    "description": _text(maxLength=DESCRIPTION),
    "media_url": _text(description="图片地址；管理员为密钥登记过的主机上的图片会取回，其余只记下地址"),
    "attribute[SITE]": _text(maxLength=40),
    "attribute[SEVERITY]": _text(enum=["1", "2", "3", "4"]),
    "attribute[SEEN_AT]": _text(),
    "attribute[REFERENCE]": _text(maxLength=40, description="上报方自己的编号；同一编号重发得到同一件"),
}
NEEDED = ["api_key", "service_code"]


def _answers(form: str, schema: Schema, *codes: int, good: int = 200) -> dict[str, Any]:
    """What an operation answers: its schema, and errors of the standard's form."""
    kind = FORMS[form]

    def content(each: Schema) -> dict[str, Any]:
        return {kind: {"schema": each}} if form == JSON else {kind: {}}

    words = {400: "参数缺失或无法理解", 403: "缺少有效的 api_key", 404: "没有这项服务、这一件或这个辖区", 413: "内容过大", 429: "请求过于频繁"}
    found: dict[str, Any] = {str(good): {"description": "成功", "content": content(schema)}}
    return found | {str(code): {"description": words[code], "content": content(_list("Error"))} for code in codes}


def _read(summary: str, form: str, schema: Schema, parameters: list[Schema], *codes: int) -> dict[str, Any]:
    return {
        "get": {
            "summary": summary, "parameters": [*parameters, KEY, JURISDICTION], "responses": _answers(form, schema, 400, 403, 404, 429, *codes),
        }
    }  # fmt: skip


def _in_path(name: str) -> Schema:
    return {"name": name, "in": "path", "required": True, "schema": _text(minLength=1, maxLength=60, pattern=r"^[A-Za-z0-9_-]+$")}


def _post(form: str) -> dict[str, Any]:
    schema = {"type": "object", "required": NEEDED, "properties": FIELDS}
    files = schema | {"properties": FIELDS | {"media": _text(format="binary")}}
    answers = _answers(form, _list("Posted"), 400, 403, 404, 413, 429, good=201)
    return {
        "summary": "上报一件",
        "description": "位置必填其一：lat 与 long、address_string、address_id。照片作为文件 media（可多个）一并发送。",
        "requestBody": {
            "required": True,
            "content": {"application/x-www-form-urlencoded": {"schema": schema}, "multipart/form-data": {"schema": files}},
        },
        "responses": answers | {"200": answers["201"] | {"description": "同一编号此前已收到"}},
    }


def describe(server: str) -> dict[str, Any]:
    """The whole description; ``server`` is the address that stands before its paths."""
    paths: dict[str, Any] = {}
    for form in (JSON, XML):
        paths[f"/discovery.{form}"] = _read("接口在哪里", form, _ref("Discovery"), [])
        paths[f"/services.{form}"] = _read("问题小类（服务）", form, _list("Service"), [])
        paths[f"/services/{{service_code}}.{form}"] = _read("一类问题可补充的内容", form, _ref("ServiceDefinition"), [_in_path("service_code")])
        paths[f"/requests.{form}"] = _read("查询办理情况", form, _list("Request"), FILTERS) | {"post": _post(form)}
        paths[f"/requests/{{service_request_id}}.{form}"] = _read("一件的办理情况", form, _list("Request"), [_in_path("service_request_id")])
        paths[f"/tokens/{{token}}.{form}"] = _read("由查询码得到编号", form, _list("ByToken"), [_in_path("token")])
    return {
        "openapi": "3.0.3",
        "info": {
            "title": "Open311 GeoReport v2",
            "version": "2.0",
            "description": "与其他系统交换群众反映的问题。规范见 http://wiki.open311.org/GeoReport_v2 。",
        },
        "servers": [{"url": server}],
        "paths": paths,
        "components": {"schemas": SCHEMAS},
    }
