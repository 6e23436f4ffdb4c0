"""What the phone carries of cases: for a unit's liaison what is assigned to the unit, for a grid worker the problems of the grid.

Each section is made by one function and marked by another, which reads only what can change (``mark_of``): the phone asks for a section
again when its mark is another. The number of queries does not depend on the number of cases. What is told here is what ``cases.see``
reaches; what can be done is said for each case by the rule behind the buttons of its page.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db.models import Max, Q, QuerySet
from django.utils.translation import get_language

from chuangwen.cases import loop_settings, phrases, rules, telling
from chuangwen.cases.actions.base import WITH
from chuangwen.cases.models import LIVE, Case, CaseEvent, CaseParty, CasePhoto, State, Verb
from chuangwen.cases.standing import open_verbs
from chuangwen.evidence import links
from chuangwen.kernel import access, clock
from chuangwen.kernel.access import Actor
from chuangwen.kernel.chinese import pinyin_initials
from chuangwen.kernel.lazy_json import plain
from chuangwen.people import queries as people
from chuangwen.people.access import CALL
from chuangwen.people.actors import posts_in_force
from chuangwen.people.models import Placement, Unit
from chuangwen.people.queries.organisation import as_contact
from chuangwen.places.models import Division, Grid, Site
from chuangwen.standards.models import Family, Kind

MOST_CASES, MOST_SITES, MOST_UNITS, MOST_CLOSED, PHOTOS_SHOWN = 300, 2_000, 1_000, 500, 6
WITH_UNIT = (State.DISPATCHED, State.RECTIFYING, State.DEFERRED, State.SUBMITTED, State.REFUSED)
DOABLE = (Verb.SIGN_FOR, Verb.SUBMIT, Verb.ASK_EXTENSION, Verb.REFUSE, Verb.HAND_BACK, Verb.COMMENT, Verb.SOLVE_ON_SPOT)
"""What a phone offers."""
HANDED = (Verb.DISPATCH, Verb.REDISPATCH)
SAID = (*HANDED, Verb.PASS_ON, Verb.SEND_BACK, Verb.GRANT_EXTENSION, Verb.DENY_EXTENSION)
BESIDE = (*WITH, "site", "family", "kind", "grid")
_initials = lru_cache(maxsize=20_000)(pinyin_initials)


# -- a unit's own -----------------------------------------------------------------------------------------------------------


def mine(actor: Actor) -> dict[str, Any]:
    """The open cases with which the actor's units have to do, those due first; the sentences to tap; the units to which one could belong.

    ``{"units": [...], "cases": [{"id", "number", "version", "state", "what", "where", "due_at", "before", "may", ...}], "more": n,
    "measures": {family code: [...]}, "reasons": {"not_ours": [...], "ask_time": [...]}, "others": [{"id", "name", "initials"}]}``.
    """
    found = list(_mine(actor).select_related(*BESIDE, "lead_unit__division", "handling_unit__division")[: MOST_CASES + 1])
    cases = found[:MOST_CASES]
    keys = [case.pk for case in cases]
    parties, photos, said = _parties(keys), _photos(keys), _said(keys)
    calls = _calls(actor, said)
    return {
        "units": [{"id": unit.pk, "name": unit.name} for unit in Unit.objects.filter(pk__in=actor.unit_ids).order_by("path")],
        "cases": [
            told(actor, case, parties[case.pk], photos[case.pk])
            | _standing(actor, case, parties[case.pk])
            | _words(said[case.pk], calls)
            for case in cases
        ],
        "more": len(found) - len(cases),
        **_sentences(),
        "others": [
            {"id": unit.pk, "name": unit.name, "initials": _initials(unit.name)}
            for unit in people.units(actor).exclude(pk__in=actor.unit_ids).order_by("path")[:MOST_UNITS]
        ],
    }


def mine_mark(actor: Actor) -> str:
    """Another text whenever ``mine`` would say something else. Two queries."""
    return mark_of(actor, _moved(_mine(actor)[: MOST_CASES + 1]), _last_placement())


def _mine(actor: Actor) -> QuerySet[Case]:
    paths = [path for path in {grant.unit_path for grant in actor.scopes("cases.submit")} if path]
    below = Q(pk__in=[])
    for path in paths:
        below |= Q(unit__path__startswith=path)
    parties = CaseParty.objects.filter(below).order_by().values("case_id")
    seen = access.scoped(actor, "cases.see", Case).filter(LIVE, state__in=WITH_UNIT, pk__in=parties)
    return seen.order_by("due_at", "pk")


def _standing(actor: Actor, case: Case, parties: list[CaseParty]) -> dict[str, Any]:
    """How the case stands to the actor's units: ``part``, and whether it is with them now."""
    own = [party for party in parties if _is_own(actor, party.unit)]
    parts = {party.part for party in own}
    part = next((part for part in CaseParty.Part if part in parts), CaseParty.Part.ASSIST)
    return {"part": part.value, "ours": case.handling_unit is not None and _is_own(actor, case.handling_unit)}


