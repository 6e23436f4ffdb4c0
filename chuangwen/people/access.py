"""The verbs of the room. The three administrators are kept apart: see ``rules.refused_grant``."""

from django.utils.translation import gettext_lazy as _

from chuangwen.kernel.access import declare
from chuangwen.kernel.verbs import EVERYBODY_IN_OFFICE

SYSTEM, SECURITY, AUDIT = "system_admin", "security_admin", "audit_admin"
COLLEAGUES = ("clerk", "leader", "unit_head", "liaison")

SEE = declare(
    "people.see",
    _("See units, posts and persons"),
    changes=False,
    default=dict.fromkeys((*COLLEAGUES, "inspector", "grid_worker"), "division")
    | dict.fromkeys((SYSTEM, SECURITY, AUDIT), "all"),
)
CALL = declare(
    "people.call", _("See the telephone numbers of duty contacts"), changes=False, default=dict.fromkeys(COLLEAGUES, "division")
)
REVEAL = declare(
    "people.reveal",
    _("Open a masked telephone number (recorded)"),
    changes=False,
    default={"clerk": "division", "leader": "division"},
)
MANAGE_UNITS = declare("people.manage_units", _("Make, rename, move and close units"), default={"clerk": "division"})
MANAGE_POSTS = declare(
    "people.manage_posts", _("Appoint persons and end posts"), default={"clerk": "division", "unit_head": "unit"}
)
MERGE = declare("people.merge", _("Join two records of the same person"), default={"clerk": "division"})
IMPORT_UNITS = declare("people.import_units", _("Bring in a sheet of units and posts"), default={"clerk": "division"})

SEE_ACCOUNTS = declare(
    "people.see_accounts", _("See accounts"), changes=False, default={SYSTEM: "all", SECURITY: "all", AUDIT: "all"}
)
MANAGE_ACCOUNTS = declare("people.manage_accounts", _("Make accounts, reset passwords, close accounts"), default={SYSTEM: "all"})
MANAGE_TOKENS = declare(
    "people.manage_tokens", _("Make and withdraw tokens for programs"), default={"clerk": "own", SYSTEM: "all"}
)

SEE_ROLES = declare(
    "people.see_roles", _("See what each role may do"), changes=False, default={SYSTEM: "all", SECURITY: "all", AUDIT: "all"}
)
MANAGE_ROLES = declare("people.manage_roles", _("Change what roles may do"), default={SECURITY: "all"})
ASSIGN_ROLES = declare("people.assign_roles", _("Give administrator roles"), default={SECURITY: "all"})
UNLOCK = declare("people.unlock", _("Unlock accounts after failed sign-ins"), default={SECURITY: "all"})
RESET_SECOND_FACTOR = declare("people.reset_second_factor", _("Take away a lost second factor"), default={SECURITY: "all"})
END_SESSIONS = declare("people.end_sessions", _("End other people's sessions"), default={SECURITY: "all"})

OWN_ACCOUNT = declare(
    "people.own_account",
    _("One's own password, second factor and sessions"),
    default=dict.fromkeys((*EVERYBODY_IN_OFFICE, "resident"), "own"),
)
SIGN_IN = declare("people.sign_in", _("Sign in and out"), changes=False)
SIGN_IN_FAILED = declare("people.sign_in_failed", _("Failed sign-in"), changes=False)
LOCKED_OUT = declare("people.locked_out", _("Locked after failed sign-ins"), changes=False)

RESERVED = {
    SYSTEM: {MANAGE_ACCOUNTS},
    SECURITY: {MANAGE_ROLES, ASSIGN_ROLES, UNLOCK, RESET_SECOND_FACTOR, END_SESSIONS},
    AUDIT: {"kernel.see_audit"},
}
"""Verbs that belong to one administrator alone (GB/T 22239-2019, 8.1.5: system, security and audit management are separate)."""

EVENTS_ONLY = {SIGN_IN, SIGN_IN_FAILED, LOCKED_OUT}
"""Words of the audit trail; they are not granted to anybody."""
