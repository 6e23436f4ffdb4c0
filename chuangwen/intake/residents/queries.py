"""What the open pages read: similar open cases near by, and one's own report by its link. Nothing else of a case ever leaves."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from chuangwen.cases.models import LIVE, Case, CaseEvent, CasePhoto, Objection, State, Verb
from chuangwen.evidence.redaction import public_photo_urls
from chuangwen.intake.install import settings_row
from chuangwen.intake.learning.features import likeness
from chuangwen.intake.masking import mask_text
from chuangwen.intake.models import Follower, Report
from chuangwen.intake.sealing import hash_of, seal, unseal
from chuangwen.kernel.errors import Missing
from chuangwen.kernel.geography import Box, Point, distance
from chuangwen.places.models import Site
from chuangwen.standards.models import Kind
from chuangwen.web import formatting

SIMILAR = 3
LIKE_ENOUGH = 0.34
CANDIDATES = 300
MOST_PUBLIC = 60
OFFERED = "offered"
OFFER_LASTS = 24 * 3600
TOKEN_LENGTHS = range(16, 65)

WORDS: dict[str, tuple[Any, Any, str]] = {
    State.REPORTED: (
        pgettext_lazy("resident", "Received"),
        gettext_lazy("The office looks at it on the next working day."),
        "wait",
    ),
    State.SCREENED: (
        gettext_lazy("Accepted"),
        gettext_lazy("It is a problem that has to be put right. It is being given to a unit."),
        "wait",
    ),
    State.DISPATCHED: (
        gettext_lazy("Given to a unit"),
        gettext_lazy("The responsible unit has it and is asked to begin."),
        "wait",
    ),
    State.REFUSED: (gettext_lazy("Given to a unit"), gettext_lazy("It is being settled which unit puts it right."), "wait"),
    State.RECTIFYING: (gettext_lazy("Being put right"), gettext_lazy("The responsible unit is at work on it."), "accent"),
    State.DEFERRED: (gettext_lazy("Put off"), gettext_lazy("It needs works that are planned for later."), "warn"),
    State.SUBMITTED: (
        gettext_lazy("Being checked"),
        gettext_lazy("The unit says that it is done. Somebody else looks whether it is."),
        "wait",
    ),
    State.VERIFIED: (gettext_lazy("Being checked"), gettext_lazy("It was found to be done and will be closed."), "ok"),
    State.CLOSED: (
        gettext_lazy("Solved and closed"),
        gettext_lazy("If it is not solved, say so below: you will get an answer."),
        "ok",
    ),
    State.REJECTED: (gettext_lazy("Not accepted"), gettext_lazy("The reason stands below."), "quiet"),
    State.MERGED: (
        gettext_lazy("Put together"),
        gettext_lazy("The same problem was reported before; it goes on there."),
        "quiet",
    ),
}
"""State of a case in plain words: word, sentence, tone."""

STORY: dict[str, Any] = {
    Verb.REPORT: gettext_lazy("Your report was received"),
    Verb.SCREEN: gettext_lazy("The office accepted it"),
    Verb.MERGE: gettext_lazy("It was put together with the same problem reported before"),
    Verb.REJECT: gettext_lazy("It was not accepted"),
    Verb.DISPATCH: gettext_lazy("It was given to the responsible unit"),
    Verb.REDISPATCH: gettext_lazy("It was given to another unit"),
    Verb.SIGN_FOR: gettext_lazy("The unit took it and begins"),
    Verb.DEFER: gettext_lazy("It was put off"),
    Verb.RESUME: gettext_lazy("The work goes on"),
    Verb.SUBMIT: gettext_lazy("The unit says that it is done"),
    Verb.SEND_BACK: gettext_lazy("The check found that it is not done: it went back to the unit"),
    Verb.VERIFY: gettext_lazy("The check found that it is done"),
    Verb.CLOSE: gettext_lazy("It was closed"),
    Verb.SOLVE_ON_SPOT: gettext_lazy("It was put right on the spot"),
    Verb.REBOUND: gettext_lazy("The problem was found to be back: it goes on under a new number"),
    Verb.DISPUTE: gettext_lazy("It was said that it is not solved"),
    Verb.ANSWER_DISPUTE: gettext_lazy("What was said was answered"),
}
"""Events that a resident sees, in words without names. All others (remarks, hand-overs, more time) stay inside."""
TOLD = {Verb.REJECT, Verb.SUBMIT, Verb.SOLVE_ON_SPOT, Verb.ANSWER_DISPUTE}
"""Events whose words are meant for who reported it; numbers in them are covered."""
STEPS = (
    (pgettext_lazy("resident", "Received"), (State.REPORTED,)),
    (gettext_lazy("Given out"), (State.SCREENED, State.DISPATCHED, State.REFUSED)),
    (gettext_lazy("Put right"), (State.RECTIFYING, State.DEFERRED)),
    (gettext_lazy("Checked"), (State.SUBMITTED, State.VERIFIED)),
    (gettext_lazy("Solved"), (State.CLOSED,)),
)


# -- similar ones near by ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Alike:
    """An open case as anybody may see it: what kind, where by public name, since when, how far it is, how it stands. ``offer`` is a sealed
    key that works for a day: there is no way from it to any other case."""

    offer: str
    kind: str
    place: str
    since: datetime
    metres: int | None
    word: str
    tone: str
    picture: str = ""


def similar(text: str, *, point: Point | None, site: Site | None, kind: Kind | None) -> list[Alike]:
    """At most three open cases at the site or within the radius, of the same kind or told in like words, the likeliest first. Four
    queries."""
    found = alike(text, point=point, site=site, kind=kind, most=SIMILAR)
    pictures = public_photos(case.pk for case, _metres in found)
    return [
        Alike(
            seal(str(case.pk), OFFERED), str(case.kind or case.family or _("Problem")), str(case.site or case.division or ""),
            case.reported_at, metres, str(WORDS[case.state][0]), WORDS[case.state][2], next(iter(pictures.get(case.pk, ())), ""),
        )
        for case, metres in found
    ]  # fmt: skip


def alike(
    text: str, *, point: Point | None, site: Site | None, kind: Kind | None, most: int, cases: Any = None
) -> list[tuple[Case, int | None]]:
    """Open cases with how many metres away they are; ``cases`` restricts where to look (what a clerk may see).

    One query, and one for settings.
    """
    if point is None and site is not None and site.lat is not None and site.lon is not None:
        point = Point(site.lat, site.lon)
    where = Q(site=site) if site is not None else Q(pk__in=[])
    metres = settings_row().near_metres
    if point is not None:
        box = Box.within(point, metres)
        where |= Q(lat__gte=box.south, lat__lte=box.north, lon__gte=box.west, lon__lte=box.east)
    elif site is None:
        return []
    rows = (
        (Case.objects.all() if cases is None else cases).filter(LIVE & where).select_related("kind", "family", "site", "division")
    )
    scored = []
    for case in rows.order_by("-reported_at")[:CANDIDATES]:
        away = (
            round(distance(point, Point(case.lat, case.lon)))
            if point is not None and case.lat is not None and case.lon is not None
            else None
        )
        if away is not None and away > metres and (site is None or case.site_id != site.pk):
            continue
        same = kind is not None and case.kind_id == kind.pk
        score = likeness(text, case.description) + (0.5 if same else 0.0)
        if score >= LIKE_ENOUGH:
            scored.append((-score, away or 0, -case.pk, case, away))
    return [(case, away) for *_order, case, away in sorted(scored, key=lambda row: row[:3])[:most]]


def offered(sealed: str) -> int:
    """The key of the case that was offered. Raises Missing for anything that was not."""
    key = unseal(sealed[:300], OFFERED, lasts=OFFER_LASTS)
    if not key:
        raise Missing(_("This offer is too old. Please begin again."))
    return int(key)


def public_photos(case_ids: Iterable[int]) -> dict[int, list[str]]:
    """Per case the addresses of its photos that a person has confirmed for the public, covered and without capture data. Two queries."""
    links = list(
        CasePhoto.objects.filter(case__in=list(case_ids)).order_by("pk").values_list("case_id", "photo_id")[:MOST_PUBLIC]
    )
    urls = public_photo_urls({photo for _case, photo in links})
    found: dict[int, list[str]] = {}
    for case, photo in links:
        if photo in urls:
            found.setdefault(case, []).append(urls[photo])
    return found


# -- one's own report -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """One thing that happened, as a resident reads it."""

    at: datetime
    title: str
    text: str = ""


@dataclass
class Followed:
    """What the link opens. ``report`` is None for who follows somebody else's report. ``case`` is where it goes on: after a merger or a
    dispute that was upheld, another case than the report's own."""

    token: str
    case: Case
    report: Report | None
    own: Case
    word: str = ""
    sentence: str = ""
    tone: str = ""
    steps: list[dict[str, Any]] = field(default_factory=list)
    story: list[Line] = field(default_factory=list)
    photos: list[int] = field(default_factory=list)
    public: list[str] = field(default_factory=list)
    objection: Objection | None = None
    measure: str = ""

    @property
    def may_rate(self) -> bool:
        return self.report is not None and self.report.withdrawn_at is None and self.case.state in (State.CLOSED, State.REJECTED)

    @property
    def may_dispute(self) -> bool:
        return (
            self.report is not None
            and self.report.withdrawn_at is None
            and self.case.state == State.CLOSED
            and self.objection is None
        )

    @property
    def may_add(self) -> bool:
        return self.case.state not in (State.REJECTED, State.CLOSED) and (self.report is None or self.report.withdrawn_at is None)

    @property
    def may_withdraw(self) -> bool:
        return (
            self.report is not None and self.report.withdrawn_at is None and self.case.state not in (State.CLOSED, State.REJECTED)
        )


