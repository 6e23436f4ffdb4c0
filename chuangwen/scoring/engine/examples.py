"""One complete scheme for each kind of arithmetic, as data that an administrator copies and changes."""

from __future__ import annotations

from .scheme import Scheme, read_scheme

STATE_DESCRIPTION = {
    "schema": 1, "kind": "state_description", "name": "点位实地测评（状态描述法）", "version": "1",
    "note": "每条测评标准有满分，按 A、B、C、D 得 100%、66%、33%、0；问题数 0、1、2、3 个及以上对应四等。"
            "材料、实地、问卷按 40、40、20 加权。",
    "state_description": {
        "grade_shares": {"A": "1", "B": "0.66", "C": "0.33", "D": "0"},
        "grade_aliases": {"C#": "D"},
        "defect_steps": [
            {"defects": 0, "grade": "A"}, {"defects": 1, "grade": "B"},
            {"defects": 2, "grade": "C"}, {"defects": 3, "grade": "D"},
        ],
        "pass_or_fail": ["消防通道畅通", "无违规公益广告"],
    },
    "levels": {
        "criterion": {"marks": "1", "marks_by_name": {"消防通道畅通": "2"}},
        "sub_indicator": {"method": "sum_of_parts", "marks": None},
        "indicator": {"method": "sum_of_parts"},
        "section": {"method": "sum_of_parts"},
        "index": {"method": "weighted_sections"},
        "area": {"method": "mean_of_means", "over": "site_type", "impute": "city_mean"},
        "department": {"method": "ratio_of_sums"},
        "site_type": {"method": "ratio_of_sums"},
        "site": {"method": "ratio_of_sums"},
    },
    "section_weights": {"材料审核": "40", "实地考察": "40", "问卷调查": "20"},
    "missing_section": "leave_out",
    "year_weights": ["15", "25", "60"],
    "minors": {"threshold": "85", "share": "20"},
    "negative_list": [
        {"code": "N1", "name": "发生重大安全生产事故"}, {"code": "N2", "name": "发生重大食品药品安全事件"},
        {"code": "N3", "name": "主要负责人严重违纪违法"}, {"code": "N4", "name": "测评中弄虚作假"},
    ],
    "rounding": {"points": 2, "rate": 4},
    "ranking": {"levels": ["area", "department", "site_type"], "smallest_sample": 5},
}

PASS_RATE = {
    "schema": 1, "kind": "pass_rate", "name": "月度实地检查（达标率）", "version": "1",
    "note": "得分率等于达标的观测数除以观测数；各层都合并计算，不取均值的均值。",
    "levels": {
        "sub_indicator": {"method": "ratio_of_sums", "marks": None}, "indicator": {"method": "ratio_of_sums"},
        "section": {"method": "ratio_of_sums"}, "index": {"method": "ratio_of_sums"},
    },
    "rounding": {"points": 0, "rate": 4},
    "ranking": {"levels": ["area", "department", "site_type"], "smallest_sample": 10, "ties_by": "printed"},
}

LOSS_PER_OBSERVATION = {
    "schema": 1, "kind": "loss_per_observation", "name": "第三方测评（单项扣失法）", "version": "1",
    "note": "每条观测得 1 减扣失；子指标取观测均值，指标为子指标之和，总指数为各指标之和；区域和责任单位为得分之和除以观测数。",
    "loss_per_observation": {"steps": ["0.1", "0.2", "0.3", "1"], "empty_loss": "zero"},
    "levels": {
        "sub_indicator": {"method": "ratio_of_sums", "marks": "1"}, "indicator": {"method": "sum_of_parts"},
        "section": {"method": "sum_of_parts"}, "index": {"method": "sum_of_parts"},
        "area": {"method": "ratio_of_sums"}, "department": {"method": "ratio_of_sums"},
        "site_type": {"method": "ratio_of_sums"}, "site": {"method": "ratio_of_sums"},
    },
    "rounding": {"points": 4, "rate": 6},
    "ranking": {"levels": ["indicator", "area", "department", "site_type"], "smallest_sample": 0},
}

DEDUCTION = {
    "schema": 1, "kind": "deduction", "name": "责任单位月度考核（扣分法）", "version": "1",
    "note": "每件轻微问题扣 0.1 分，一般 0.3 分，严重 0.5 分，紧急 1 分；暗访和上级交办加重；逾期未整改再扣 1 分，重复发生翻倍；"
            "宣传信息和荣誉凭佐证加分。",
    "deduction": {
        "base": "100",
        "rules": [
            {"severity": "轻微", "points": "0.1"}, {"severity": "一般", "points": "0.3"}, {"severity": "严重", "points": "0.5"},
            {"severity": "紧急", "points": "1"},
            {"severity": "一般", "source": "暗访", "points": "0.5"}, {"source": "上级交办", "points": "1"},
        ],
        "default_points": "0.3",
        "late": {"mode": "add", "points": "1"},
        "repetition": {"mode": "double", "most": 3},
        "cap_per_issue": "5",
        "caps": [{"source": "群众反映", "points": "10"}],
        "cap_total": "60",
        "floor": "0",
        "ceiling": "110",
        "bonuses": [
            {"kind": "信息采用", "most_each": "1", "cap": "3"}, {"kind": "荣誉", "most_each": "3", "cap": "5"},
            {"kind": "典型经验", "most_each": "2", "cap": "4"},
        ],
        "bonus_cap": "10",
        "evidence_required": True,
    },
    "negative_list": [{"code": "N1", "name": "整改弄虚作假"}],
    "rounding": {"points": 2, "rate": 4},
    "ranking": {"levels": ["unit"], "peer_groups": {}},
}


def example_schemes() -> dict[str, Scheme]:
    """Kind -> a complete, checked scheme with a Chinese name."""
    documents = (STATE_DESCRIPTION, PASS_RATE, LOSS_PER_OBSERVATION, DEDUCTION)
    return {str(document["kind"]): read_scheme(document) for document in documents}
