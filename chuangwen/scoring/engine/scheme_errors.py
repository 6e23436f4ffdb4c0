"""What is wrong with a scheme, told in Chinese: field by field, with the field's name in the words of the trade."""

from __future__ import annotations

from pydantic import ValidationError

FIELD_NAMES = {
    "schema": "格式版本", "kind": "计分方式", "name": "名称", "version": "版本", "note": "说明",
    "state_description": "状态描述法", "pass_rate": "达标率法", "loss_per_observation": "单项扣失法", "deduction": "扣分法",
    "grade_shares": "等次得分比例", "grade_aliases": "等次别名", "defect_steps": "问题数与等次对照", "defects": "问题数",
    "grade": "等次", "pass_or_fail": "一票达标项", "steps": "扣失档次", "empty_loss": "空白扣失", "base": "基准分",
    "rules": "扣分规则", "severity": "严重程度", "source": "来源", "points": "分值", "default_points": "默认扣分",
    "late": "逾期", "mode": "方式", "repetition": "重复发生", "most": "最多次数", "cap_per_issue": "单件扣分上限",
    "caps": "分类扣分上限", "cap_total": "扣分总上限", "floor": "最低得分", "ceiling": "最高得分", "bonuses": "加分项",
    "most_each": "单项加分上限", "cap": "加分上限", "bonus_cap": "加分总上限", "evidence_required": "加分须有佐证",
    "score_areas": "区域一并计分", "levels": "各层计算方法", "criterion": "测评标准", "sub_indicator": "子指标",
    "indicator": "指标", "section": "测评项目", "index": "总指数", "area": "区域", "department": "责任单位",
    "site_type": "点位类型", "site": "点位", "unit": "单位", "method": "合成方法", "marks": "满分",
    "marks_by_name": "逐项满分", "over": "求平均的部分", "impute": "缺项处理", "section_weights": "测评项目权重",
    "missing_section": "缺测项目处理", "year_weights": "年度权重", "minors": "未成年人测评", "threshold": "门槛分",
    "share": "占总分比例", "negative_list": "负面清单", "code": "编号", "rounding": "小数位数", "rate": "得分率",
    "ranking": "排名", "smallest_sample": "最小样本数", "ties_by": "并列判断", "peer_groups": "分组",
}

RULES = {
    "grade_order": "A、B、C、D 的得分比例应当依次不增。",
    "defect_steps": "问题数与等次对照应当从 0 开始，并且依次增大。",
    "repetition_points": "重复发生：翻倍时不写分值，其他方式必须写分值。",
    "floor_over_ceiling": "最低得分不能高于最高得分。",
    "no_rules": "扣分规则至少要有一条。",
    "rule_twice": "同一严重程度和来源的扣分规则出现了两次。",
    "bonus_twice": "同一种加分项出现了两次。",
    "impute_place": "只有区域可以按全市均值补缺。",
    "impute_method": "区域按全市均值补缺时，合成方法应为“均值的均值”，并按点位类型求平均。",
    "kind_without_rules": "缺少所选计分方式的规则。",
    "rules_of_other_kind": "写有其他计分方式的规则；一份考核办法只用一种计分方式。",
    "section_weights": "测评项目权重与“按项目加权”的总指数必须同时使用。",
    "deduction_alone": "扣分法不能使用最小样本数、测评项目权重、年度权重或未成年人测评。",
    "negative_twice": "负面清单的编号出现了两次。",
}

TYPES = {
    "missing": "没有填写",
    "extra_forbidden": "不认识这一项",
    "greater_than": "应大于 {gt}",
    "greater_than_equal": "应不小于 {ge}",
    "less_than": "应小于 {lt}",
    "less_than_equal": "应不大于 {le}",
    "decimal_max_places": "小数最多 {decimal_places} 位",
    "decimal_parsing": "应为数字",
    "decimal_type": "应为数字",
    "finite_number": "应为有限的数字",
    "int_parsing": "应为整数",
    "int_from_float": "应为整数",
    "int_type": "应为整数",
    "bool_parsing": "应为是或否",
    "bool_type": "应为是或否",
    "string_type": "应为文字",
    "string_too_short": "不能为空",
    "string_too_long": "文字太长",
    "literal_error": "只能是 {expected} 之一",
    "dict_type": "应为一组名称与值",
    "model_type": "应为一组名称与值",
    "model_attributes_type": "应为一组名称与值",
    "tuple_type": "应为列表",
    "too_short": "至少要有一项",
    "too_long": "项数太多",
    "string_pattern_mismatch": "只能用小写英文字母、数字和下划线，并以字母开头",
    "union_tag_invalid": "不认识这个种类",
    "union_tag_not_found": "没有写明种类",
}


class SchemeError(ValueError):
    """A scheme that cannot be used. `problems`: Chinese sentences, one for each mistake; `code` for programs."""

    code = "bad_scheme"

    def __init__(self, problems: list[str]):
        super().__init__("".join(problems))
        self.problems = problems


def sentences(error: ValidationError, *, names: dict[str, str] = FIELD_NAMES, rules: dict[str, str] = RULES) -> list[str]:
    """One Chinese sentence for each mistake that the schema check found."""
    return [_sentence(item, names, rules) for item in error.errors(include_url=False)]


def _sentence(item, names: dict[str, str], rules: dict[str, str]) -> str:
    if item["type"] == "value_error":
        rule = str(item["ctx"]["error"])
        return rules.get(rule, f"{_place(item['loc'], names)}不合规则。")
    if item["type"] == "literal_error" and item["loc"] == ("schema",):
        return "格式版本只能是 1：这份考核办法由更新的程序写成，或不是考核办法。"
    text = TYPES.get(item["type"], "填写有误")
    context = {key: str(value) for key, value in (item.get("ctx") or {}).items()}
    if "expected" in context:
        context["expected"] = context["expected"].replace(" or ", "、").replace(", ", "、").replace("'", "")
    return f"{_place(item['loc'], names)}：{text.format(**context)}。"


def _place(location, names: dict[str, str]) -> str:
    words = []
    for part in location:
        if isinstance(part, int):
            words.append(f"第 {part + 1} 项")
        elif part != "[key]":
            words.append(names.get(part, f"“{part}”"))
    return " › ".join(words) or "考核办法"
