"""The verbs of the closed loop. Which unit of a case may do what is said by ``states.TRANSITIONS``; here is who may try."""

from django.utils.translation import gettext_lazy as _

from chuangwen.kernel.access import ALL, DIVISION, OWN, UNIT, declare

UNITS = ("unit_head", "liaison")
OFFICE = {"clerk": DIVISION}
UNIT_SIDE = dict.fromkeys(UNITS, UNIT)
CHECKERS = {"clerk": DIVISION, "leader": DIVISION, "inspector": DIVISION}
REPORTERS = dict.fromkeys(("clerk", "leader", *UNITS, "inspector", "grid_worker"), DIVISION) | {"resident": OWN}

SEE = declare(
    "cases.see",
    _("See cases"),
    changes=False,
    default=dict.fromkeys(("clerk", "leader", "inspector", "grid_worker"), DIVISION) | UNIT_SIDE | {"resident": OWN},
)
REPORT = declare("cases.report", _("Report a case"), default=REPORTERS)
EDIT = declare("cases.edit", _("Correct a case"), default=OFFICE | dict.fromkeys(("inspector", "grid_worker", "resident"), OWN))
COMMENT = declare(
    "cases.comment",
    _("Add a remark to a case"),
    default=dict.fromkeys(("clerk", "leader", "inspector", "grid_worker"), DIVISION) | UNIT_SIDE | {"resident": OWN},
)

SCREEN = declare("cases.screen", _("Screen a case"), default=OFFICE)
MERGE = declare("cases.merge", _("Merge a case into another"), default=OFFICE)
REJECT = declare("cases.reject", _("Reject a case"), default=OFFICE)
DISPATCH = declare("cases.dispatch", _("Dispatch a case"), default=OFFICE)
REDISPATCH = declare("cases.redispatch", _("Redispatch a case"), default=OFFICE | {"leader": DIVISION})
FROM_ROUND = declare("cases.from_round", _("Turn the losses of a round into cases"), default=OFFICE)

SIGN_FOR = declare("cases.sign_for", _("Sign for a case"), default=UNIT_SIDE)
REFUSE = declare("cases.refuse", _("Refuse a case"), default=UNIT_SIDE)
PASS_ON = declare("cases.pass_on", _("Pass a case on inside the unit"), default=UNIT_SIDE)
HAND_BACK = declare("cases.hand_back", _("Hand a case back to the lead unit"), default=UNIT_SIDE)
ASK_EXTENSION = declare("cases.ask_extension", _("Ask for more time"), default=UNIT_SIDE)
SUBMIT = declare("cases.submit", _("Submit what was done"), default=UNIT_SIDE)

GRANT_EXTENSION = declare("cases.grant_extension", _("Grant more time"), default=OFFICE)
DENY_EXTENSION = declare("cases.deny_extension", _("Deny more time"), default=OFFICE)
DEFER = declare("cases.defer", _("Defer a case against a plan"), default=OFFICE)
RESUME = declare("cases.resume", _("Resume a deferred case"), default=OFFICE)

VERIFY = declare("cases.verify", _("Pass what was done"), default=CHECKERS)
SEND_BACK = declare("cases.send_back", _("Send a case back"), default=CHECKERS)
CLOSE = declare("cases.close", _("Close a case"), default=OFFICE)
SOLVE_ON_SPOT = declare(
    "cases.solve_on_spot", _("Solve a problem on the spot"), default={"clerk": DIVISION, "grid_worker": DIVISION}
)
REBOUND = declare(
    "cases.rebound",
    _("Record that a closed problem is back"),
    default=dict.fromkeys(("clerk", "leader", "inspector", "grid_worker"), DIVISION) | {"resident": OWN},
)
LINK_REBOUND = declare("cases.link_rebound", _("Link a case as the rebound of another"), default=OFFICE)
DISPUTE = declare(
    "cases.dispute",
    _("Object to the closing of a case"),
    default=dict.fromkeys(("clerk", "leader", "inspector", "grid_worker"), DIVISION) | {"resident": OWN},
)
ANSWER_DISPUTE = declare("cases.answer_dispute", _("Answer an objection"), default=OFFICE)

SEE_RECHECKS = declare(
    "cases.see_rechecks",
    _("See silent re-checks"),
    changes=False,
    default={"clerk": DIVISION, "leader": DIVISION, "inspector": OWN},
)
RECHECK = declare("cases.recheck", _("Do a silent re-check"), default={"inspector": OWN})
DRAW_RECHECKS = declare("cases.draw_rechecks", _("Draw and assign silent re-checks"), default=OFFICE)
EDIT_RECHECKS = declare("cases.edit_rechecks", _("Edit the settings of silent re-checks"), default={"clerk": ALL})

SEE_DEADLINES = declare(
    "cases.see_deadlines",
    _("See the deadline rules"),
    changes=False,
    default=dict.fromkeys(("clerk", "leader", *UNITS, "inspector"), ALL),
)
SEE_RATES = declare(
    "cases.see_rates",
    _("See the rates of units"),
    changes=False,
    default=dict.fromkeys(("clerk", "leader", "inspector"), DIVISION) | UNIT_SIDE,
)
EDIT_DEADLINES = declare("cases.edit_deadlines", _("Edit the deadline rules"), default={"clerk": ALL})
IMPORT = declare("cases.import", _("Bring in a sheet of cases"), default=OFFICE)
TICK = declare("cases.clock", _("Move the clocks of cases"))
"""The clock's own word in the trail: granted to nobody, done by the system."""

SEE_STEPS = declare(
    "cases.see_steps",
    _("See steps of escalation"),
    changes=False,
    default=dict.fromkeys(("clerk", "leader"), DIVISION) | UNIT_SIDE,
)
PROPOSE_STEP = declare("cases.propose_step", _("Propose a step of escalation"), default={"clerk": DIVISION, "leader": DIVISION})
APPROVE_STEP = declare("cases.approve_step", _("Approve a step of escalation"), default={"leader": DIVISION})
ISSUE_STEP = declare("cases.issue_step", _("Issue a step of escalation"), default={"clerk": DIVISION, "leader": DIVISION})
ANSWER_STEP = declare("cases.answer_step", _("Answer a step of escalation"), default=UNIT_SIDE)
APPEAL_STEP = declare("cases.appeal_step", _("Appeal against a step of escalation"), default=UNIT_SIDE)
DECIDE_APPEAL = declare("cases.decide_appeal", _("Decide an appeal against a step"), default={"leader": DIVISION})
SETTLE_STEP = declare("cases.settle_step", _("Say whether a step was fulfilled, and end it"), default=OFFICE)
WITHDRAW_STEP = declare("cases.withdraw_step", _("Withdraw a step of escalation"), default={"clerk": DIVISION, "leader": DIVISION})
SEE_LADDER = declare(
    "cases.see_ladder",
    _("See the rules of escalation"),
    changes=False,
    default=dict.fromkeys(("clerk", "leader", *UNITS), ALL),
)
EDIT_LADDER = declare("cases.edit_ladder", _("Edit the rules of escalation"), default={"clerk": ALL})
EDIT_SUPERVISING_OFFICE = declare(
    "cases.edit_supervising_office", _("Set the office whose numbers an area's steps bear"), default={"clerk": DIVISION}
)
