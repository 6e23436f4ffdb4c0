"""Who answers for problems, out of the tables: the rows in force are read once, then any number of problems is answered.

    book = ResponsibilityBook.load(on=clock.today())
    assignment = book.find(criterion=criterion, site=site, kind=None, family=None, division=None)

A reason is kept with a case, so it is always in Chinese, whoever asks.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q
from django.utils import translation

from chuangwen.people.models import Unit
from chuangwen.places.models import Division, Site
from chuangwen.standards.models import Criterion, Family, Kind, Responsibility
from chuangwen.standards.responsibility import Assignment, Candidate, Problem, responsible_units

COLUMNS = (
    "unit_id",
    "part",
    "criterion_id",
    "kind_id",
    "family_id",
    "site_type_id",
    "site_id",
    "division__path",
    "unit__division__path",
    "pk",
)
LOCAL_KINDS = (Unit.Kind.COMMUNITY, Unit.Kind.TOWN_OFFICE)


def _in_force(on: date) -> Q:
    return Q(starts_on__lte=on) & (Q(ends_on__isnull=True) | Q(ends_on__gte=on))


@dataclass
class ResponsibilityBook:
    """The rows in force on a day, by what they name. ``units`` knows every unit that may be an answer, by key."""

    by_site: dict[int, list[Candidate]] = field(default_factory=lambda: defaultdict(list))
    by_criterion: dict[int, list[Candidate]] = field(default_factory=lambda: defaultdict(list))
    by_kind: dict[int, list[Candidate]] = field(default_factory=lambda: defaultdict(list))
    by_family: dict[int, list[Candidate]] = field(default_factory=lambda: defaultdict(list))
    by_site_type: dict[int, list[Candidate]] = field(default_factory=lambda: defaultdict(list))
    elsewhere: list[Candidate] = field(default_factory=list)
    local: list[Candidate] = field(default_factory=list)

    @classmethod
    def load(cls, on: date, *, sites: Iterable[int] | None = None) -> "ResponsibilityBook":
        """Two queries, whatever is asked afterwards. ``sites`` keeps rows of other sites out (there may be one for each of many thousands)."""
        book = cls()
        rows = Responsibility.objects.filter(_in_force(on)).filter(Q(unit__ends_on__isnull=True) | Q(unit__ends_on__gte=on))
        if sites is not None:
            rows = rows.filter(Q(site__isnull=True) | Q(site__in=list(sites)))
        for unit, part, criterion, kind, family, site_type, site, division, unit_division, pk in rows.order_by().values_list(
            *COLUMNS
        ):
            row = Candidate(unit, part, criterion, kind, family, site_type, site, division or "", unit_division or "", pk)
            if site is not None:
                book.by_site[site].append(row)
            elif criterion is not None:
                book.by_criterion[criterion].append(row)
            elif kind is not None:
                book.by_kind[kind].append(row)
            elif family is not None:
                book.by_family[family].append(row)
            elif site_type is not None:
                book.by_site_type[site_type].append(row)
            else:
                book.elsewhere.append(row)
        standing = Unit.objects.filter(_in_force(on), kind__in=LOCAL_KINDS, division__isnull=False).values_list(
            "pk", "division__path"
        )
        book.local = [Candidate(unit=pk, division=path, unit_division=path, row=pk) for pk, path in standing]
        return book

    def find(
        self,
        *,
        criterion: Criterion | None = None,
        site: Site | None = None,
        kind: Kind | None = None,
        family: Family | None = None,
        division: Division | None = None,
    ) -> Assignment:
        """Who answers. What is not given is taken from the rest: kind and family from the criterion, the division from the site. No query when
        the site's division is loaded."""
        kind_id = kind.pk if kind else criterion.kind_id if criterion else None
        family_id = family.pk if family else kind.family_id if kind else criterion.family_id if criterion else None
        place = division or (site.division if site else None)
        return self.answer(Problem(
            criterion=criterion.pk if criterion else None, kind=kind_id, family=family_id, site_type=site.type_id if site else None,
            site=site.pk if site else None, division=place.path if place else "",
        ))  # fmt: skip

    def answer(self, problem: Problem) -> Assignment:
        """The same by keys."""
        with translation.override("zh-hans"):
            return responsible_units(self._candidates(problem), problem, self.local)

    def _candidates(self, problem: Problem) -> Iterator[Candidate]:
        for rows, key in (
            (self.by_site, problem.site),
            (self.by_criterion, problem.criterion),
            (self.by_kind, problem.kind),
            (self.by_family, problem.family),
            (self.by_site_type, problem.site_type),
        ):
            if key is not None:
                yield from rows.get(key, ())
        yield from self.elsewhere


def responsible_for(
    *,
    criterion: Criterion | None = None,
    site: Site | None = None,
    kind: Kind | None = None,
    family: Family | None = None,
    division: Division | None = None,
    on: date,
) -> tuple[Unit | None, list[Unit], str]:
    """Lead, assisting units and reason for one problem, as units. Three queries; for many problems use the book."""
    found = ResponsibilityBook.load(on, sites=[site.pk] if site else []).find(
        criterion=criterion, site=site, kind=kind, family=family, division=division
    )
    units = Unit.objects.select_related("division").in_bulk([key for key in (found.lead, *found.assists) if key is not None])
    return units.get(found.lead) if found.lead else None, [units[key] for key in found.assists if key in units], found.reason
