"""A draw as a file, .json or .xlsx, from which alone anybody can repeat it. Knows no database.

The document holds the inputs, the seed and the result; it is signed with the key of the installation. Both kinds of file hold the same
document: the workbook is read back into it cell by cell, so what a person sees in it is what is checked.
"""

import base64
import io
import json
import zipfile
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import xlsxwriter
from python_calamine import CalamineError, CalamineWorkbook

from chuangwen.fieldwork import drawing
from chuangwen.fieldwork.weighing import DEFAULT_POINTS
from chuangwen.kernel import signatures

FORMAT, VERSION = "chuangwen-draw", 1
LARGEST = 50_000_000  # bytes of a file that is looked at
FACTS, QUOTAS, SITES = "说明", "配额", "点位"
STATES = {drawing.DRAWN: "抽中", drawing.NOT_DRAWN: "未抽中", drawing.CAPPED: "已达检查上限", drawing.ADDED: "已手工加入"}
_FACTS = [
    ("format", "文件格式", str),
    ("version", "格式版本", int),
    ("procedure", "抽样程序", str),
    ("seed", "种子", str),
    ("frame_key", "抽样框指纹", str),
    ("number", "第几次抽取", int),
    ("reason", "重抽原因", str),
    ("drawn_at", "抽取时间", str),
]
_ROUND = [("name", "轮次", str), ("kind", "轮次类型", str), ("starts_on", "首日", str), ("ends_on", "末日", str)]
_QUOTA = [
    ("type", "类型代码", str),
    ("type_name", "类型", str),
    ("area", "区域代码", str),
    ("area_name", "区域", str),
    ("count", "配额", int),
]
_STRATUM = [
    ("sites", "点位数"),
    ("capped", "已达上限"),
    ("added", "已手工加入"),
    ("eligible", "可抽"),
    ("drawn", "抽中"),
    ("short", "缺额"),
]
_SITE = [
    ("code", "点位编码", str),
    ("name", "点位名称", str),
    ("type", "类型代码", str),
    ("area", "区域代码", str),
    ("waited", "距上次检查天数", int),
    ("open", "未办结件数", int),
    ("rebounded", "反弹件数", int),
    ("read", "上轮观测数", int),
    ("losses", "上轮失分数", int),
    ("visits", "上限期内检查次数", int),
    ("added", "已手工加入", bool),
]
_PARTS = [("base", "基础分"), ("waiting", "等待分"), ("open", "未办结分"), ("rebounded", "反弹分"), ("losses", "失分")]
_SIGNATURE = [("public_key", "签名公钥", str), ("value", "签名", str)]
METHOD = (
    "抽样程序 chuangwen-draw-1（任何人可据此重复抽取，结果相同）：",
    "1. 一个点位类型在一个区域内为一层，每层有配额。",
    "2. 已手工加入的点位、再查一次就超过检查上限的点位不参加抽取。",
    "3. 权重＝基础分＋等待分＋未办结分＋反弹分＋失分，单位千分之一，各项见“点位”表；计分参数见本表 points 各行。",
    "4. n 取配额与可抽点位数中较小者。n×权重不小于本层权重之和的点位必抽并移出，n 减一，反复进行；其余点位的入样概率等于 n×权重÷权重之和。",
    "5. 其余点位按 SHA-256（程序、种子、“order”、点位编码，以换行连接，UTF-8）从小到大排列，权重首尾相接；"
    "u＝SHA-256（程序、种子、“start”、类型、区域）÷2^256；第 (k＋u)×权重之和÷n 处（k＝0…n−1）所在的点位抽中。",
    "复评抽样程序 chuangwen-rerate-1：已查点位按 SHA-256（程序、种子、“order”、点位编码）排列，取前若干个（比例向上取整）。",
    "核验：chuangwen draw verify 本文件",
)


class NotADraw(ValueError):
    """The file is no draw, or cannot be read."""


