"""The way of a paper from draft to archive: checked, countersigned, signed; sent back, taken back, archived, void."""

import secrets
from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from chuangwen.kernel import access, clock, files
from chuangwen.kernel.access import UNIT, Actor
from chuangwen.kernel.errors import Conflict, Missing, Refusal
from chuangwen.kernel.models import Counter
from chuangwen.kernel.office_calendar import calendar
from chuangwen.kernel.worktime import Limit
from chuangwen.papers import figures, making
from chuangwen.papers.actions.base import keep_version, move, needed, no_longer_asked, step, take
from chuangwen.papers.actions.drafting import figures_digest
from chuangwen.papers.actions.offices import kept
from chuangwen.papers.actions.pdfs import queue_pdf
from chuangwen.papers.layout.model import NUMBER
from chuangwen.papers.models import Paper, PaperParty, State
from chuangwen.papers.states import Verb
from chuangwen.people.models import Person, Unit

CODE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""No letters that are taken for others (I, O, 0, 1)."""
COUNTERSIGN_DAYS = 2


def check_paper(actor: Actor, *, paper_id: int, words: str = "", figures_seen: str = "") -> Paper:
    """Say that a draft has been looked through; its figures are taken once more, and a version is kept where they have changed."""
    with transaction.atomic():
        paper = take(actor, Verb.CHECK, "papers.check", paper_id)
        now = making.make(paper, making.office_for(paper.division)).figures.document()
        _unchanged(figures_seen, now)
        if figures.changed(paper.figures, now):
            paper.figures = now
            keep_version(actor, paper)
        paper.checked_at, paper.checked_by_id = clock.now(), actor.account_id
        move(actor, paper, Verb.CHECK, "papers.check", words=words)
    return paper


def _unchanged(seen: str, now: list) -> None:
    """Raises Conflict when the figures are no longer those that somebody has looked at."""
    if seen and seen != figures_digest(now):
        raise Conflict(
            _("Figures have changed since you opened the page. Look through them once more."), "papers.figures_changed"
        )


def ask_countersign(
    actor: Actor,
    *,
    paper_id: int,
    units: Sequence[Unit] = (),
    people: Sequence[tuple[Unit, Person]] = (),
    in_turn: bool = False,
    days: int = COUNTERSIGN_DAYS,
) -> Paper:
    """Ask units, or leaders by name, to countersign a checked paper: all at once or one after the other, each within working days."""
    with transaction.atomic():
        paper = take(actor, Verb.ASK_COUNTERSIGN, "papers.check", paper_id)
        wanted: list[tuple[Unit, Person | None]] = [*((unit, None) for unit in units), *people]
        if not wanted:
            raise Refusal(_("Choose who is to countersign."), "papers.no_countersigner", field="units")
        for turn, (unit, person) in enumerate(dict.fromkeys(wanted), 1):
            PaperParty.objects.create(
                paper=paper, unit=unit, person=person, part=PaperParty.Part.COUNTERSIGNER, turn=turn if in_turn else 1
            )
        _ask_next(paper, days)
        names = "、".join(f"{unit}{f'（{person}）' if person else ''}" for unit, person in dict.fromkeys(wanted))
        move(actor, paper, Verb.ASK_COUNTERSIGN, "papers.check", words=names[:500], after={"in_turn": in_turn, "days": days})
    return paper


def _ask_next(paper: Paper, days: int = COUNTERSIGN_DAYS) -> None:
    """Ask those whose turn has come. Where nobody is left everybody has agreed."""
    waiting = paper.parties.filter(part=PaperParty.Part.COUNTERSIGNER, answer="").order_by("turn")
    first = waiting.values_list("turn", flat=True).first()
    if first is not None:
        moment = clock.now()
        due = calendar().due(moment, Limit(max(1, min(days, 60)), "working_days"))
        waiting.filter(turn=first, asked_at__isnull=True).update(asked_at=moment, due_at=due)


def own_party(actor: Actor, verb: str, paper: Paper, part: str, **more: object) -> PaperParty | None:
    """The party of the paper as which the actor may answer: their unit's, or their own by name; never another unit's."""
    waiting = paper.parties.filter(part=part, **more).select_related("unit").order_by("turn", "pk")
    paths = tuple(grant.unit_path for grant in actor.scopes(verb) if grant.scope == UNIT and grant.unit_path)
    for party in waiting:
        if party.person_id is not None and party.person_id != actor.person_id and not actor.is_system:
            continue
        if actor.is_system or party.unit.path.startswith(paths):
            return party
    return None


def countersign(actor: Actor, *, paper_id: int, agree: bool, words: str = "") -> Paper:
    """Agree to a paper, or object to it with words, as the unit or person that was asked. An objection leads back to the draft; with the
    last agreement the paper is countersigned. Raises Denied, Missing where the actor was not asked, Conflict where it is another's turn."""
    access.require(actor, "papers.countersign")
    with transaction.atomic():
        paper = access.fetch(actor, "papers.countersign", Paper, lock=True, pk=paper_id)
        party = own_party(actor, "papers.countersign", paper, PaperParty.Part.COUNTERSIGNER, answer="")
        if party is None:
            raise Missing(_("You were not asked to countersign this paper, or have answered."))
        step(paper, Verb.AGREE if agree else Verb.OBJECT)
        if party.asked_at is None:
            raise Conflict(_("Others are asked first; your turn has not come."), "papers.not_your_turn")
        words = words.strip()[:500] if agree else needed(words)
        party.answer = PaperParty.Answer.AGREED if agree else PaperParty.Answer.OBJECTED
        party.done_at, party.done_by, party.words = clock.now(), actor.name[:80], words
        party.save()
        if not agree:
            no_longer_asked(paper)
            move(actor, paper, Verb.OBJECT, "papers.countersign", words=words, unit=party.unit)
            return paper
        _ask_next(paper)
        left = paper.parties.filter(part=PaperParty.Part.COUNTERSIGNER, answer="").exists()
        to = State.COUNTERSIGNING if left else State.COUNTERSIGNED
        move(actor, paper, Verb.AGREE, "papers.countersign", to=to, words=words, unit=party.unit)
    return paper


