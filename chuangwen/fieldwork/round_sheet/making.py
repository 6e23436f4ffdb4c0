"""Writing the rows of a round's workbook, and making what they need: areas, edition, criteria, units, sites."""

from collections import Counter, defaultdict
from datetime import date, datetime, time
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from chuangwen.fieldwork.models import Observation, ObservationSheet, ObservationUnit, Round, RoundSite
from chuangwen.fieldwork.round_sheet.planning import sheet_name
from chuangwen.fieldwork.round_sheet.reading import Line, Work, edition_named
from chuangwen.kernel import access, clock
from chuangwen.kernel.access import Actor
from chuangwen.kernel.chinese import match_key
from chuangwen.kernel.importing import Plan
from chuangwen.people.models import Placement, Unit
from chuangwen.places.models import Division, Site, SiteType
from chuangwen.standards.models import Criterion, Edition, Indicator, Requirement, Section

BATCH = 2000


class Maker:
    """Finds or makes what the rows name, each name asked for once."""

    def __init__(self, actor: Actor, parameters: dict[str, Any], lines: list[Line]):
        self.actor, self.lines = actor, lines
        text = str(parameters.get("date") or "")
        days = [line.observed_on for line in lines if line.observed_on]
        self.day = date.fromisoformat(text) if text else (min(days) if days else clock.today())
        self.last_day = max(days, default=self.day)
        self.made: Counter[str] = Counter()

    def areas(self) -> dict[str, Division]:
        found: dict[str, Division] = {}
        for name in dict.fromkeys(line.area for line in self.lines if line.area):
            grants = self.actor.scopes("fieldwork.import_observations")
            options = [
                d
                for d in Division.objects.filter(Q(name=name) | Q(short_name=name)).order_by("-level")
                if any(g.scope == "all" or d.path.startswith(g.division_path) for g in grants)
            ]
            if not options:
                access.require(self.actor, "fieldwork.import_observations")
                parent = self._home()
                facts = {"name": name[:60], "level": Division.Level.TOWN}
                options = [parent.add_child(**facts) if parent else Division.add_root(**facts)]
                self.made["areas"] += 1
            found[name] = options[0]
        return found

    def _home(self) -> Division | None:
        """Where a new area stands for somebody who may not make one at the root: under their own division."""
        for grant in self.actor.scopes("fieldwork.import_observations"):
            if grant.scope == "all":
                return None
            if grant.division_path:
                return Division.objects.get(path=grant.division_path)
        return None

    def edition(self, name: str, round_name: str) -> Edition:
        chosen = edition_named(name)
        if chosen:
            return chosen
        edition, new = Edition.objects.get_or_create(
            name=_("Indicators of %(round)s") % {"round": round_name},
            version=1,
            defaults={"year": self.day.year, "state": Edition.State.ACTIVE, "source": _("made from the sheet of the round")},
        )
        self.made["editions"] += new
        return edition

    def criteria(self, edition: Edition) -> dict[tuple[str, int | None, str, str], Criterion]:
        """Indicators, their numbered sub-indicators, and a criterion for each; what an existing edition has is matched by name."""
        indicators = {match_key(i.name): i for i in Indicator.objects.filter(section__edition=edition)}
        requirements = {
            (r.indicator_id, r.number, match_key(r.text)): r
            for r in Requirement.objects.filter(indicator__section__edition=edition)
        }
        by_number = {(r.indicator_id, r.number): r for r in requirements.values() if r.number is not None}
        criteria = {
            (c.requirement_id, match_key(c.text)): c
            for c in Criterion.objects.filter(requirement__indicator__section__edition=edition)
        }
        section = edition.sections.first() or Section.objects.create(edition=edition, code="1", name=_("Field assessment"))
        found: dict[tuple[str, int | None, str, str], Criterion] = {}
        for line in self.lines:
            key = (line.indicator, line.sub, line.requirement, line.criterion)
            if line.reason or key in found:
                continue
            title = line.indicator or line.requirement or line.criterion
            indicator = indicators.get(match_key(title))
            if indicator is None:
                indicator = Indicator.objects.create(
                    section=section, code=f"I{len(indicators) + 1}", name=title[:100], order=len(indicators) + 1
                )
                indicators[match_key(title)] = indicator
                self.made["indicators"] += 1
            text = line.requirement or f"{title}{line.sub if line.sub is not None else ''}"
            requirement = by_number.get((indicator.pk, line.sub)) if line.sub is not None else None
            requirement = requirement or requirements.get((indicator.pk, line.sub, match_key(text)))
            if requirement is None:
                count = sum(1 for r in requirements.values() if r.indicator_id == indicator.pk)
                requirement = Requirement.objects.create(
                    indicator=indicator,
                    code=str(line.sub if line.sub is not None else f"n{count + 1}"),
                    number=line.sub,
                    text=text[:500],
                    order=line.sub or count + 1,
                )
                requirements[indicator.pk, line.sub, match_key(text)] = requirement
                if line.sub is not None:
                    by_number[indicator.pk, line.sub] = requirement
                self.made["sub_indicators"] += 1
            words = line.criterion or text
            criterion = criteria.get((requirement.pk, match_key(words)))
            if criterion is None:
                count = sum(1 for r, _words in criteria if r == requirement.pk)
                criterion = Criterion.objects.create(
                    requirement=requirement,
                    code=f"{requirement.code}.{count + 1}",
                    text=words[:600],
                    order=count + 1,
                    grading=Criterion.Grading.LOSS if line.loss is not None else Criterion.Grading.GRADED,
                )
                criteria[requirement.pk, match_key(words)] = criterion
                self.made["criteria"] += 1
            found[key] = criterion
        return found

    def units(self, home: Division | None) -> dict[str, Unit]:
        """Departments by name, looked for on the branch of the tree that the round's area stands on."""
        names = list(dict.fromkeys(unit for line in self.lines for unit in line.units))
        near = Q(division__isnull=True)
        if home is not None:
            near |= Q(division__in=Division.objects.filter(Division.above(home.path) | Q(path__startswith=home.path)))
        known: dict[str, Unit] = {}
        for unit in Unit.objects.filter(near, Q(name__in=names) | Q(short_name__in=names)).order_by("-depth"):
            known.setdefault(unit.name, unit)
            if unit.short_name:
                known.setdefault(unit.short_name, unit)
        for name in names:
            if name not in known:
                known[name] = Unit.add_root(name=name[:80], kind=Unit.Kind.DEPARTMENT, division=home, starts_on=self.day)
                Placement.objects.create(unit=known[name], parent=None, name=name[:80], starts_on=self.day)
                self.made["departments"] += 1
        return known

    def sites(self, areas: dict[str, Division], home: Division | None) -> dict[tuple[str, str], Site]:
        """Sites by code, else by name on the area's branch; a site without an area in its rows stands in the round's area."""
        wanted: dict[tuple[str, str], tuple[str, str]] = {}
        for line in self.lines:
            if not line.reason:
                key = (line.site_code, line.site)
                area, type = wanted.get(key, ("", line.site_type))
                wanted[key] = (area or line.area, type)
        by_code = {s.code: s for s in Site.objects.filter(code__in=[code for code, _name in wanted if code])}
        scope = Q(division__isnull=True) | (
            Q(division__in=Division.objects.filter(path__startswith=home.path)) if home else Q(pk__in=[])
        )
        for division in areas.values():
            scope |= Q(division__in=Division.objects.filter(path__startswith=division.path))
        by_name: dict[str, list[Site]] = defaultdict(list)
        for site in Site.objects.filter(scope, name__in=[name for code, name in wanted if not code and name]):
            by_name[site.name].append(site)
        types = {match_key(t.name): t for t in SiteType.objects.all()}
        found: dict[tuple[str, str], Site] = {}
        fresh: list[tuple[tuple[str, str], Site]] = []
        for (code, name), (area, type_name) in wanted.items():
            division = areas.get(area) or home
            site = (
                by_code.get(code)
                if code
                else next(
                    (s for s in by_name[name] if division is None or s.division_id is None or s.division_id == division.pk),
                    by_name[name][0] if by_name[name] else None,
                )
            )
            if site is None:
                type = types.get(match_key(type_name))
                if type is None:
                    type = SiteType.objects.create(code=f"x-{type_name}"[:40], name=type_name[:40], order=900)
                    types[match_key(type_name)] = type
                    self.made["site_types"] += 1
                site = Site(code=code, name=(name or code)[:120], type=type, division=division)
                fresh.append(((code, name), site))
                self.made["sites"] += 1
            found[code, name] = site
        taken = Site.objects.count()
        for number, (_key, site) in enumerate(fresh, 1):
            site.code = (
                site.code or f"{(site.division.code or f'D{site.division_id}') if site.division else 'D0'}-{taken + number:05d}"
            )
        Site.objects.bulk_create([site for _key, site in fresh], batch_size=BATCH)
        return found


