"""What is done to appraisals of units, one function per verb."""

from chuangwen.scoring.appraisal.actions.computing import compare_schemes, compute_appraisal, preview_appraisal
from chuangwen.scoring.appraisal.actions.deciding import decide_consequence
from chuangwen.scoring.appraisal.actions.entering import check_entry, enter_manually
from chuangwen.scoring.appraisal.actions.living import (
    check_appraisal,
    open_appraisal,
    publish_appraisal,
    settle_appraisal,
    sign_appraisal,
)
from chuangwen.scoring.appraisal.actions.objecting import answer_objection, object_to
from chuangwen.scoring.appraisal.actions.schemes import checked, save_appraisal_scheme

__all__ = [
    "answer_objection",
    "check_appraisal",
    "check_entry",
    "checked",
    "compare_schemes",
    "compute_appraisal",
    "decide_consequence",
    "enter_manually",
    "object_to",
    "open_appraisal",
    "preview_appraisal",
    "publish_appraisal",
    "save_appraisal_scheme",
    "settle_appraisal",
    "sign_appraisal",
]
