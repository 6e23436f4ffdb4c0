"""The kinds of papers, each described once: what it is about, how it is numbered, what a person may write, who gathers and composes it.

A kind registers itself when its module is imported; nothing else asks which kind a paper is.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.utils.functional import Promise

from chuangwen.cases.models import EscalationStep
from chuangwen.duties.models import Meeting, Operation, SponsorshipPlan
from chuangwen.fieldwork.models import Round
from chuangwen.papers.composing.base import Frame, Office, Texts
from chuangwen.papers.figures import Figures
from chuangwen.papers.layout import Kind as Layout
from chuangwen.papers.layout import Paper
from chuangwen.papers.models import Kind
from chuangwen.papers.periods import Period
from chuangwen.people.models import Unit
from chuangwen.places.models import Division
from chuangwen.scoring.models import ScoreSheet

ROUND, UNIT, PERIOD, CASES, PLAN, OPERATION = "round", "unit", "period", "cases", "plan", "operation"


@dataclass(frozen=True)
class Subject:
    """What a paper is about, as rows. ``cases`` are the keys of chosen cases (empty: those that the kind finds by itself)."""

    division: Division | None = None
    round: Round | None = None
    unit: Unit | None = None
    period: Period | None = None
    sheet: ScoreSheet | None = None
    cases: tuple[int, ...] = ()
    content: Mapping[str, Any] = field(default_factory=dict)
    code: str = ""
    step: EscalationStep | None = None
    meeting: Meeting | None = None
    plan: SponsorshipPlan | None = None
    operation: Operation | None = None


class Compose(Protocol):
    def __call__(self, facts: Any, texts: Texts, frame: Frame) -> tuple[Paper, Figures]: ...


@dataclass(frozen=True)
class TextField:
    """A text of a draft that a person may write. ``shape``: line, text, lines (one paragraph a line), articles."""

    key: str
    label: str | Promise
    shape: str = "line"
    help: str | Promise = ""
    standard: str = ""
    """What stands there until somebody writes something else, lines joined by line feeds."""


@dataclass(frozen=True)
class Field:
    """A field that templates of the kind may use: its name, what it is, a value as an example."""

    name: str
    label: str
    sample: Any


@dataclass(frozen=True)
class PaperKind:
    """``needs`` must be given, ``takes`` may be. ``series`` follows the office's characters in the number; with ``issues`` the paper has an
    issue and a total issue instead. ``gather`` reads the rooms to the left, ``compose`` is pure, ``fields`` and ``values`` are what
    templates may use beside the common fields."""

    kind: Kind
    explanation: str | Promise
    icon: str
    layout: Layout
    red_head: Callable[[Office], str]
    title: Callable[[Subject], str]
    gather: Callable[[Subject], Any]
    compose: Compose
    texts: tuple[TextField, ...]
    needs: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()
    series: str = ""
    issues: bool = False
    sealed: bool = True
    fields: tuple[Field, ...] = ()
    values: Callable[[Any], dict[str, Any]] = lambda facts: {}
    sample: Callable[[], Any] | None = None
    """Generated facts, for the list of fields and for trying a template out."""
    queries: tuple[str, ...] = ()

    @property
    def asks(self) -> tuple[str, ...]:
        """Everything of a subject that the kind has to do with."""
        return (*self.needs, *self.takes)


KINDS: dict[str, PaperKind] = {}


def register(kind: PaperKind) -> PaperKind:
    """Make a kind known."""
    assert kind.kind.value not in KINDS, f"{kind.kind} is described twice"
    KINDS[kind.kind.value] = kind
    return kind
