"""The life of an appraisal as plain data: which step leads from which state to which. Pure."""

from enum import StrEnum


class Step(StrEnum):
    """What is done to an appraisal."""

    CHECK = "check"
    OPEN = "open"
    SETTLE = "settle"
    SIGN = "sign"
    PUBLISH = "publish"


COMPUTED, CHECKED, OPEN, SETTLED, SIGNED, PUBLISHED = "computed", "checked", "open", "settled", "signed", "published"
STATES = (COMPUTED, CHECKED, OPEN, SETTLED, SIGNED, PUBLISHED)

TRANSITIONS: dict[tuple[str, Step], str] = {
    (COMPUTED, Step.CHECK): CHECKED,  # by somebody else than who had it computed
    (CHECKED, Step.OPEN): OPEN,  # to the units, until a moment
    (CHECKED, Step.SETTLE): SETTLED,  # a version computed again after the units had their say
    (OPEN, Step.SETTLE): SETTLED,  # the time is over and every objection is answered
    (SETTLED, Step.SIGN): SIGNED,
    (SIGNED, Step.PUBLISH): PUBLISHED,
}
"""Whatever is not here cannot be done. Computing again makes another version and leaves this one as it is."""

TOLD = (OPEN, SETTLED, SIGNED, PUBLISHED)
"""The units see their own result."""


def after(state: str, step: Step) -> str | None:
    """The state that the step leads to; None: it cannot be done from here."""
    return TRANSITIONS.get((state, step))
