"""Factories: the smallest true thing of each kind. ``make_town`` makes a whole little town; the rest add to it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import count
from typing import Any

from chuangwen.kernel import access
from chuangwen.kernel.access import Actor
from chuangwen.people.actors import actor_of
from chuangwen.people.models import Account, Person, Placement, Post, Role, RoleGrant, Unit
from chuangwen.places.models import Division, Grid, Site, SiteType
from chuangwen.standards.models import Criterion, Edition, Family, Indicator, Kind, Requirement, Section

LONG_AGO = date(2020, 1, 1)
_serial = count(1)
ROLE_UNIT = {
    "clerk": "office",
    "leader": "office",
    "unit_head": "department",
    "liaison": "department",
    "inspector": "office",
    "grid_worker": "community",
    "resident": None,
    "system_admin": "office",
    "security_admin": "office",
    "audit_admin": "office",
}
POST_KIND = {
    "leader": Post.Kind.HEAD,
    "unit_head": Post.Kind.FIRST_RESPONSIBLE,
    "liaison": Post.Kind.LIAISON,
    "inspector": Post.Kind.INSPECTOR,
    "grid_worker": Post.Kind.GRID_WORKER,
}


def make_roles() -> dict[str, Role]:
    """The shipped roles with what the rooms grant them by default."""
    roles = {}
    for order, code in enumerate(access.ROLES):
        role, _ = Role.objects.get_or_create(code=code, defaults={"name": code, "order": order})
        roles[code] = role
    known = set(RoleGrant.objects.values_list("role__code", "verb"))
    RoleGrant.objects.bulk_create(
        RoleGrant(role=roles[code], verb=verb.name, scope=scope)
        for verb in access.VERBS.values()
        for code, scope in verb.default.items()
        if (code, verb.name) not in known
    )
    return roles


def make_division(code: str | None, name: str, level: int, parent: Division | None = None) -> Division:
    facts: dict[str, Any] = {"code": code, "name": name, "level": level}
    return parent.add_child(**facts) if parent else Division.add_root(**facts)


def make_unit(
    name: str, kind: str = Unit.Kind.DEPARTMENT, *, parent: Unit | None = None, division: Division | None = None, **more: Any
) -> Unit:
    facts = {"name": name, "kind": kind, "division": division, "starts_on": LONG_AGO} | more
    unit = parent.add_child(**facts) if parent else Unit.add_root(**facts)
    Placement.objects.create(unit=unit, parent=parent, name=name, starts_on=LONG_AGO)
    return unit


def make_account(
    username: str, role: Role | None, unit: Unit | None, *, kind: str = Post.Kind.MEMBER, password: str = "河东-Pass-2026"
) -> Account:
    """An account with a person and, where a unit is given, a post; without a unit the role is the account's own."""
    if unit is None:
        return Account.objects.create_user(username, password, base_role=role)
    person = Person.objects.create(name=f"测试{username}"[:40], phone="19900000000", generated=True)
    Post.objects.create(person=person, unit=unit, kind=kind, role=role, starts_on=LONG_AGO)
    return Account.objects.create_user(username, password, person=person)


def make_site(division: Division, type: SiteType, name: str = "", **more: Any) -> Site:
    number = next(_serial)
    return Site.objects.create(
        code=more.pop("code", f"DW9{number:06d}"), name=name or f"{type.name}{number}", type=type, division=division, **more
    )


def make_criterion(requirement: Requirement, text: str = "地面干净", **more: Any) -> Criterion:
    number = next(_serial)
    return Criterion.objects.create(requirement=requirement, code=more.pop("code", f"C{number}"), text=text, **more)


class Actors(Mapping[str, Actor]):
    """By role, each as it stands when it is asked for: only who is asked for is looked up."""

    def __init__(self, accounts: dict[str, Account]):
        self.accounts = accounts

    def __getitem__(self, role: str) -> Actor:
        return actor_of(self.accounts[role])

    def __iter__(self) -> Iterator[str]:
        return iter(self.accounts)

    def __len__(self) -> int:
        return len(self.accounts)