def sign_paper(actor: Actor, *, paper_id: int, figures_seen: str = "") -> Paper:
    """Sign: number the paper (without gaps, per office, kind and year), date it today, set the seal, keep the file for good.

    A second call changes nothing. ``figures_seen`` is the digest of the figures that the signer looked at: where they have changed since,
    Conflict. The PDF is made by a job.
    """
    with transaction.atomic():
        paper = access.fetch(actor, "papers.sign", Paper, lock=True, pk=paper_id)
        if paper.state == State.SIGNED:
            return paper
        step(paper, Verb.SIGN)
        office = kept(making.office_for(paper.division))
        paper.office, paper.paper_date = office, clock.today()
        _number(paper)
        seal = files.read(office.seal_key) if office.seal_key and making.kind_of(paper.kind).sealed else None
        made = making.make(paper, office, seal=seal)
        now = made.figures.document()
        _unchanged(figures_seen, now)
        paper.figures, paper.docx_key = now, files.store(making.docx(paper, made))
        paper.issued_at, paper.issued_by_id = clock.now(), actor.account_id
        move(actor, paper, Verb.SIGN, "papers.sign", after={"number": paper.number, "file": paper.docx_key})
        queue_pdf(actor, paper, paper.docx_key, paper.issued_at)
    return paper


def _number(paper: Paper) -> None:
    """The next number of the office's series of this kind and year; for briefings issue and total issue. Given back when the transaction
    is rolled back, so that none is left out."""
    assert paper.office is not None
    if paper.step is not None and paper.step.number and NUMBER.fullmatch(paper.step.number):
        paper.number = paper.step.number  # the step was numbered when it was issued; its paper carries that number
        return
    kind, year = making.kind_of(paper.kind), paper.paper_date.year
    series = f"{paper.office.code}{kind.series}"
    if kind.issues:
        paper.issue = Counter.take(f"papers/{series}/{year}")
        paper.total_issue = Counter.take(f"papers/{series}/total")
        paper.number = f"{series}〔{year}〕{paper.issue}期"
    else:
        paper.number = f"{series}〔{year}〕{Counter.take(f'papers/{series}/{year}')}号"
    if paper.kind == Paper.Kind.CERTIFICATE:
        paper.code = "".join(secrets.choice(CODE_LETTERS) for _n in range(16))


def send_back(actor: Actor, *, paper_id: int, words: str) -> Paper:
    """Have a paper drafted again instead of signing it. Raises Refusal without words."""
    with transaction.atomic():
        paper = take(actor, Verb.SEND_BACK, "papers.sign", paper_id)
        no_longer_asked(paper)
        move(actor, paper, Verb.SEND_BACK, "papers.sign", words=needed(words))
    return paper


def take_back(actor: Actor, *, paper_id: int, words: str = "") -> Paper:
    """Take a paper back that has not been signed, to change it."""
    with transaction.atomic():
        paper = take(actor, Verb.TAKE_BACK, "papers.draft", paper_id)
        no_longer_asked(paper)
        move(actor, paper, Verb.TAKE_BACK, "papers.draft", words=words)
    return paper


def archive_paper(actor: Actor, *, paper_id: int) -> Paper:
    """Put a paper to the files."""
    with transaction.atomic():
        paper = take(actor, Verb.ARCHIVE, "papers.archive", paper_id)
        move(actor, paper, Verb.ARCHIVE, "papers.archive")
    return paper


def void_paper(actor: Actor, *, paper_id: int, words: str) -> Paper:
    """Make a signed paper void: its number stays used, its file is kept, and it says so wherever it is shown. Raises Refusal without words."""
    with transaction.atomic():
        paper = take(actor, Verb.VOID, "papers.sign", paper_id)
        move(actor, paper, Verb.VOID, "papers.sign", words=needed(words))
    return paper
