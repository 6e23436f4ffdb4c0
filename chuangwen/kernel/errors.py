"""The errors that a person can do something about. Every room derives its own from these."""

from django.utils.functional import Promise


class Refusal(Exception):
    """Something that was asked for and cannot be done, with a sentence for the person and a code for the program.

    ``code`` is stable and in English (``cases.already_closed``); ``message`` is translated; ``status`` is the HTTP
    status that pages and API answer with. ``field`` names the argument that the sentence is about, ``fields`` several, each with a
    sentence of its own: forms show them beside the field.
    """

    status = 422
    code = "refused"

    def __init__(
        self,
        message: str | Promise,
        code: str | None = None,
        *,
        status: int | None = None,
        field: str | None = None,
        fields: dict | None = None,
    ):
        super().__init__(message)
        self.message = message
        self.code = code or self.code
        self.status = status or self.status
        self.fields = fields or ({field: message} if field else {})

    def __str__(self) -> str:
        return str(self.message)


class Denied(Refusal):
    """The person may not do this."""

    status = 403
    code = "denied"


class Missing(Refusal):
    """There is no such thing, or it is not the person's to see: the two are answered alike."""

    status = 404
    code = "missing"


class Conflict(Refusal):
    """Somebody else was quicker, or the thing is no longer in the state that this needs."""

    status = 409
    code = "conflict"
