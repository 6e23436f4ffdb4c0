"""What a phone is told when it is not served."""

from chuangwen.kernel.errors import Conflict, Refusal


class Wiped(Refusal):
    """Somebody asked for this phone to be wiped: the app erases what it holds and confirms."""

    status = 410
    code = "phone.wiped"


class SignedOut(Refusal):
    """The token is unknown, expired or of a closed account: the app asks to sign in again and keeps what waits."""

    status = 401
    code = "phone.signed_out"


class OtherAccount(Conflict):
    """The phone holds the data of somebody else."""

    code = "phone.other_account"


class OtherContent(Conflict):
    """The identifier was used for something else."""

    code = "phone.other_content"


class PhotosMissing(Conflict):
    """Photos that the entry names have not arrived; ``missing`` are their uids."""

    code = "phone.photos_missing"

    def __init__(self, message, missing: list[str]):
        super().__init__(message)
        self.missing = missing


class TooMany(Refusal):
    """More in a minute than a person can do; ``seconds`` until it goes on."""

    status = 429
    code = "phone.too_many"
    seconds = 60
