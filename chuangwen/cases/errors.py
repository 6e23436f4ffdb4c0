"""What can go wrong with a case, each with a sentence for the person and a code for the program."""

from django.utils.functional import Promise

from chuangwen.kernel.errors import Conflict, Denied, Refusal


class NotNow(Conflict):
    """The case is in a state in which this cannot be done."""

    code = "cases.not_now"


class SomebodyElse(Conflict):
    """Somebody else acted on the case since the person looked at it."""

    code = "cases.changed"


class NotYours(Denied):
    """The case is with another unit: the person's own may see it but not act on it."""

    code = "cases.not_yours"


class NoOwner(Refusal):
    """No unit answers for the case by any rule; somebody has to choose one."""

    code = "cases.no_owner"


class Incomplete(Refusal):
    """Something that the action needs is missing or cannot be so; ``field`` says which of its arguments."""

    code = "cases.incomplete"

    def __init__(self, message: str | Promise, code: str | None = None, *, field: str = ""):
        super().__init__(message, code, fields={field: message} if field else None)
