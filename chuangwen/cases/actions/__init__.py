"""Everything that can be done to cases: one function per verb. Pages, API, commands, imports and jobs call these.

Each takes the actor first and keywords after; ``expected_version`` (where given) makes it fail with ``SomebodyElse`` when the case has
changed since it was looked at.
"""

from chuangwen.cases.actions.assigning import Choice
from chuangwen.cases.actions.deadlines import remove_deadline, save_deadline, save_settings
from chuangwen.cases.actions.dispatching import dispatch, hand_back, pass_on, redispatch, refuse, sign_for
from chuangwen.cases.actions.many import Outcome, Told, bulk_dispatch, cases_from_round
from chuangwen.cases.actions.objecting import answer_dispute, dispute, run_objections
from chuangwen.cases.actions.rebounds import link_rebound, rebound
from chuangwen.cases.actions.rectifying import close, send_back, submit, verify
from chuangwen.cases.actions.reporting import EDITABLE, comment, edit, report, solve_on_spot, solve_reported
from chuangwen.cases.actions.screening import merge, reject, screen, suggest
from chuangwen.cases.actions.ticking import run_clocks, tick
from chuangwen.cases.actions.timing import ask_extension, defer, deny_extension, grant_extension, resume

__all__ = [
    "EDITABLE", "Choice", "Outcome", "Told", "answer_dispute", "ask_extension", "bulk_dispatch", "cases_from_round", "close", "comment",
    "defer", "deny_extension", "dispatch", "dispute", "edit", "grant_extension", "hand_back", "link_rebound", "merge", "pass_on", "rebound",
    "redispatch", "refuse", "reject", "remove_deadline", "report", "resume", "run_clocks", "run_objections", "save_deadline",
    "save_settings", "screen", "send_back", "sign_for", "solve_on_spot", "solve_reported", "submit", "suggest", "tick", "verify",
]  # fmt: skip
