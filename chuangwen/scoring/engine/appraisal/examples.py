"""Four complete schemes of unit appraisal, as data that an office copies and changes. Made from DOMAIN.md sections 2, 5, 6 and rows R18, R35."""

from __future__ import annotations

from typing import Any

from .scheme import AppraisalScheme, read_appraisal_scheme

WEEKLY_RATE: dict[str, Any] = {
    "schema": 1, "name": "周整改率红黑榜", "version": "1", "period": "week",
    "note": "每周按各责任单位应整改问题的按期整改率、一次通过率和反弹率计分。前 3 名且不低于 95 分的列红榜，末 3 名且低于 85 分的列黑榜；"
            "应整改不足 5 件的只计分、不排名。连续两周列黑榜约谈，四周内三次通报批评，八周内四次对荣誉称号预警。",
    "measures": [
        {"kind": "case_rate", "key": "in_time", "name": "按期整改率", "rate": "closed_in_time", "weight": "70"},
        {"kind": "case_rate", "key": "first_pass", "name": "一次通过率", "rate": "first_pass", "weight": "15"},
        {"kind": "case_rate", "key": "rebound", "name": "反弹率", "rate": "rebound", "weight": "15", "full_at": "1", "none_at": "0.5"},
        {"kind": "veto", "key": "fraud", "name": "整改弄虚作假", "kinds": ["整改弄虚作假"], "effect": "last"},
    ],
    "small": {"smallest": 5, "treat": "unranked"},
    "lists": {
        "red": {"top": 3, "at_least": "95"}, "black": {"last": 3, "below": "85"}, "over": "group", "smallest_group": 6, "ties": "in",
    },
    "consequences": [
        {"list": "black", "times": 2, "within": 2, "running": True, "step": "talk", "words": "由创文办约谈单位分管负责人"},
        {"list": "black", "times": 3, "within": 4, "step": "notice", "words": "全区通报批评，限期书面说明"},
        {"list": "black", "times": 4, "within": 8, "step": "title_warned", "words": "对所获文明单位称号予以预警"},
        {"list": "red", "times": 4, "within": 4, "running": True, "step": "praise", "words": "通报表扬"},
    ],
    "rollups": [{"period": "month", "method": "mean"}, {"period": "quarter", "method": "mean"}],
}

MONTHLY_POINTS: dict[str, Any] = {
    "schema": 1, "name": "月度百分制考核（季度评比、年度总评）", "version": "1", "period": "month",
    "note": "街道乡镇、成员单位、社区和企业共 73 个单位分组考核：整改 40 分、实地检查 40 分、返工和反弹 10 分、信息工作 10 分，荣誉加分，"
            "曝光减分，弄虚作假一票否决。全体排名前 20 名通报表扬，末 4 名通报批评。季度取各月平均，年度取四季合计。样本不足的向本组平均收缩；"
            "没有结案的单位不计返工和反弹，分值摊到其余各项；没有案件也没有检查记录的，无工作量，不排名。",
    "measures": [
        {"kind": "case_rate", "key": "in_time", "name": "按期结案率", "rate": "closed_in_time", "weight": "30", "full_at": "1",
         "none_at": "0.4", "without_work": "group_mean"},
        {"kind": "case_rate", "key": "closed", "name": "结案率", "rate": "closed", "weight": "10", "without_work": "group_mean"},
        {"kind": "observation_rate", "key": "checks", "name": "实地检查得分率", "weight": "40", "full_at": "1", "none_at": "0.5",
         "without_work": "leave_out"},
        {"kind": "case_rate", "key": "rework", "name": "返工率", "rate": "rework", "weight": "5", "without_work": "leave_out"},
        {"kind": "case_rate", "key": "rebound", "name": "反弹率", "rate": "rebound", "weight": "5", "without_work": "leave_out"},
        {"kind": "tally", "key": "information", "name": "信息采用", "over": "entries", "kinds": ["信息采用"], "weight": "10",
         "points_each": "2"},
        {"kind": "bonus", "key": "honours", "name": "荣誉和典型经验", "cap": "5",
         "kinds": [{"kind": "荣誉", "most_each": "3", "cap": "5"}, {"kind": "典型经验", "most_each": "2", "cap": "4"}]},
        {"kind": "penalty", "key": "exposed", "name": "曝光和通报", "cap": "10",
         "kinds": [{"kind": "媒体曝光", "most_each": "2"}, {"kind": "上级通报批评", "most_each": "5"}]},
        {"kind": "veto", "key": "fraud", "name": "整改弄虚作假", "kinds": ["整改弄虚作假"], "effect": "zero"},
    ],
    "ceiling": "105",
    "small": {"smallest": 8, "treat": "shrink", "idle": "unranked"},
    "lists": {"red": {"top": 20}, "black": {"last": 4}, "over": "all", "smallest_group": 40, "ties": "in"},
    "consequences": [
        {"list": "black", "times": 1, "within": 1, "step": "notice", "words": "通报批评"},
        {"list": "black", "times": 2, "within": 3, "step": "talk", "words": "由分管领导约谈主要负责人"},
        {"list": "black", "times": 3, "within": 6, "step": "title_revoked", "words": "提请撤销文明单位称号"},
        {"list": "red", "times": 1, "within": 1, "step": "praise", "words": "通报表扬"},
    ],
    "rollups": [{"period": "quarter", "method": "mean"}, {"period": "year", "method": "sum"}],
}