@dataclass
class Town:
    """What ``make_town`` made. ``actors[role]`` and ``accounts[role]`` are the people; units by their part."""

    street: Division
    communities: list[Division]
    units: dict[str, Unit]
    types: dict[str, SiteType]
    sites: list[Site]
    families: dict[str, Family]
    kinds: dict[str, Kind]
    edition: Edition
    requirement: Requirement
    criteria: list[Criterion]
    grid: Grid
    roles: dict[str, Role] = field(default_factory=dict)
    accounts: dict[str, Account] = field(default_factory=dict)

    @property
    def actors(self) -> "Actors":
        return Actors(self.accounts)


def make_town(code: str = "440902003000", name: str = "河东街道", prefix: str = "") -> Town:
    roles = make_roles()
    county = Division.objects.filter(code=code[:6] + "000000").first() or make_division(code[:6] + "000000", f"{prefix}区", 3)
    street = make_division(code, name, 4, county)
    communities = [make_division(f"{code[:9]}{n:03d}", f"{prefix}第{n}社区", 5, street) for n in (1, 2)]
    office = make_unit(f"{name}创文办", Unit.Kind.TOWN_OFFICE, division=street)
    units = {
        "office": office,
        "community": make_unit(f"{prefix}第1社区居委会", Unit.Kind.COMMUNITY, parent=office, division=communities[0]),
        "community2": make_unit(f"{prefix}第2社区居委会", Unit.Kind.COMMUNITY, parent=office, division=communities[1]),
        "department": make_unit(f"{prefix}城管局", division=street),
        "department2": make_unit(f"{prefix}市场监督局", division=street),
    }
    types = {}
    for order, (type_code, type_name) in enumerate([("main_road", "主次干道"), ("market", "农贸市场"), ("estate", "居民小区")]):
        types[type_code] = SiteType.objects.get_or_create(code=type_code, defaults={"name": type_name, "order": order})[0]
    sites = [
        make_site(communities[n % 2], type, f"{prefix}{type.name}{n + 1}", lat=21.66 + n / 1000, lon=110.92)
        for n, type in enumerate(types.values())
    ]
    families, kinds = {}, {}
    for order, (family_code, family_name, kind_code, kind_name, lists) in enumerate(
        [
            ("environment", "环境卫生", "sticker", "乱贴小广告", ["ten_disorders"]),
            ("order", "公共秩序", "parking", "机动车乱停放", ["ten_disorders", "six_disorders"]),
            ("infrastructure", "基础设施", "paving", "路面破损", ["infrastructure"]),
        ]
    ):
        families[family_code] = Family.objects.get_or_create(code=family_code, defaults={"name": family_name, "order": order})[0]
        kinds[kind_code] = Kind.objects.get_or_create(
            code=kind_code, defaults={"family": families[family_code], "name": kind_name, "lists": lists}
        )[0]
    edition = Edition.objects.create(name=f"{prefix}示例测评体系", year=2026, state=Edition.State.ACTIVE)
    section = Section.objects.create(edition=edition, code="S1", name="公共环境")
    indicator = Indicator.objects.create(section=section, code="I1", name="公共服务")
    requirement = Requirement.objects.create(indicator=indicator, code="1", number=1, text="公共服务1")
    criteria = [
        make_criterion(requirement, f"标准{n}", code=f"{n}", family=families["environment"], kind=kinds["sticker"])
        for n in (1, 2, 3)
    ]
    grid = Grid.objects.create(division=communities[0], code=f"{prefix}G{code[:9]}01", name="第1网格")
    town = Town(street, communities, units, types, sites, families, kinds, edition, requirement, criteria, grid, roles)
    for role, unit in ROLE_UNIT.items():
        town.accounts[role] = make_account(
            f"{prefix}{role}", roles[role], units[unit] if unit else None, kind=POST_KIND.get(role, Post.Kind.MEMBER)
        )
    return town
