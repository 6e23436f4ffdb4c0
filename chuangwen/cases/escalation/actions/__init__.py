"""Everything that can be done to steps of escalation and to the rules by which they are proposed."""

from chuangwen.cases.escalation.actions.steps import (
    Proposed,
    answer,
    appeal,
    approve,
    decide_appeal,
    end,
    issue,
    link_paper,
    propose,
    propose_many,
    settle,
    withdraw,
)
from chuangwen.cases.escalation.actions.tuning import remove_rule, save_office, save_rule, save_settings

__all__ = [
    "Proposed", "answer", "appeal", "approve", "decide_appeal", "end", "issue", "link_paper", "propose", "propose_many", "remove_rule",
    "save_office", "save_rule", "save_settings", "settle", "withdraw",
]  # fmt: skip
