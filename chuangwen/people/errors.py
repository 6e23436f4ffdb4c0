"""What a person can do something about in this room."""

from chuangwen.kernel.errors import Conflict, Refusal


class UnitRefused(Refusal):
    code = "people.unit_refused"


class SameName(Conflict):
    """Another unit of this name stands at the same place."""

    code = "people.same_name"


class PostRefused(Refusal):
    code = "people.post_refused"


class AccountRefused(Refusal):
    code = "people.account_refused"
