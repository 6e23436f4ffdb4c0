"""What the pages and the API read of papers."""

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from chuangwen.cases.models import Case, State
from chuangwen.fieldwork.models import Round
from chuangwen.kernel import access, clock
from chuangwen.kernel.access import UNIT, Actor
from chuangwen.kernel.errors import Missing
from chuangwen.papers.models import Paper, PaperParty, PaperPdf, PaperSchedule, PaperTemplate
from chuangwen.papers.models import State as PaperState
from chuangwen.people.models import Post, Unit

OUT = (PaperState.SENT, PaperState.ARCHIVED)
TOLD = (*OUT, PaperState.WITHDRAWN, PaperState.VOID)
ROW = ("round", "unit", "division", "issued_by__person", "created_by__person")
RECIPIENT, COUNTERSIGNER = PaperParty.Part.RECIPIENT, PaperParty.Part.COUNTERSIGNER


def _of_office(actor: Actor) -> bool:
    """Whether the actor sees papers of an area, and not only what reaches a unit."""
    return any(grant.scope != UNIT for grant in actor.scopes("papers.see"))


def seen(actor: Actor) -> QuerySet[Paper]:
    """The papers that the actor may know of. A unit knows of what was sent to it (also when it was withdrawn since), and of what it is asked
    to countersign; never of drafts."""
    found = access.scoped(actor, "papers.see", Paper)
    if _of_office(actor):
        return found
    paths = [grant.unit_path for grant in actor.scopes("papers.see")]
    mine = Q(unit__in=[])
    for path in paths:
        mine |= Q(unit__in=Unit.subtree_ids(path))
    parties = PaperParty.objects.filter(mine).order_by()
    sent = Q(state__in=TOLD, pk__in=parties.filter(part=RECIPIENT).values("paper"))
    asked = Q(
        state__in=(PaperState.COUNTERSIGNING, PaperState.COUNTERSIGNED),
        pk__in=parties.filter(part=COUNTERSIGNER).values("paper"),
    )
    return found.filter(sent | asked)


def readable(actor: Actor) -> QuerySet[Paper]:
    """The papers whose file the actor may open: those that are known and, for a unit, neither withdrawn nor void."""
    found = seen(actor)
    return found if _of_office(actor) else found.exclude(state__in=(PaperState.WITHDRAWN, PaperState.VOID))


def pdfs_of(paper: Paper) -> QuerySet[PaperPdf]:
    """The PDFs that were asked for, the last one last: of a signed paper that of its file alone, not those of its drafts."""
    found = PaperPdf.objects.filter(paper=paper).select_related("job").order_by("pk")
    return found.filter(docx_key=paper.docx_key) if paper.is_signed else found


def papers(actor: Actor) -> QuerySet[Paper]:
    """The same with what a row of a list shows."""
    return seen(actor).select_related(*ROW)


def _parties_of(actor: Actor, verb: str, part: str) -> QuerySet[PaperParty]:
    """The parties as which the actor may answer."""
    mine = Q(pk__in=[])
    for grant in actor.scopes(verb):
        if grant.scope == UNIT and grant.unit_path:
            mine |= Q(unit__in=Unit.subtree_ids(grant.unit_path))
    own = Q(person__isnull=True) | Q(person=actor.person_id)
    return PaperParty.objects.filter(mine & own, part=part, answer="", asked_at__isnull=False).order_by()


WAITING = ("to_check", "to_countersign", "to_sign", "to_send", "to_receive", "receipts_late")


def waiting_condition(actor: Actor, key: str) -> Q:
    """The condition of the papers that wait for the actor, by a key of WAITING; nothing where they may not do it. Raises KeyError."""
    nothing = Q(pk__in=[])
    if key == "to_check":
        return Q(state=PaperState.DRAFT) if actor.may("papers.check") and actor.may("papers.draft") else nothing
    if key == "to_sign":
        return Q(state__in=(PaperState.CHECKED, PaperState.COUNTERSIGNED)) if actor.may("papers.sign") else nothing
    if key == "to_send":
        return Q(state=PaperState.SIGNED) if actor.may("papers.send") else nothing
    if key == "to_countersign":
        if not actor.may("papers.countersign"):
            return nothing
        return Q(state=PaperState.COUNTERSIGNING, pk__in=_parties_of(actor, "papers.countersign", COUNTERSIGNER).values("paper"))
    if key == "to_receive":
        if not actor.may("papers.receive"):
            return nothing
        return Q(state=PaperState.SENT, pk__in=_parties_of(actor, "papers.receive", RECIPIENT).values("paper"))
    if key == "receipts_late":
        late = PaperParty.objects.filter(part=RECIPIENT, answer="", due_at__lt=clock.now()).order_by()
        return Q(state=PaperState.SENT, pk__in=late.values("paper"))
    raise KeyError(key)


