"""What unit appraisal tells other rooms."""

from dataclasses import dataclass


@dataclass(frozen=True)
class AppraisalOpened:
    """The units may look at their results and object."""

    appraisal_id: int


@dataclass(frozen=True)
class AppraisalPublished:
    """A result is final and told."""

    appraisal_id: int


@dataclass(frozen=True)
class AppraisalSettled:
    """The objections are over: a result waits for its signature."""

    appraisal_id: int


@dataclass(frozen=True)
class ObjectionRaised:
    """A unit objects and has to be answered."""

    objection_id: int


@dataclass(frozen=True)
class ObjectionAnswered:
    """The office has answered a unit."""

    objection_id: int


@dataclass(frozen=True)
class ConsequenceConfirmed:
    """A leader has confirmed what follows (a talk, a notice): the room that carries it out listens."""

    consequence_id: int


@dataclass(frozen=True)
class ConsequenceWithdrawn:
    """A title that was warned or suspended is so no longer: a later version of the result does not give it."""

    consequence_id: int
