"""Why a record was read but not counted by a measure. Codes for programs, Chinese for people."""

from __future__ import annotations

REASONS = {
    "no_unit": "缺单位",
    "not_filed": "未立案",
    "deferred": "已缓办，不计入应结案",
    "on_spot": "当场解决，不经核查",
    "no_rule": "没有对应的扣分规则",
    "bad_repeated": "重复次数为负",
    "unplaced": "未能归位",
    "no_result": "没有结果",
    "bad_loss": "扣失不在 0 与 1 之间",
    "bad_weight": "权数不在 0 与 10000 之间",
    "bad_points": "分值不是正数",
    "bad_quantity": "数量为负或缺数量",
    "no_evidence": "缺佐证",
    "unchecked": "尚未由他人核对",
}


def reason_text(code: str) -> str:
    """The Chinese of a reason."""
    return REASONS.get(code, code)
