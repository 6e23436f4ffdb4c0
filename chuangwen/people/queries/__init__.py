"""What pages, API, sheets and papers read of the room."""

from chuangwen.people.queries.accounts import (
    RightsRow,
    account_by_token,
    accounts,
    locked_names,
    rights_table,
    token_hash,
    token_of,
)
from chuangwen.people.queries.organisation import (
    DUTY,
    Contact,
    Node,
    allows,
    contacts,
    flat,
    on_day,
    organisation_on,
    persons,
    units,
)

__all__ = [
    "DUTY",
    "Contact",
    "Node",
    "RightsRow",
    "account_by_token",
    "accounts",
    "allows",
    "contacts",
    "flat",
    "locked_names",
    "on_day",
    "organisation_on",
    "persons",
    "rights_table",
    "token_hash",
    "token_of",
    "units",
]