def by_token(token: str) -> tuple[Report | None, Case]:
    """The report (None for a follower) and its case. Raises Missing: a wrong link and none are answered alike. At most two queries."""
    if len(token) in TOKEN_LENGTHS:
        hashed = hash_of(token)
        report = (
            Report.objects.select_related("case__kind", "case__site", "case__division", "case__family")
            .filter(token_hash=hashed)
            .first()
        )
        if report is not None:
            return report, report.case
        follower = (
            Follower.objects.select_related("case__kind", "case__site", "case__division", "case__family")
            .filter(token_hash=hashed)
            .first()
        )
        if follower is not None:
            return None, follower.case
    raise Missing(_("There is no report under this link. Check that it was copied whole."))


def goes_on(case: Case) -> list[Case]:
    """The case and those in which it goes on (merged into, taken up again after a dispute), in order; at most ten."""
    chain = [case]
    while len(chain) < 10:
        last = chain[-1]
        key = last.merged_into_id if last.state == State.MERGED else None
        if key is None and last.state == State.CLOSED:
            key = (
                Objection.objects.filter(case=last, state=Objection.State.UPHELD)
                .order_by("-pk")
                .values_list("new_case", flat=True)
                .first()
            )
        if key is None or key in {one.pk for one in chain}:
            break
        following = Case.objects.select_related("kind", "site", "division", "family").filter(pk=key).first()
        if following is None:
            break
        chain.append(following)
    return chain