def _is_own(actor: Actor, unit: Unit) -> bool:
    return any(rules.under(unit.path, grant.unit_path) for grant in actor.scopes("cases.submit"))


def _words(events: list[CaseEvent], calls: dict[int, dict[str, str]]) -> dict[str, Any]:
    """Who dispatched it, with whom one can talk about it, and what was said since."""
    handed = next((event for event in reversed(events) if event.verb in HANDED), None)
    told_since = [
        {
            "verb": event.verb,
            "label": str(event.get_verb_display()),
            "by": event.actor_name,
            "at": _at(event.at),
            "note": event.note,
        }
        for event in events
        if event.note and (handed is None or event.pk >= handed.pk)
    ]
    if handed is None:
        return {"dispatched": None, "said": told_since}
    dispatched = {"at": _at(handed.at), "by": handed.actor_name, "unit": str(handed.unit or "")}
    return {"dispatched": dispatched | (calls.get(handed.unit_id or 0) or {}), "said": told_since}


def _calls(actor: Actor, said: dict[int, list[CaseEvent]]) -> dict[int, dict[str, str]]:
    """Whom one calls at the units that dispatched: the duty contact where the actor may call, else the number of the office. One query."""
    units = {event.unit_id: event.unit for events in said.values() for event in events if event.verb in HANDED and event.unit}
    posts = people.contacts([key for key in units if key], clock.today())
    found = {}
    for key, unit in units.items():
        may = actor.may(CALL) and people.allows(actor, CALL, unit)
        called = [as_contact(post, may) for post in posts.get(key or 0, ())]
        contact = next((one for one in sorted(called, key=lambda one: one.kind != "liaison") if one.phone), None)
        found[key or 0] = {
            "contact": contact.name if contact else str(unit),
            "phone": contact.phone if contact else unit.phone,
        }
    return found


# -- a grid's own -----------------------------------------------------------------------------------------------------------


class Area:
    """What a grid worker answers for: the grids of their posts with the small grids below them; without any the unit's divisions."""

    def __init__(self, actor: Actor):
        posts = list(posts_in_force(actor.person_id)) if actor.person_id else []
        named = [post.grid_id for post in posts if post.grid_id]
        reach = {grant.division_path for grant in actor.scopes("cases.solve_on_spot") if grant.division_path}
        self.by_grid = bool(named)
        if named:
            wanted = Q(pk__in=named) | Q(parent__in=named) | Q(parent__parent__in=named)
        else:
            wanted = Q(division__in=self._inside(reach))
        self.grids = list(Grid.objects.filter(wanted).select_related("division").order_by("code")[:MOST_CLOSED])
        self.divisions = {grid.division_id: grid.division for grid in self.grids} if named else {}
        self.paths = sorted({division.path for division in self.divisions.values()} or reach)

    @staticmethod
    def _inside(paths: Iterable[str]) -> QuerySet[Division]:
        found = Q(pk__in=[])
        for path in paths:
            found |= Q(path__startswith=path)
        return Division.objects.filter(found).order_by().values("pk")

    def sites(self) -> QuerySet[Site]:
        """Sites in use: of the grids, and those of their communities that stand in no grid yet; without grids those of the divisions."""
        found = Site.objects.filter(active=True)
        if self.by_grid:
            return found.filter(Q(grid__in=self.grids) | Q(grid__isnull=True, division__in=list(self.divisions))).order_by("pk")
        return found.filter(division__in=self._inside(self.paths)).order_by("pk")

    def cases(self, actor: Actor) -> QuerySet[Case]:
        """Cases of the grids, at their sites, or in their communities and in no grid."""
        seen = access.scoped(actor, "cases.see", Case)
        if self.by_grid:
            near = Q(grid__in=self.grids) | Q(site__grid__in=self.grids)
            return seen.filter(near | Q(grid__isnull=True, site__grid__isnull=True, division__in=list(self.divisions)))
        return seen.filter(division__in=self._inside(self.paths))


