"""What is read of silent re-checks. Nobody of a unit that had to do with a case learns that a re-check of it is planned: a veil lies over the
rows for them, whatever their posts allow, on every page, in every export and count."""

from datetime import date

from django.db.models import Count, Q, QuerySet

from chuangwen.cases.models import CaseParty, Recheck, RecheckSettings
from chuangwen.kernel import access
from chuangwen.kernel.access import Actor
from chuangwen.people.models import Unit

ROW = ("case__site", "case__division", "case__kind", "case__family", "unit", "assigned_to__person")


def concealed(actor: Actor) -> Q | None:
    """The planned re-checks of cases with which the actor's own units, or those above them, have to do. No query of its own."""
    paths = {grant.unit_path for grants in actor.grants.values() for grant in grants if grant.unit_path}
    if not paths:
        return None
    step = Unit.steplen
    above = {path[:end] for path in paths for end in range(step, len(path) + 1, step)}
    parties = CaseParty.objects.filter(unit__in=Unit.objects.filter(path__in=above).order_by().values("pk")).order_by()
    return Q(state=Recheck.State.PLANNED, case__in=parties.values("case_id"))


def concealed_draws(actor: Actor) -> Q | None:
    """The draws that hold such a re-check: from the seed one could tell which cases came out. No query of its own."""
    hidden = concealed(actor)
    return Q(pk__in=Recheck.objects.filter(hidden).order_by().values("draw")) if hidden is not None else None


access.veil("cases.Recheck", "silent", concealed)
access.veil("cases.RecheckDraw", "silent", concealed_draws)


def visible(actor: Actor) -> QuerySet[Recheck]:
    """The re-checks that the actor sees, with what a row shows."""
    return access.scoped(actor, "cases.see_rechecks", Recheck).select_related(*ROW)


def mine(actor: Actor) -> QuerySet[Recheck]:
    """What the actor is to look at again, the most urgent first."""
    found = access.scoped(actor, "cases.recheck", Recheck).filter(state=Recheck.State.PLANNED, assigned_to=actor.account_id)
    return found.select_related(*ROW).order_by("due_on", "pk")


def settings() -> RecheckSettings:
    """The settings in force; the defaults where nothing was set."""
    return RecheckSettings.objects.filter(pk=1).first() or RecheckSettings(pk=1)


def counts(actor: Actor, today: date) -> dict[str, int]:
    """How the re-checks that the actor sees stand: planned, late, unassigned, solved, back, unclear. One query."""
    planned = Q(state=Recheck.State.PLANNED)
    return access.scoped(actor, "cases.see_rechecks", Recheck).aggregate(
        planned=Count("pk", filter=planned), late=Count("pk", filter=planned & Q(due_on__lt=today)),
        unassigned=Count("pk", filter=planned & Q(assigned_to__isnull=True)),
        **{result: Count("pk", filter=Q(result=result)) for result in Recheck.Result.values},
    )  # fmt: skip
