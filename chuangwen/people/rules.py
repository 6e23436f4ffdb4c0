"""What holds about roles and days. Pure: no database, no clock."""

import secrets
from collections.abc import Iterable
from datetime import date, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from chuangwen.kernel.access import ROLES, VERBS
from chuangwen.people.access import EVENTS_ONLY, RESERVED

ADMINISTRATORS = frozenset(RESERVED)
CAMPAIGN_ROOMS = frozenset({"evidence", "fieldwork", "cases", "intake", "ledger", "duties", "scoring", "papers", "volunteers"})
"""Rooms of campaign work; what of them is an administrator's (keys of other systems, settings) is theirs as shipped. Places and standards
hold the code tables, which are the system administrator's too (DOMAIN.md section 1)."""
CAMPAIGN_PEOPLE = frozenset({"people.manage_units", "people.manage_posts", "people.merge", "people.import_units"})
NAMES = {
    "clerk": "文明办工作人员",
    "leader": "分管领导",
    "unit_head": "单位负责人",
    "liaison": "联络员",
    "inspector": "督导测评员",
    "grid_worker": "网格员",
    "resident": "居民",
    "system_admin": "系统管理员",
    "security_admin": "安全管理员",
    "audit_admin": "审计管理员",
}
IDLE_MINUTES = {"system_admin": 30, "security_admin": 30, "audit_admin": 30, "inspector": 480, "grid_worker": 480}
ROLE_OF_POST = {
    "first_responsible": "unit_head",
    "head": "unit_head",
    "deputy": "unit_head",
    "liaison": "liaison",
    "inspector": "inspector",
    "grid_worker": "grid_worker",
}
"""Which role a post brings when nobody says otherwise; a member brings none."""
APPOINTABLE = tuple(code for code in ROLES if code not in ADMINISTRATORS)

# Letters and digits that nobody confuses when reading them aloud.
_LETTERS, _DIGITS = "abcdefghijkmnpqrstuvwxyz", "23456789"


def refused_grant(role: str, verb: str) -> str | Promise | None:
    """Why a role must not have a verb; None when it may. The three administrators are separate from each other and from the
    campaign (DOMAIN.md section 2, rule 7)."""
    if verb in EVENTS_ONLY:
        return _("This is only a word of the audit trail.")
    for owner, verbs in RESERVED.items():
        if verb in verbs and role != owner:
            return _("This right belongs to one of the three administrators alone.")
    if (
        role in ADMINISTRATORS
        and verb in VERBS
        and VERBS[verb].changes
        and role not in VERBS[verb].default
        and (verb.split(".")[0] in CAMPAIGN_ROOMS or verb in CAMPAIGN_PEOPLE)
    ):
        return _("An administrator does no campaign work.")
    return None


def mixed(roles: Iterable[str]) -> bool:
    """Whether these roles together would join an administrator with anything else."""
    held = set(roles) - {"resident"}
    return bool(held & ADMINISTRATORS) and len(held) > 1


def last_day_before(day: date) -> date:
    return day - timedelta(days=1)


def initial_password() -> str:
    """Three groups of four, without characters that look alike: about 68 bits."""
    groups = [
        "".join(secrets.choice(_LETTERS + _LETTERS.upper().replace("I", "").replace("O", "") + _DIGITS) for _n in range(4))
        for _g in range(3)
    ]
    return "-".join(groups)


def username_key(text: str) -> str:
    """A user name as it is compared: half-width, without spaces around it, small letters."""
    import unicodedata

    return unicodedata.normalize("NFKC", text or "").strip().lower()[:60]


_KIND_MARKS = (
    ("leading_group", ("领导小组",)),
    ("command", ("指挥部", "创建办", "创文办")),
    ("working_group", ("专班", "工作组", "攻坚组")),
    ("assessor", ("测评公司", "测评有限公司", "调查公司")),
    ("enterprise", ("公司", "集团", "企业", "物业")),
    ("community", ("社区", "居委会", "居民委员会", "村委会", "村民委员会")),
    ("town_office", ("街道办", "街道办事处", "镇政府", "乡政府", "镇人民政府", "乡人民政府")),
)


def kind_by_name(name: str) -> str:
    """The kind of unit that a name speaks of: the mark that stands nearest to its end; a member department where there is none."""
    best = max(
        ((name.rfind(mark) + len(mark), kind) for kind, marks in _KIND_MARKS for mark in marks if mark in name), default=(0, "")
    )
    return best[1] if best[0] >= len(name) - 2 and best[1] else "department"