def grid(actor: Actor) -> dict[str, Any]:
    """The grid of a worker: outlines, sites, open problems, what was closed within the window of rebounds, and the words for reporting.

    ``{"grids": [...], "by_grid": bool, "sites": [...], "cases": [...], "closed": [{"number", "site", "kind", "closed_at"}],
    "families": [...], "kinds": [...], "measures": {...}, "rebound_days": n, "more": n}``.
    """
    area = Area(actor)
    found = list(_open(area, actor).select_related(*BESIDE)[: MOST_CASES + 1])
    cases = found[:MOST_CASES]
    keys = [case.pk for case in cases]
    parties, photos = _parties(keys), _photos(keys)
    return {
        "by_grid": area.by_grid,
        "grids": [
            {"id": one.pk, "name": one.name, "code": one.code, "parent": one.parent_id, "division": str(one.division),
             "outline": plain(one.outline)}
            for one in area.grids
        ],
        "sites": [
            {"id": site.pk, "code": site.code, "name": site.name, "initials": _initials(site.name), "type": site.type.name,
             "address": site.address, "grid": site.grid_id, "lat": site.lat, "lon": site.lon}
            for site in area.sites().select_related("type")[:MOST_SITES]
        ],
        "cases": [told(actor, case, parties[case.pk], photos[case.pk]) for case in cases],
        "more": len(found) - len(cases),
        "closed": [
            {"number": number, "site": site, "kind": kind, "closed_at": _at(at)} for number, site, kind, at in _closed(area, actor)
        ],
        "rebound_days": loop_settings.get().rebound_days,
        **_kinds(),
        **_sentences(),
    }  # fmt: skip


def grid_mark(actor: Actor) -> str:
    """Another text whenever ``grid`` would say something else. Eight queries at most, of the columns alone that are told."""
    area = Area(actor)
    sites = area.sites().values_list("pk", "code", "name", "type", "address", "grid", "lat", "lon")[:MOST_SITES]
    kinds = Kind.objects.filter(active=True).values_list("pk", "family", "name", "severity", "keywords", "order")
    families = Family.objects.filter(active=True).values_list("pk", "name", "order")
    grids = [(one.pk, one.name, one.parent_id, str(plain(one.outline))) for one in area.grids]
    closed = list(_closed(area, actor))
    return mark_of(actor, _moved(_open(area, actor)[: MOST_CASES + 1]), list(sites), list(kinds), list(families), grids, closed)


def _open(area: Area, actor: Actor) -> QuerySet[Case]:
    return area.cases(actor).filter(LIVE).order_by("-pk")


def _closed(area: Area, actor: Actor) -> QuerySet:
    """What would come back as a rebound: closed at a site, for a kind, within the window."""
    since = rules.rebounds_since(clock.now(), loop_settings.get().rebound_days)
    closed = area.cases(actor).filter(state=State.CLOSED, closed_at__gte=since, site__isnull=False, kind__isnull=False)
    return closed.order_by("-closed_at").values_list("number", "site", "kind", "closed_at")[:MOST_CLOSED]


def _kinds() -> dict[str, Any]:
    """Families and kinds in use, with the words that people use for them. Two queries."""
    return {
        "families": [
            {"id": one.pk, "code": one.code, "name": one.name, "phrases": phrases.REPORT.get(one.code, ())}
            for one in Family.objects.filter(active=True).order_by("order", "pk")
        ],
        "kinds": [
            {"id": one.pk, "family": one.family_id, "name": one.name, "words": one.keywords, "initials": _initials(one.name),
             "severity": one.severity}
            for one in Kind.objects.filter(active=True, family__active=True).order_by("family__order", "order", "pk")
        ],
    }  # fmt: skip


# -- what both tell ---------------------------------------------------------------------------------------------------------