DOUBLED_DEDUCTION: dict[str, Any] = {
    "schema": 1, "name": "月度问题扣分考核（重复翻倍）", "version": "1", "period": "month",
    "note": "基准 100 分，每件轻微问题扣 0.1 分，一般 0.3 分，严重 0.5 分，紧急 1 分；暗访和上级交办加重；未按期整改再扣 1 分，"
            "连续两期通报仍未整改再扣 2 分；同一问题重复出现翻倍，最多翻三次；单件最多扣 5 分。",
    "measures": [
        {"kind": "case_deduction", "key": "issues", "name": "问题扣分", "weight": "100", "basis": "reported",
         "rules": [
             {"severity": "轻微", "points": "0.1"}, {"severity": "一般", "points": "0.3"}, {"severity": "严重", "points": "0.5"},
             {"severity": "紧急", "points": "1"}, {"severity": "一般", "source": "暗访", "points": "0.5"},
             {"source": "上级交办", "points": "1"},
         ],
         "default_points": "0.3", "late": {"mode": "add", "points": "1"}, "repetition": {"mode": "double", "most": 3},
         "bulletins": {"times": 2, "points": "2"}, "cap_per_case": "5", "caps": [{"source": "群众反映", "points": "10"}], "floor": "0"},
        {"kind": "bonus", "key": "information", "name": "信息和荣誉加分", "cap": "10",
         "kinds": [{"kind": "信息采用", "most_each": "1", "cap": "3"}, {"kind": "荣誉", "most_each": "3", "cap": "5"},
                   {"kind": "典型经验", "most_each": "2", "cap": "4"}]},
        {"kind": "veto", "key": "fraud", "name": "整改弄虚作假", "kinds": ["整改弄虚作假"], "effect": "zero"},
    ],
    "ceiling": "110",
    "lists": {"red": {"top": 3}, "black": {"last": 3, "always_below": "60"}, "over": "group", "smallest_group": 6,
              "ties": "out", "spare_indistinct": True},
    "consequences": [{"list": "black", "times": 2, "within": 2, "running": True, "step": "talk", "words": "约谈主要负责人"}],
    "rollups": [{"period": "quarter", "method": "mean"}, {"period": "year", "method": "mean"}],
}

PRACTICE_STATIONS: dict[str, Any] = {
    "schema": 1, "name": "文明实践站月度积分", "version": "1", "period": "month",
    "note": "新时代文明实践站按平时活动开展、工作任务完成、信息报送计分：活动每月 4 场得满分，任务看交办事项按期办结率，信息每采用一条 2 分；"
            "获评示范项目加分。只给站（社区）计分，不给个人计分。",
    "measures": [
        {"kind": "tally", "key": "activities", "name": "活动开展", "over": "facts", "kinds": ["文明实践活动"], "weight": "40", "target": "4"},
        {"kind": "case_rate", "key": "tasks", "name": "任务完成", "rate": "closed_in_time", "of": "handler", "weight": "40",
         "without_work": "group_mean"},
        {"kind": "tally", "key": "information", "name": "信息报送", "over": "entries", "kinds": ["信息采用"], "weight": "20",
         "points_each": "2"},
        {"kind": "bonus", "key": "model", "name": "示范项目", "cap": "10", "kinds": [{"kind": "示范项目", "most_each": "5"}]},
    ],
    "groups": [{"name": "实践站", "kinds": ["社区"]}],
    "ceiling": "110",
    "lists": {"red": {"top": 5}, "over": "group", "smallest_group": 8},
    "rollups": [{"period": "quarter", "method": "sum"}, {"period": "year", "method": "sum"}],
}


def example_appraisals() -> tuple[AppraisalScheme, ...]:
    """The four schemes, checked: weekly, monthly, by deduction, of practice stations."""
    return tuple(read_appraisal_scheme(one) for one in (WEEKLY_RATE, MONTHLY_POINTS, DOUBLED_DEDUCTION, PRACTICE_STATIONS))
