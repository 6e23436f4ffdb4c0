"""What can go wrong while a paper is laid out: a code for the program, a Chinese sentence for the person."""


class LayoutError(ValueError):
    """A paper that cannot be laid out as given. `code` is stable; the message says what to mend."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