def told(actor: Actor, case: Case, parties: list[CaseParty], photos: list[CasePhoto]) -> dict[str, Any]:
    """One case as the phone shows it. Moments are ISO texts; the phone itself says how long is left, so that it stays true. No query."""
    may = open_verbs(actor, case, [party.unit.path for party in parties])
    return {
        "id": case.pk, "number": case.number, "version": case.version, "state": case.state,
        "state_label": str(case.get_state_display()), "tone": telling.STATE_TONES[case.state],
        "what": case.description, "kind": case.kind_id, "kind_name": case.kind.name if case.kind else "",
        "family": case.family.code if case.family else "", "family_name": case.family.name if case.family else "",
        "severity": case.severity, "severity_label": str(telling.SEVERITY_WORDS.get(case.severity, "")),
        "where": " ".join(filter(None, (str(case.division or ""), case.site.name if case.site else case.address))),
        "address": case.address, "site": case.site_id, "grid": case.grid_id, "lat": case.lat, "lon": case.lon,
        "reported_at": _at(case.reported_at), "due_at": _at(case.due_at), "half_at": _at(case.half_at), "urgency": case.urgency,
        "limit": telling.limit_words(case.limit_amount, case.limit_unit) if case.limit_amount else "",
        "deferred_until": case.deferred_until.isoformat() if case.deferred_until else "", "submitted_at": _at(case.submitted_at),
        "extension_asked": case.extension_asked, "rework": case.rework, "measure": case.measure,
        "lead": str(case.lead_unit or ""), "handler": str(case.handling_unit or ""),
        "may": [verb.value for verb in DOABLE if verb in may],
        "before": _shown(actor, photos, CasePhoto.Stage.BEFORE), "after": _shown(actor, photos, CasePhoto.Stage.AFTER),
    }  # fmt: skip


def mark_of(actor: Actor, *parts: Any) -> str:
    """A short text for what the parts hold, for this actor, in this language, within the time for which addresses of photos hold."""
    everything = [
        actor.account_id,
        sorted(actor.unit_ids),
        sorted(actor.roles),
        get_language(),
        links.photo_url(0, actor.account_id),
        _SENTENCES_MARK,
        parts,
    ]
    return hashlib.sha256(json.dumps(everything, default=str, ensure_ascii=False).encode()).hexdigest()[:24]


def _moved(cases: QuerySet[Case]) -> list[tuple[Any, ...]]:
    """What changes whenever something happens to a case: its version, its last event (remarks and the clock have no version)."""
    return list(cases.annotate(last=Max("events__pk")).values_list("pk", "version", "urgency", "last"))


def _last_placement() -> list[Any]:
    return [Placement.objects.aggregate(last=Max("pk"))["last"]]


def _parties(keys: list[int]) -> dict[int, list[CaseParty]]:
    found: dict[int, list[CaseParty]] = defaultdict(list)
    for party in CaseParty.objects.filter(case__in=keys).select_related("unit").order_by("pk"):
        found[party.case_id].append(party)
    return found


def _photos(keys: list[int]) -> dict[int, list[CasePhoto]]:
    found: dict[int, list[CasePhoto]] = defaultdict(list)
    shown = CasePhoto.objects.filter(case__in=keys, stage__in=(CasePhoto.Stage.BEFORE, CasePhoto.Stage.AFTER))
    for link in shown.select_related("photo").order_by("pk"):
        found[link.case_id].append(link)
    return found


def _said(keys: list[int]) -> dict[int, list[CaseEvent]]:
    found: dict[int, list[CaseEvent]] = defaultdict(list)
    events = CaseEvent.objects.filter(case__in=keys, verb__in=SAID).select_related("unit", "unit__division")
    for event in events.order_by("pk"):
        found[event.case_id].append(event)
    return found


def _shown(actor: Actor, photos: list[CasePhoto], stage: str) -> list[dict[str, Any]]:
    """Addresses for this account; the newest where there are many."""
    wanted = [link for link in photos if link.stage == stage][-PHOTOS_SHOWN:]
    return [
        {
            "id": link.photo_id,
            "thumb": links.photo_url(link.photo_id, actor.account_id, "thumb"),
            "view": links.photo_url(link.photo_id, actor.account_id),
            "taken_at": _at(link.photo.taken_at),
        }
        for link in wanted
    ]


def _sentences() -> dict[str, Any]:
    return {
        "measures": phrases.MEASURE,
        "any_measure": phrases.ANY_MEASURE,
        "reasons": {
            "not_ours": phrases.REASONS["refuse"],
            "hand_back": phrases.REASONS["hand_back"],
            "ask_time": phrases.REASONS["ask_extension"],
        },
    }


_SENTENCES_MARK = hashlib.sha256(json.dumps([_sentences(), phrases.REPORT], ensure_ascii=False).encode()).hexdigest()[:12]


def _at(moment: datetime | None) -> str:
    return moment.isoformat() if moment is not None else ""