def followed(token: str) -> Followed:
    """Everything that the page behind a link shows. A constant number of queries, and one for each case in which it goes on."""
    report, own = by_token(token)
    chain = goes_on(own)
    case = chain[-1]
    word, sentence, tone = WORDS[case.state]
    objections = list(Objection.objects.filter(case=case).order_by("-pk")[:1])
    waiting = next((one for one in objections if one.state == Objection.State.PENDING), None)
    if report is not None and report.withdrawn_at is not None:
        word, sentence, tone = _("Withdrawn"), _("You have withdrawn your report."), "quiet"
    elif waiting is not None:
        word, sentence, tone = (
            _("Closed, you object"),
            _("The office has to answer you; until then it does not count as settled."),
            "warn",
        )
    elif case.state == State.DEFERRED and case.deferred_until:
        sentence = _("It needs works that are planned until %(day)s.") % {"day": formatting.day(case.deferred_until)}
    names = {event.actor_name for event in CaseEvent.objects.filter(case__in=chain).only("actor_name") if event.actor_name}
    return Followed(
        token, case, report, own, str(word), str(sentence), tone, _steps(case), _story(chain, names),
        list(report.photos.order_by("pk").values_list("photo_id", flat=True)) if report is not None else [],
        public_photos([case.pk]).get(case.pk, []), waiting,
        mask_text(case.measure, names) if case.state == State.CLOSED else "",
    )  # fmt: skip


def _steps(case: Case) -> list[dict[str, Any]]:
    if case.state in (State.REJECTED, State.MERGED):
        return []
    here = next(number for number, (_label, states) in enumerate(STEPS) if case.state in states) + (case.state == State.CLOSED)
    return [
        {"label": label, "state": "done" if number < here else "now" if number == here else "next"}
        for number, (label, _states) in enumerate(STEPS)
    ]


def _story(chain: Sequence[Case], names: set[str]) -> list[Line]:
    """What happened, newest first, in words that name nobody. One query."""
    first = chain[0].pk
    lines = []
    for event in CaseEvent.objects.filter(case__in=chain, verb__in=list(STORY)).order_by("-at", "-pk"):
        if event.verb == Verb.REPORT and event.case_id != first:
            continue
        words = event.note if event.verb in TOLD else ""
        lines.append(Line(event.at, str(STORY[event.verb]), mask_text(words, names)))
    return lines
