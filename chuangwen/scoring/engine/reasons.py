"""Why a row was read but not counted, and what makes a whole input unusable. Codes for programs, Chinese for people."""

from __future__ import annotations

REASONS = {
    "unplaced": "未能归位",
    "no_indicator": "缺指标",
    "bad_weight": "权数不在 0 与 10000 之间",
    "no_grade": "缺等次或问题数",
    "bad_grade": "等次不是 A、B、C、D",
    "bad_defects": "问题数为负",
    "no_conform": "缺是否达标",
    "no_loss": "缺扣失",
    "bad_loss": "扣失不在 0 与 1 之间",
    "loss_step": "扣失不在规定档次之内",
    "no_unit": "缺单位",
    "no_area": "缺区域",
    "no_rule": "没有对应的扣分规则",
    "bad_repeated": "重复次数为负",
    "unknown_kind": "没有这种加分项",
    "bad_points": "加分不是正数",
    "no_evidence": "加分缺佐证",
    "no_section_weight": "测评项目没有权重",
    "no_site_type": "没有点位类型",
}


class InputError(ValueError):
    """Tables that cannot be scored at all. `problems`: Chinese sentences; `code` for programs."""

    code = "bad_input"

    def __init__(self, problems: list[str]):
        super().__init__("".join(problems))
        self.problems = problems
