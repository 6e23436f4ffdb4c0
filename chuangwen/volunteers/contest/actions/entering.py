"""Teams enter projects with summary, budget, photos and documents; the office admits them."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from chuangwen.evidence.models import Photo
from chuangwen.kernel import access, audit, clock
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Conflict, Missing
from chuangwen.kernel.lives import needed, own_photos
from chuangwen.scoring.appraisal.uploads import kept
from chuangwen.volunteers.contest import rules
from chuangwen.volunteers.contest.access import ENTER
from chuangwen.volunteers.contest.actions.base import ENTRIES, open_contest, quiet, refuse
from chuangwen.volunteers.contest.models import Contest, ContestEntry, ContestScore, EntryDocument
from chuangwen.volunteers.contest.rules import EntryStep
from chuangwen.volunteers.corps.models import Team

MOST_ENTRIES, MOST_DOCUMENTS = 3, 8
"""Open entries of one team in one contest; documents of one entry."""
MOST_YUAN = Decimal(10) ** 8


def _facts(title: str, summary: str, served: str, budget: Decimal) -> dict[str, Any]:
    if not budget.is_finite() or not 0 <= budget <= MOST_YUAN or budget != round(budget, 2):
        raise refuse(_("This is no sum of money."), "budget", "budget")
    return {
        "title": needed(title, "title", _("A project has a title."), limit=80),
        "summary": needed(summary, "summary", _("Say what the project does."), limit=2000), "served": served.strip()[:200],
        "budget": round(budget, 2),
    }  # fmt: skip


def enter_project(
    actor: Actor, *, contest_id: int, team_id: int, title: str, summary: str, served: str = "", budget: Decimal = Decimal(0),
    photos: Sequence[int] = (), generated: bool = False,
) -> ContestEntry:  # fmt: skip
    """A team enters a project. Raises Denied, Missing (not the actor's team), Conflict (not open, entered already), Refusal."""
    with transaction.atomic():
        team = access.fetch(actor, ENTER, Team.objects.select_related("division", "unit"), pk=team_id)
        if not Contest.objects.filter(pk=contest_id).exists():
            raise Missing(_("There is no such record, or it is not in your area."))
        contest = open_contest(contest_id, rules.OPEN)
        if not contest.starts_on <= clock.today() <= contest.entries_until:
            words = _("Projects are entered from %(first)s to %(last)s.")
            raise refuse(words % {"first": contest.starts_on, "last": contest.entries_until}, "days")
        if team.state != Team.State.ACTIVE or not team.division.path.startswith(contest.division.path):
            raise refuse(_("This contest is for active teams of %(place)s.") % {"place": contest.division}, "team", "team")
        facts = _facts(title, summary, served, budget)
        mine = ContestEntry.objects.filter(contest=contest, team=team)
        if mine.filter(title=facts["title"]).exists():
            raise Conflict(_("The team has entered a project of this title."), "contest.twice", field="title")
        if mine.exclude(state=rules.WITHDRAWN).count() >= MOST_ENTRIES:
            raise refuse(_("A team enters at most %(count)d projects.") % {"count": MOST_ENTRIES}, "many", "team")
        number = (contest.entries.aggregate(n=Max("number"))["n"] or 0) + 1
        entry = ContestEntry.objects.create(
            contest=contest, team=team, number=number, entered_at=clock.now(), entered_by_id=actor.account_id, generated=generated, **facts
        )
        entry.photos.add(*own_photos(actor, photos, Photo))
        audit.record(actor, ENTER, entry, after={"contest": contest.pk, "team": team.pk, "title": entry.title, "budget": str(entry.budget)})
    return entry


def edit_entry(
    actor: Actor, *, entry_pk: int, title: str, summary: str, served: str = "", budget: Decimal = Decimal(0), expected: int | None = None
) -> ContestEntry:
    """Change a project while the contest is open; one that was not admitted is entered anew by it. Raises Denied, Missing, NotNow, Refusal."""
    facts = _facts(title, summary, served, budget)
    with transaction.atomic():
        entry: ContestEntry = ENTRIES.take(actor, EntryStep.EDIT, entry_pk, expected=expected)
        open_contest(entry.contest_id, rules.OPEN)
        if ContestEntry.objects.filter(contest=entry.contest_id, team=entry.team_id, title=facts["title"]).exclude(pk=entry.pk).exists():
            raise Conflict(_("The team has entered a project of this title."), "contest.twice", field="title")
        quiet(actor, ENTRIES, EntryStep.EDIT, entry, facts | {"reason": ""}, {"title": facts["title"]})
    return entry


def add_entry_papers(
    actor: Actor, *, entry_pk: int, photos: Sequence[int] = (), documents: Sequence[tuple[str, bytes]] = ()
) -> ContestEntry:
    """Photos and documents (name and content: PDF, JPEG, PNG) of a project while the contest is open. Raises Denied, Missing, Refusal."""
    with transaction.atomic():
        entry = access.fetch(actor, ENTER, ContestEntry.objects.select_related("contest"), lock=True, pk=entry_pk)
        open_contest(entry.contest_id, rules.OPEN)
        if not photos and not documents:
            raise refuse(_("Choose at least one photo or document."), "papers", "photos")
        if entry.documents.count() + len(documents) > MOST_DOCUMENTS:
            raise refuse(_("At most %(count)d documents.") % {"count": MOST_DOCUMENTS}, "documents", "documents")
        entry.photos.add(*own_photos(actor, photos, Photo))
        for name, content in documents:
            key, clean = kept(content, name)
            if not key:
                raise refuse(_("The document is empty."), "documents", "documents")
            EntryDocument.objects.get_or_create(
                entry=entry, file_key=key, defaults={"file_name": clean[:120], "added_at": clock.now(), "added_by_id": actor.account_id}
            )
        audit.record(actor, ENTER, entry, after={"photos": list(photos), "documents": [name for name, _content in documents]})
    return entry


def withdraw_entry(actor: Actor, *, entry_pk: int) -> ContestEntry:
    """The team takes its project back, as long as nothing is counted. Raises Denied, Missing, NotNow."""
    with transaction.atomic():
        entry: ContestEntry = ENTRIES.take(actor, EntryStep.WITHDRAW, entry_pk)
        open_contest(entry.contest_id, rules.OPEN, rules.JUDGING)
        quiet(actor, ENTRIES, EntryStep.WITHDRAW, entry, {}, {})
    return entry


def admit_entry(actor: Actor, *, entry_pk: int) -> ContestEntry:
    """The project takes part. Raises Denied, Missing, NotNow."""
    with transaction.atomic():
        entry: ContestEntry = ENTRIES.take(actor, EntryStep.ADMIT, entry_pk)
        open_contest(entry.contest_id, rules.OPEN)
        quiet(actor, ENTRIES, EntryStep.ADMIT, entry, {"reason": ""}, {})
    return entry


def reject_entry(actor: Actor, *, entry_pk: int, reason: str) -> ContestEntry:
    """The project does not take part, and why; the team may change it and enter it anew. Raises Denied, Missing, NotNow, Refusal, Conflict."""
    with transaction.atomic():
        entry: ContestEntry = ENTRIES.take(actor, EntryStep.REJECT, entry_pk)
        open_contest(entry.contest_id, rules.OPEN)
        words = needed(reason, "reason", _("Say why."), limit=300)
        if ContestScore.objects.filter(entry=entry).exists():
            raise Conflict(_("The jury has begun to score."), "contest.scored")
        quiet(actor, ENTRIES, EntryStep.REJECT, entry, {"reason": words}, {"reason": words})
    return entry
