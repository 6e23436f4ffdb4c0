"""The fields of a scheme of unit appraisal in the words of the trade, for the sentences that say what is wrong."""

from __future__ import annotations

from chuangwen.scoring.engine.scheme_errors import FIELD_NAMES as OF_SCORES
from chuangwen.scoring.engine.scheme_errors import RULES as RULES_OF_SCORES

MEASURE_KINDS = {
    "case_rate": "案件比率", "observation_rate": "检查得分率", "case_deduction": "按件扣分", "tally": "数量计分", "bonus": "加分",
    "penalty": "减分", "veto": "一票否决",
}
CASE_RATES = {
    "filed": "立案率", "closed": "结案率", "closed_in_time": "按期结案率", "overdue": "超期率", "rework": "返工率",
    "first_pass": "一次通过率", "rebound": "反弹率",
}
PERIODS = {"week": "周", "month": "月", "quarter": "季", "year": "年"}
STEPS = {
    "praise": "通报表扬", "notice": "通报批评", "talk": "约谈", "title_warned": "荣誉称号预警", "title_revoked": "建议撤销荣誉称号",
}

FIELD_NAMES = OF_SCORES | MEASURE_KINDS | {
    "key": "代号", "period": "周期", "scale": "总分", "measures": "计分项", "weight": "满分", "full_at": "满分线", "none_at": "零分线",
    "without_work": "没有工作量时", "only": "范围", "severities": "严重程度", "sources": "来源", "families": "问题大类",
    "kinds": "种类", "sections": "测评项目", "indicators": "指标", "site_types": "点位类型", "worth": "得分口径", "of": "归属",
    "basis": "统计口径", "bulletins": "连续上通报", "times": "次数", "cap_per_case": "单件扣分上限", "over": "范围",
    "points_each": "每项分值", "target": "目标数", "effect": "后果", "groups": "分组", "units": "单位", "small": "小样本",
    "smallest": "最小样本数", "treat": "处理办法", "strength": "收缩强度", "confidence": "置信水平", "lists": "红黑榜", "red": "红榜",
    "black": "黑榜", "top": "前几名", "last": "末几名", "at_least": "不低于", "below": "低于", "always_below": "一律列入的分数线",
    "smallest_group": "最少单位数", "ties": "并列", "spare_indistinct": "无显著差异不列黑榜", "consequences": "累计后果",
    "list": "榜单", "within": "期数", "running": "连续", "step": "后果", "words": "说明", "rollups": "汇总周期", "weights": "各期权重",
    "missing": "缺期处理", "idle": "无工作量的单位", "rank": "照常排名", "unranked": "不排名", "breaks": "中断", "pass_over": "跳过",
}

RULES = RULES_OF_SCORES | {
    "full_at": "满分线应当高于零分线。",
    "floor_over_weight": "按件扣分的最低得分应当低于满分。",
    "tally_way": "数量计分：每项分值和目标数只能写一个，也必须写一个。",
    "empty_list": "红榜、黑榜至少要写名次或分数线。",
    "times_within": "累计后果的次数不能多于期数。",
    "key_twice": "计分项的代号不能重复。",
    "nothing_weighed": "至少要有一个有满分的计分项（比率、扣分或数量），不能只有加分、减分和否决。",
    "group_twice": "分组名称不能重复。",
    "unit_twice": "同一个单位不能列在两个分组里。",
    "rollup_twice": "同一种汇总周期不能写两次。",
    "rollup_shorter": "汇总周期应当比考核周期长。",
    "step_without_list": "累计后果所依据的红榜或黑榜没有设置。",
}