def document(
    *,
    procedure: str,
    seed: str,
    inputs: dict[str, Any],
    result: dict[str, Any],
    round: dict[str, str],
    number: int,
    reason: str,
    drawn_at: str,
) -> dict[str, Any]:
    """The document of a draw, signed. ``round``: name, kind, starts_on, ends_on; days and moments as ISO texts."""
    inputs = drawing.in_order(inputs)
    told = {
        "format": FORMAT,
        "version": VERSION,
        "procedure": procedure,
        "seed": seed,
        "frame_key": drawing.frame_key(inputs),
        "number": number,
        "reason": reason,
        "drawn_at": drawn_at,
        "round": round,
        "inputs": inputs,
        "result": result,
    }
    public = base64.b64encode(signatures.public_bytes()).decode()
    return told | {"signature": {"public_key": public, "value": signatures.sign(drawing.canonical(told))}}


def as_json(told: dict[str, Any]) -> bytes:
    return json.dumps(told, ensure_ascii=False, indent=1).encode()


def as_xlsx(told: dict[str, Any]) -> bytes:
    """The document as a workbook: what was drawn and why, the quotas, every site with its weight and chance."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    bold, wrap = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
    inputs, result = told["inputs"], told["result"]

    sheet = book.add_worksheet(FACTS)
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, 1, 90)
    lines = [(label, told[key]) for key, label, _kind in _FACTS]
    lines += [(label, told["round"][key]) for key, label, _kind in _ROUND]
    if told["procedure"] == drawing.DRAW:
        lines += [("检查上限（次）", inputs["cap"]["visits"]), ("检查上限（天）", inputs["cap"]["days"])]
        lines += [(f"points.{key}", inputs["points"][key]) for key in DEFAULT_POINTS]
    else:
        lines += [("复评比例", inputs["share"])]
    lines += [(label, told["signature"][key]) for key, label, _kind in _SIGNATURE]
    for row, (label, value) in enumerate(lines):
        sheet.write(row, 0, label, bold)
        sheet.write(row, 1, value)
    for row, text in enumerate(METHOD, len(lines) + 1):
        sheet.write_string(row, 1, text, wrap)

    if told["procedure"] == drawing.DRAW:
        sheet = book.add_worksheet(QUOTAS)
        _head(sheet, [label for _key, label, _kind in _QUOTA] + [label for _key, label in _STRATUM], bold)
        for row, (quota, stratum) in enumerate(zip(inputs["quotas"], result["strata"], strict=True), 1):
            sheet.write_row(row, 0, [quota[key] for key, *_ in _QUOTA] + [stratum[key] for key, _label in _STRATUM])

    sheet = book.add_worksheet(SITES)
    if told["procedure"] == drawing.DRAW:
        labels = (
            [label for _key, label, _kind in _SITE]
            + [label for _key, label in _PARTS]
            + ["权重", "入样概率", "入样概率（％）", "结果"]
        )
    else:
        labels = ["点位编码", "点位名称", "结果", "抽取顺序"]
    _head(sheet, labels, bold)
    order = {code: n for n, code in enumerate(result["drawn"], 1)}
    for row, site in enumerate(inputs["sites"], 1):
        if told["procedure"] == drawing.DRAW:
            out = result["sites"][site["code"]]
            values = [site[key] for key, *_ in _SITE] + [out["parts"][key] for key, _label in _PARTS]
            values += [out["weight"], out["chance"], _percentage(out["chance"]), STATES[out["state"]]]
            values = ["是" if value is True else "否" if value is False else value for value in values]
        else:
            values = [
                site["code"],
                site["name"],
                STATES[drawing.DRAWN if site["code"] in order else drawing.NOT_DRAWN],
                order.get(site["code"]),
            ]
        for column, value in enumerate(values):
            if isinstance(value, str):
                sheet.write_string(row, column, value)
            elif value is not None:
                sheet.write_number(row, column, value)
    book.close()
    return target.getvalue()


def _head(sheet: Any, labels: list[str], bold: Any) -> None:
    for column, label in enumerate(labels):
        sheet.write_string(0, column, label, bold)
        sheet.set_column(column, column, max(9, 2 * len(label) + 2))
    sheet.freeze_panes(1, 2)
    sheet.autofilter(0, 0, 0, len(labels) - 1)


def read(content: bytes) -> dict[str, Any]:
    """The document in a file of either kind. Raises NotADraw."""
    if len(content) > LARGEST:
        raise NotADraw("文件过大，不是抽取记录。")
    try:
        if content[:2] == b"PK":
            return _from_xlsx(content)
        told = json.loads(content.decode("utf-8-sig"))
    except (ValueError, KeyError, IndexError, TypeError, RecursionError, CalamineError, zipfile.BadZipFile) as wrong:
        raise NotADraw("无法读取：不是抽取记录（.json 或 .xlsx），或已损坏。") from wrong
    if not isinstance(told, dict) or told.get("format") != FORMAT:
        raise NotADraw("这个文件不是抽取记录。")
    return told


def _from_xlsx(content: bytes) -> dict[str, Any]:
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        if sum(part.file_size for part in parts.infolist()) > LARGEST:
            raise NotADraw("文件过大，不是抽取记录。")
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    if FACTS not in book.sheet_names or SITES not in book.sheet_names:
        raise NotADraw("这个文件不是抽取记录。")
    facts = {row[0]: row[1] for row in book.get_sheet_by_name(FACTS).to_python(skip_empty_area=False) if len(row) > 1 and row[0]}
    told: dict[str, Any] = {key: _as(kind, facts[label]) for key, label, kind in _FACTS}
    told["round"] = {key: _as(kind, facts[label]) for key, label, kind in _ROUND}
    told["signature"] = {key: _as(kind, facts[label]) for key, label, kind in _SIGNATURE}
    rows = _rows(book, SITES)
    if told["procedure"] != drawing.DRAW:
        told["inputs"] = {
            "share": str(facts["复评比例"]),
            "sites": [{"code": str(r["点位编码"]), "name": str(r["点位名称"])} for r in rows],
        }
        drawn = sorted((_as(int, r["抽取顺序"]), str(r["点位编码"])) for r in rows if r["结果"] == STATES[drawing.DRAWN])
        told["result"] = {"drawn": [code for _n, code in drawn]}
        return told
    quotas = _rows(book, QUOTAS)
    words = {label: state for state, label in STATES.items()}
    told["inputs"] = {
        "cap": {"visits": _as(int, facts["检查上限（次）"]), "days": _as(int, facts["检查上限（天）"])},
        "points": {key: _as(int, facts[f"points.{key}"]) for key in DEFAULT_POINTS},
        "quotas": [{key: _as(kind, row[label]) for key, label, kind in _QUOTA} for row in quotas],
        "sites": [{key: _as(kind, row[label]) for key, label, kind in _SITE} for row in rows],
    }
    told["result"] = {
        "strata": [
            {"type": str(row["类型代码"]), "area": str(row["区域代码"]), "asked": _as(int, row["配额"])}
            | {key: _as(int, row[label]) for key, label in _STRATUM}
            for row in quotas
        ],
        "sites": {
            str(row["点位编码"]): {
                "state": words.get(row["结果"], str(row["结果"])),
                "weight": _as(int, row["权重"]),
                "parts": {key: _as(int, row[label]) for key, label in _PARTS},
                "chance": _chance(row),
            }
            for row in rows
        },
        "drawn": sorted(str(row["点位编码"]) for row in rows if row["结果"] == STATES[drawing.DRAWN]),
    }
    return told


def _chance(row: dict[str, Any]) -> str:
    """The chance of a site, which stands in its row as a fraction and as a percentage: where they differ, both."""
    text, percentage = str(row["入样概率"]), row["入样概率（％）"]
    return text if percentage == _percentage(text) else f"{text} ≠ {percentage} ％"


def _percentage(chance: str) -> float:
    return round(float(Fraction(chance)) * 100, 2)


def _rows(book: Any, name: str) -> list[dict[str, Any]]:
    """The rows of a sheet by the labels of its first row; a label that comes twice is taken at its first place."""
    head, *rest = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    places: dict[str, int] = {}
    for column, label in enumerate(head):
        places.setdefault(str(label), column)
    return [{label: row[column] for label, column in places.items()} for row in rest if any(cell != "" for cell in row)]


def _as(kind: type, value: Any) -> Any:
    """A cell as what it was: whole numbers come back from a sheet as fractions, empty cells as empty text."""
    if kind is bool:
        return value in ("是", True)
    if kind is int:
        if value in ("", None):
            return None
        if float(value) != int(value):
            raise ValueError(value)
        return int(value)
    return "" if value is None else str(value)


@dataclass(frozen=True)
class Verified:
    """What verifying found: ``problems`` are sentences; none means that the draw is what the procedure gives."""

    facts: dict[str, Any]
    problems: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return not self.problems


MOST_NAMED = 10


def verify(told: dict[str, Any], *, announced: str = "", key: str = "") -> Verified:
    """Repeat a draw from its document. ``announced``: the key of the inputs that was made known before the seed; ``key``: the fingerprint that
    the signature should be of. Never raises for what stands in a document: whatever is wrong with it is a problem."""
    problems: list[str] = []
    facts: dict[str, Any] = {name: told.get(name) for name in ("procedure", "seed", "frame_key", "number", "drawn_at")}
    facts["round"] = (told.get("round") or {}).get("name") if isinstance(told.get("round"), dict) else None
    try:
        signature = told.get("signature") or {}
        public = base64.b64decode(signature.get("public_key", ""), validate=True)
        facts["fingerprint"] = signatures.fingerprint(public)
        body = {name: value for name, value in told.items() if name != "signature"}
        if not signatures.verify(drawing.canonical(body), signature.get("value", ""), public):
            problems.append("签名与内容不符：文件在导出后被改动过。")
        if key and facts["fingerprint"] != key:
            problems.append(f"签名公钥指纹是 {facts['fingerprint']}，不是 {key}。")
    except (ValueError, TypeError, AttributeError):
        problems.append("没有可用的签名。")
    try:
        inputs, result = told["inputs"], told["result"]
        found = drawing.frame_key(inputs)
        if found != told["frame_key"]:
            problems.append("抽样框（点位、配额、上限、计分参数）与其指纹不符：输入被改动过。")
        if announced and found != announced.strip().lower():
            problems.append("抽样框与事先公布的指纹不符。")
        if told["procedure"] not in drawing.PROCEDURES:
            problems.append(f"不认识的抽样程序：{told['procedure']}。")
        else:
            again = drawing.repeat(told["procedure"], inputs, told["seed"])
            problems += _differences(result, again)
            facts["drawn"] = len(again["drawn"])
            facts["sites"] = len(inputs["sites"])
    except (KeyError, TypeError, ValueError, AttributeError, ZeroDivisionError) as wrong:
        problems.append(f"记录不完整，无法重复抽取（{type(wrong).__name__}：{wrong}）。")
    return Verified(facts, problems)


def _differences(told: dict[str, Any], again: dict[str, Any]) -> list[str]:
    """Where a recorded result is not the repeated one, in sentences."""
    problems = []
    recorded, right = set(told.get("drawn", [])), set(again["drawn"])
    for codes, text in ((recorded - right, "记录为抽中，重复抽取却未抽中"), (right - recorded, "重复抽取应抽中，记录里没有")):
        if codes:
            named = "、".join(sorted(codes)[:MOST_NAMED]) + ("……" if len(codes) > MOST_NAMED else "")
            problems.append(f"{text}（{len(codes)} 个）：{named}。")
    sites, right_sites = told.get("sites") or {}, again.get("sites") or {}
    other = sorted(code for code in {*sites, *right_sites} if sites.get(code) != right_sites.get(code))
    if other and not problems:
        named = "、".join(other[:MOST_NAMED]) + ("……" if len(other) > MOST_NAMED else "")
        problems.append(f"权重、入样概率或结果与重算不符的点位（{len(other)} 个）：{named}。")
    if not problems and told != again:
        problems.append("各层的数字与重算不符。")
    return problems