def apply(actor: Actor, plan: Plan, parameters: dict[str, Any]) -> dict[str, Any]:
    """Make what is missing and write the rows. Runs inside the importer's transaction."""
    work: Work = plan.payload
    maker = Maker(actor, parameters, work.lines)
    areas = maker.areas()
    branch = list(areas.values())
    home = branch[0] if len(branch) == 1 else _common(branch)
    round = work.round
    if round is None:
        grants = actor.scopes("fieldwork.import_observations")
        if home is None and not any(g.scope == "all" for g in grants):
            home = maker._home()
        round = Round.objects.create(
            name=plan.facts["round"][:100],
            kind=Round.Kind.THIRD_PARTY,
            state=Round.State.RUNNING,
            edition=maker.edition(parameters.get("edition") or "", plan.facts["round"]),
            division=home,
            starts_on=maker.day,
            ends_on=maker.last_day,
        )
        edition = round.edition
    else:
        home = home or round.division
        edition = round.edition
    criteria, units, sites = maker.criteria(edition), maker.units(home), maker.sites(areas, home)
    name = sheet_name(parameters)
    sheet = work.sheet or ObservationSheet(round=round, name=name)
    sheet.content_hash, sheet.rows_read, sheet.imported_at = parameters["file_hash"], len(work.lines), clock.now()
    sheet.save()

    def observation(line: Line) -> Observation:
        placed = not line.reason
        return Observation(
            round=round,
            sheet=sheet,
            source_row=line.number,
            source_hash=line.hash,
            serial=line.serial,
            note=line.note,
            site=sites[line.site_code, line.site] if placed else None,
            criterion=criteria[line.indicator, line.sub, line.requirement, line.criterion] if placed else None,
            area=areas.get(line.area),
            grade=line.grade,
            conform=line.conform,
            defects=line.defects,
            loss=line.loss,
            observed_on=line.observed_on or maker.day,
            placed=placed,
            unplaced_reason=line.reason,
            account_id=actor.account_id,
        )

    fresh = [line for line in work.lines if line.number not in work.known]
    changed = [line for line in work.lines if line.number in work.known and work.known[line.number][1] != line.hash]
    rows = Observation.objects.bulk_create([observation(line) for line in fresh], batch_size=BATCH)
    again = []
    for line in changed:
        updated = observation(line)
        updated.pk = work.known[line.number][0]
        again.append(updated)
    if again:
        fields = [
            "source_hash",
            "serial",
            "note",
            "site",
            "criterion",
            "area",
            "grade",
            "conform",
            "defects",
            "loss",
            "observed_on",
            "placed",
            "unplaced_reason",
        ]
        Observation.objects.bulk_update(again, fields, batch_size=500)
        ObservationUnit.objects.filter(observation__in=[o.pk for o in again]).delete()
    links = [
        ObservationUnit(observation_id=row.pk, unit=units[unit])
        for line, row in [*zip(fresh, rows, strict=True), *zip(changed, again, strict=True)]
        for unit in line.units
    ]
    ObservationUnit.objects.bulk_create(links, batch_size=BATCH, ignore_conflicts=True)
    seen = [row.site_id for row in [*rows, *again] if row.placed]
    evening = datetime.combine(maker.last_day, time(18), clock.LOCAL)
    waiting = RoundSite.objects.filter(round=round, done_at__isnull=True).exclude(purpose=RoundSite.Purpose.RERATE)
    for begin in range(0, len(seen), BATCH):
        waiting.filter(site__in=seen[begin : begin + BATCH]).update(done_at=evening, skipped_at=None, skipped_reason="")
    return {"round_id": round.pk, "made": dict(maker.made)}


def _common(branch: list[Division]) -> Division | None:
    """The nearest division above all of them."""
    if not branch:
        return None
    shared = set(branch[0].ancestor_paths)
    for division in branch[1:]:
        shared &= set(division.ancestor_paths)
    return Division.objects.filter(path=max(shared, key=len)).first() if shared else None
