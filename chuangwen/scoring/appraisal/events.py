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
class ConsequenceConfirmed:
    """A leader has confirmed what follows (a talk, a notice): the room that carries it out listens."""

    consequence_id: int