def waiting(actor: Actor, key: str) -> QuerySet[Paper]:
    """The papers that wait, by their keys alone."""
    return Paper.objects.filter(pk__in=seen(actor).filter(waiting_condition(actor, key)).order_by().values("pk"))


def receipts(actor: Actor, *, late: bool = False) -> QuerySet[PaperParty]:
    """The receipts of papers that went out in the actor's area, or to their unit; with ``late`` those that are overdue."""
    found = PaperParty.objects.filter(part=RECIPIENT, paper__state=PaperState.SENT, paper__in=seen(actor).order_by().values("pk"))
    if not _of_office(actor):
        mine = Q(pk__in=[])
        for grant in actor.scopes("papers.see"):
            mine |= Q(unit__in=Unit.subtree_ids(grant.unit_path))
        found = found.filter(mine)
    if late:
        found = found.filter(answer="", due_at__lt=clock.now())
    return found.select_related("paper", "unit")


def units_with_open_cases(round: Round) -> QuerySet[Unit]:
    """The units that answer for open cases of a round, with how many (``open_count``). Two queries."""
    ended = (State.CLOSED, State.REJECTED, State.MERGED)
    counts = (
        Case.objects.filter(round=round, lead_unit__isnull=False)
        .exclude(state__in=ended)
        .order_by()
        .values("lead_unit")
        .annotate(n=Count("pk"))
    )
    found = {row["lead_unit"]: row["n"] for row in counts}
    units = Unit.objects.filter(pk__in=found).order_by("name")
    for unit in units:
        unit.open_count = found[unit.pk]
    return units


def countersigning_posts(units: QuerySet[Unit]) -> QuerySet[Post]:
    """The posts whose holders may be asked by name: heads, deputies and first responsible persons in force."""
    kinds = (Post.Kind.FIRST_RESPONSIBLE, Post.Kind.HEAD, Post.Kind.DEPUTY)
    in_force = Q(ends_on__isnull=True) | Q(ends_on__gte=clock.today())
    return (
        Post.objects.filter(in_force, unit__in=units, kind__in=kinds)
        .select_related("unit", "person")
        .order_by("unit__path", "order")
    )


def templates(actor: Actor, *, kind: str = "", verb: str = "papers.edit_templates") -> QuerySet[PaperTemplate]:
    """The templates that the actor may use or keep: those of the area, those above it, and the shipped ones."""
    found = PaperTemplate.objects.all()
    if not any(grant.scope == access.ALL for grant in actor.scopes(verb)):
        near = Q(division__isnull=True)
        for grant in actor.scopes(verb):
            if grant.division_path:
                near |= Q(division__path__startswith=grant.division_path)
        found = found.filter(near) if actor.may(verb) else found.none()
    return found.filter(kind=kind) if kind else found


def template(actor: Actor, pk: int) -> PaperTemplate:
    """A template that the actor may keep or take as a start, the shipped ones included. Raises Denied, Missing."""
    access.require(actor, "papers.edit_templates")
    found = templates(actor).select_related("division").filter(pk=pk).first()
    if found is None:
        raise Missing(_("There is no such record, or it is not in your area."))
    return found


def schedules(actor: Actor) -> QuerySet[PaperSchedule]:
    """The schedules of the actor's area."""
    return access.scoped(actor, "papers.edit_schedules", PaperSchedule).select_related("division", "unit", "template")


def certificate(code: str) -> Paper | None:
    """The certificate with a code, however it was typed; None where there is none."""
    plain = "".join(c for c in code.upper() if c.isalnum())
    if len(plain) != 16:
        return None
    return Paper.objects.filter(code=plain, kind=Paper.Kind.CERTIFICATE).select_related("unit", "office").first()
