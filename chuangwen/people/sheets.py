"""The importer ``units``: units with their first responsible persons, liaisons and other posts from one sheet.

A unit may stand in several rows (one per person); what a row leaves empty says nothing. What the sheet says about a kind of post
of a unit is the whole of it: who is not named any more ends that post. The same sheet twice changes nothing.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chuangwen.kernel import access, clock, codes
from chuangwen.kernel.access import ALL, DIVISION, Actor
from chuangwen.kernel.chinese import match_key, tidy_name
from chuangwen.kernel.importing import Importer, Plan, register
from chuangwen.kernel.near_names import likeness
from chuangwen.kernel.sheets import Column, Problem, Row, SheetRead
from chuangwen.people.access import IMPORT_UNITS
from chuangwen.people.actions import posts as post_actions
from chuangwen.people.actions import units as unit_actions
from chuangwen.people.models import Person, Post, Role, Unit
from chuangwen.people.queries import on_day
from chuangwen.people.rules import ROLE_OF_POST, kind_by_name, last_day_before
from chuangwen.places.finding import DivisionFinder
from chuangwen.places.models import Division

KINDS = [
    (Unit.Kind.COMMAND, "指挥部"),
    (Unit.Kind.LEADING_GROUP, "领导小组"),
    (Unit.Kind.WORKING_GROUP, "专班"),
    (Unit.Kind.WORKING_GROUP, "工作组"),
    (Unit.Kind.WORKING_GROUP, "专班（工作组）"),
    (Unit.Kind.DEPARTMENT, "成员单位"),
    (Unit.Kind.DEPARTMENT, "部门"),
    (Unit.Kind.DEPARTMENT, "责任单位"),
    (Unit.Kind.TOWN_OFFICE, "街道（乡镇）"),
    (Unit.Kind.TOWN_OFFICE, "街道"),
    (Unit.Kind.TOWN_OFFICE, "乡镇"),
    (Unit.Kind.COMMUNITY, "社区"),
    (Unit.Kind.COMMUNITY, "村（社区）"),
    (Unit.Kind.ENTERPRISE, "企业"),
    (Unit.Kind.ASSESSOR, "测评公司"),
    (Unit.Kind.ASSESSOR, "第三方"),
]
POST_KINDS = [
    (Post.Kind.FIRST_RESPONSIBLE, "第一责任人"),
    (Post.Kind.HEAD, "主要负责人"),
    (Post.Kind.HEAD, "负责人"),
    (Post.Kind.DEPUTY, "副职"),
    (Post.Kind.DEPUTY, "分管领导"),
    (Post.Kind.LIAISON, "联络员"),
    (Post.Kind.INSPECTOR, "督导测评员"),
    (Post.Kind.INSPECTOR, "督导员"),
    (Post.Kind.GRID_WORKER, "网格员"),
    (Post.Kind.MEMBER, "成员"),
]
COLUMNS = [
    Column(
        "name",
        "单位名称",
        required=True,
        aliases=("名称", "单位", "责任单位", "单位全称"),
        max_length=80,
        example="河东街道综合执法队",
    ),
    Column("short_name", "简称", aliases=("单位简称",), max_length=40, example="执法队"),
    Column("kind", "类型", kind="choice", choices=KINDS, aliases=("单位类型", "单位性质", "类别"), example="成员单位"),
    Column("parent", "上级单位", aliases=("隶属单位", "主管单位", "上级"), max_length=80, example="河东街道办事处"),
    Column("credit_code", "统一社会信用代码", aliases=("信用代码", "统一信用代码", "机构代码"), max_length=30),
    Column(
        "division",
        "所在区划",
        aliases=("区划代码", "行政区划", "所在街道", "所属街道", "所属社区", "区划"),
        max_length=60,
        example="河东街道",
    ),
    Column("peer_group", "对等组", aliases=("考核组", "分组", "考核分组"), max_length=40, example="街道部门"),
    Column("phone", "单位电话", aliases=("办公电话", "值班电话"), max_length=30),
    Column("address", "地址", aliases=("单位地址", "办公地址"), max_length=200),
    Column("first_responsible", "第一责任人", aliases=("第一责任人姓名", "主要领导"), max_length=40, example="张示例"),
    Column(
        "first_responsible_phone",
        "第一责任人电话",
        kind="phone",
        aliases=("第一责任人手机", "第一责任人联系电话"),
        example="19900000001",
    ),
    Column("liaison", "联络员", aliases=("联络员姓名",), max_length=40, example="李示例"),
    Column("liaison_phone", "联络员电话", kind="phone", aliases=("联络员手机", "联络员联系电话"), example="19900000002"),
    Column("post_kind", "职务类别", kind="choice", choices=POST_KINDS, aliases=("岗位类别", "岗位")),
    Column("post_name", "姓名", aliases=("人员姓名",), max_length=40),
    Column("post_phone", "电话", kind="phone", aliases=("手机", "联系电话", "手机号码")),
    Column("post_title", "职务名称", aliases=("职务", "职位"), max_length=60),
]
FACTS = ("short_name", "kind", "credit_code", "peer_group", "phone", "address")


@dataclass
class WantedPost:
    """A person whom the sheet names in a post."""

    row: int
    kind: str
    name: str
    phone: str
    title: str = ""


@dataclass
class WantedUnit:
    """What the rows of one unit say together."""

    name: str
    rows: list[Row] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)
    parent: str = ""
    division: Division | None = None
    posts: list[WantedPost] = field(default_factory=list)
    known: Unit | None = None
    parent_unit: Unit | None = None
    parent_wanted: "WantedUnit | None" = None
    changes: dict[str, Any] = field(default_factory=dict)


class Reader:
    """Reads the rows against what is known. Everything it needs is asked for once."""

    def __init__(self, actor: Actor, sheet: SheetRead):
        self.actor, self.sheet = actor, sheet
        self.problems: list[Problem] = []
        self.warnings: list[str] = []
        self.titles = {column.key: str(column.title) for column in COLUMNS}
        today = clock.today()
        self.known = list(
            access.scoped(actor, IMPORT_UNITS, Unit).filter(on_day(today)).select_related("division").order_by("path")
        )
        self.by_path = {unit.path: unit for unit in self.known}
        self.by_name: dict[str, list[Unit]] = defaultdict(list)
        for unit in self.known:
            for key in {match_key(unit.name), match_key(unit.short_name)} - {""}:
                self.by_name[key].append(unit)
        self.by_code = {unit.credit_code: unit for unit in self.known if unit.credit_code}
        self.divisions = DivisionFinder(actor, IMPORT_UNITS)
        self.home = self._home()
        self.wanted: list[WantedUnit] = []
        self.wanted_by_name: dict[str, list[WantedUnit]] = defaultdict(list)

    def _home(self) -> Division | None:
        """The one division that the actor answers for, where new units stand unless the sheet says otherwise."""
        grants = self.actor.scopes(IMPORT_UNITS)
        paths = {grant.division_path for grant in grants if grant.scope == DIVISION}
        if len(paths) != 1 or any(grant.scope == ALL for grant in grants):
            return None
        return Division.objects.filter(path=paths.pop()).first()

    def wrong(self, row: Row | int, key: str, value: Any, message: str, code: str) -> None:
        number = row if isinstance(row, int) else row.number
        self.problems.append(
            Problem(number, self.sheet.letters.get(key, ""), self.titles[key], str(value or ""), message, f"units.{code}")
        )

    def read(self) -> list[WantedUnit]:
        for row in self.sheet.rows:
            if row.values.get("name"):
                self._take(row)
        for unit in self.wanted:
            self._match(unit)
        for unit in self.wanted:
            self._place(unit)
        return self._in_order()

    # -- rows become units

    def _take(self, row: Row) -> None:
        values = row.values
        name = tidy_name(values["name"])
        code = codes_of(values.get("credit_code"))
        if code and not codes.is_credit_code(code):
            self.wrong(
                row, "credit_code", values["credit_code"], _("The code has a wrong length or check character."), "credit_code"
            )
            code = ""
        division = self._division(row)
        unit = self._unit_of(name, division)
        unit.rows.append(row)
        for key in FACTS:
            value = code if key == "credit_code" else values.get(key)
            if value in (None, ""):
                continue
            value = value.strip() if isinstance(value, str) else value
            if unit.facts.setdefault(key, value) != value:
                self.wrong(
                    row, key, value, _("Another row of this unit says “%(other)s”.") % {"other": unit.facts[key]}, "contradiction"
                )
        if values.get("parent"):
            parent = tidy_name(values["parent"])
            if unit.parent and match_key(unit.parent) != match_key(parent):
                self.wrong(
                    row,
                    "parent",
                    parent,
                    _("Another row of this unit says “%(other)s”.") % {"other": unit.parent},
                    "contradiction",
                )
            unit.parent = parent
        self._take_posts(unit, row)

    def _unit_of(self, name: str, division: Division | None) -> WantedUnit:
        """The unit of a row: of the same name and area; a row that names no area goes with the one that does, or with the next."""
        beside = self.wanted_by_name[match_key(name)]
        for unit in beside:
            if division is None or unit.division is None or unit.division.pk == division.pk:
                unit.division = unit.division or division
                return unit
        unit = WantedUnit(name, division=division)
        beside.append(unit)
        self.wanted.append(unit)
        return unit

    def _division(self, row: Row) -> Division | None:
        named = row.values.get("division")
        if not named:
            return None
        found = self.divisions.find(named, None)
        if found.division is None:
            if found.ambiguous:
                message = _("Several areas are called so: give the 12-digit code.")
            elif found.near:
                message = _("There is no such area in yours. Is it %(names)s?") % {
                    "names": "、".join(d.name for d in found.near[:3])
                }
            else:
                message = _("There is no such area, or it is not in yours.")
            self.wrong(row, "division", named, message, "division")
        return found.division

    def _take_posts(self, unit: WantedUnit, row: Row) -> None:
        values = row.values
        for kind in (Post.Kind.FIRST_RESPONSIBLE, Post.Kind.LIAISON):
            phone = values.get(f"{kind}_phone") or ""
            if name := values.get(str(kind)):
                self._add(unit, WantedPost(row.number, kind, tidy_name(name), phone), str(kind))
            elif phone:
                self.wrong(row, str(kind), "", _("There is a telephone number and no name."), "no_name")
        if name := values.get("post_name"):
            kind = values.get("post_kind") or Post.Kind.MEMBER
            title = (values.get("post_title") or "").strip()
            self._add(
                unit, WantedPost(row.number, kind, tidy_name(name), values.get("post_phone") or "", title), "post_name"
            )
        elif values.get("post_phone") or values.get("post_kind"):
            self.wrong(row, "post_name", "", _("There is a post and no name."), "no_name")

    def _add(self, unit: WantedUnit, post: WantedPost, key: str) -> None:
        for other in unit.posts:
            if (other.kind, other.name) == (post.kind, post.name):
                if other.phone and post.phone and other.phone != post.phone:
                    self.wrong(
                        post.row, key, post.name, _("Another row gives this person another telephone number."), "contradiction"
                    )
                other.phone, other.title = other.phone or post.phone, other.title or post.title
                return
            if post.kind == Post.Kind.FIRST_RESPONSIBLE == other.kind:
                message = _("Another row names “%(other)s” as first responsible person; a unit has one.") % {"other": other.name}
                self.wrong(post.row, key, post.name, message, "contradiction")
                return
        unit.posts.append(post)

    # -- units meet what is known

    def _match(self, unit: WantedUnit) -> None:
        code = unit.facts.get("credit_code")
        if code:
            if code in self.by_code:
                unit.known = self.by_code[code]
                return
            if Unit.objects.filter(credit_code=code).exists():
                self.wrong(
                    unit.rows[0],
                    "credit_code",
                    code,
                    _("This code belongs to a unit that is closed or outside your area."),
                    "credit_code",
                )
        same = list({u.pk: u for u in self.by_name.get(match_key(unit.name), [])}.values())
        if unit.division:
            same = [u for u in same if u.division_id in (unit.division.pk, None)]
        if code:
            same = [u for u in same if not u.credit_code]
        if len(same) > 1:
            self.wrong(
                unit.rows[0], "name", unit.name, _("Several units are called so: give the area or the credit code."), "ambiguous"
            )
        elif same:
            unit.known = same[0]

    def _place(self, unit: WantedUnit) -> None:
        """Find the superior unit, and what has to be written."""
        if unit.parent:
            self._find_parent(unit)
        known = unit.known
        if known is None:
            if "kind" not in unit.facts:
                unit.facts["kind"] = kind_by_name(unit.name)
                label = Unit.Kind(unit.facts["kind"]).label
                self.warnings.append(
                    _("%(name)s: no kind is given; by its name it is taken for “%(kind)s”.") % {"name": unit.name, "kind": label}
                )
            parent = unit.parent_unit or (unit.parent_wanted.known if unit.parent_wanted else None)
            inherited = parent.division if parent else unit.parent_wanted.division if unit.parent_wanted else None
            unit.division = unit.division or inherited or self.home
            if unit.division is None and not any(grant.scope == ALL for grant in self.actor.scopes(IMPORT_UNITS)):
                self.wrong(unit.rows[0], "division", "", _("Say in which area the unit is."), "division")
            unit.changes = {"new": True}
            return
        changes: dict[str, Any] = {k: v for k, v in unit.facts.items() if (getattr(known, k) or "") != v}
        if unit.division and unit.division.pk != known.division_id:
            changes["division"] = unit.division
        if (
            unit.facts.get("credit_code")
            and known.credit_code == unit.facts["credit_code"]
            and match_key(known.name) != match_key(unit.name)
        ):
            changes["name"] = unit.name
        if unit.parent:
            here = self.by_path.get(known.path[: -Unit.steplen])
            if unit.parent_unit and (here is None or here.pk != unit.parent_unit.pk):
                if unit.parent_unit.under(known):
                    self.wrong(unit.rows[0], "parent", unit.parent, _("A unit cannot stand below itself."), "circle")
                changes["parent"] = True
            elif unit.parent_wanted and unit.parent_wanted.known is None:
                changes["parent"] = True
        unit.changes = changes

    def _find_parent(self, unit: WantedUnit) -> None:
        key = match_key(unit.parent)
        in_sheet = [other for other in self.wanted_by_name.get(key, []) if other is not unit]
        known = list({u.pk: u for u in self.by_name.get(key, [])}.values())
        if len(known) > 1 and unit.division:
            known = [u for u in known if u.division and unit.division.path.startswith(u.division.path)] or known
        if len(known) == 1:
            unit.parent_unit = known[0]
        elif len(in_sheet) == 1:
            unit.parent_wanted = in_sheet[0]
        elif known or in_sheet:
            self.wrong(unit.rows[0], "parent", unit.parent, _("Several units are called so."), "ambiguous")
        else:
            names = {match_key(n): n for n in (*(u.name for u in self.known), *(w.name for w in self.wanted))}
            near = [n for score, n in sorted(((likeness(key, k), n) for k, n in names.items()), reverse=True) if score >= 0.6][:3]
            message = (
                _("There is no such unit. Is it %(names)s?") % {"names": "、".join(near)} if near else _("There is no such unit.")
            )
            self.wrong(unit.rows[0], "parent", unit.parent, message, "parent")

    def _in_order(self) -> list[WantedUnit]:
        """Superior units first."""
        ordered: list[WantedUnit] = []
        state: dict[int, str] = {}

        def visit(unit: WantedUnit) -> None:
            if state.get(id(unit)) == "done":
                return
            if state.get(id(unit)) == "open":
                self.wrong(unit.rows[0], "parent", unit.parent, _("The units stand below each other in a circle."), "circle")
                return
            state[id(unit)] = "open"
            if unit.parent_wanted:
                visit(unit.parent_wanted)
            state[id(unit)] = "done"
            ordered.append(unit)

        for unit in self.wanted:
            visit(unit)
        return ordered


def codes_of(text: str | None) -> str:
    return "".join((text or "").split()).upper()


@dataclass
class PostChange:
    """What has to be done about the posts of one unit."""

    begin: list[WantedPost] = field(default_factory=list)
    end: list[Post] = field(default_factory=list)
    phones: list[tuple[Person, str]] = field(default_factory=list)
    titles: list[tuple[Post, str]] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.begin or self.end or self.phones or self.titles)


def _post_changes(units: list[WantedUnit]) -> dict[int, PostChange]:
    """By ``id`` of the wanted unit. One query."""
    known = [unit.known.pk for unit in units if unit.known]
    present: dict[int, list[Post]] = defaultdict(list)
    for post in Post.objects.filter(on_day(clock.today()), unit__in=known).select_related("person").order_by("pk"):
        present[post.unit_id].append(post)
    changes = {}
    for unit in units:
        change = PostChange()
        here = present[unit.known.pk] if unit.known else []
        for wanted in unit.posts:
            same = next((p for p in here if p.kind == wanted.kind and p.person.name == wanted.name), None)
            if same is None:
                change.begin.append(wanted)
                continue
            if wanted.phone and same.person.phone != wanted.phone:
                change.phones.append((same.person, wanted.phone))
            if wanted.title and same.title != wanted.title:
                change.titles.append((same, wanted.title))
        named = {(wanted.kind, wanted.name) for wanted in unit.posts}
        kinds = {wanted.kind for wanted in unit.posts}
        change.end = [p for p in here if p.kind in kinds and (p.kind, p.person.name) not in named]
        changes[id(unit)] = change
    return changes


def plan(actor: Actor, sheet: SheetRead, parameters: dict[str, Any]) -> Plan:
    """What the sheet would change. Counts are of units."""
    reader = Reader(actor, sheet)
    units = reader.read()
    posts = _post_changes(units)
    result = Plan(rows_read=len(sheet.rows), problems=reader.problems, warnings=reader.warnings)
    result.creates = sum(1 for unit in units if unit.known is None)
    result.updates = sum(1 for unit in units if unit.known is not None and (unit.changes or posts[id(unit)]))
    result.unchanged = len(units) - result.creates - result.updates
    result.facts = {
        "units": len(units),
        "posts_begin": sum(len(change.begin) for change in posts.values()),
        "posts_end": sum(len(change.end) for change in posts.values()),
    }
    for unit in units[:20]:
        word = _("new") if unit.known is None else _("changed") if unit.changes or posts[id(unit)] else _("unchanged")
        people = "、".join(f"{post.name}" for post in unit.posts)
        place = unit.division or (unit.known.division if unit.known else None)
        result.sample.append(
            {
                "单位名称": unit.name,
                "上级单位": unit.parent,
                "所在区划": place.name if place else "",
                "人员": people,
                "结果": word,
            }
        )
    result.payload = (units, posts)
    return result


def apply(actor: Actor, plan: Plan, parameters: dict[str, Any]) -> dict[str, Any]:
    """Write what was planned; superior units come before those below them."""
    units, posts = plan.payload
    today = clock.today()
    roles = {role.code: role for role in Role.objects.all()}
    people: dict[tuple[str, str], Person] = {}
    for unit in units:
        parent = unit.parent_unit or (unit.parent_wanted.known if unit.parent_wanted else None)
        if unit.known is None:
            facts = unit.facts | {"name": unit.name, "division": unit.division, "starts_on": today}
            unit.known = unit_actions.plant(parent, facts)
        else:
            _change(unit, parent)
        change: PostChange = posts[id(unit)]
        for post in change.end:
            post_actions.finish(post, last_day_before(today))
        for person, phone in change.phones:
            Person.objects.filter(pk=person.pk).update(phone=phone)
        for post, title in change.titles:
            Post.objects.filter(pk=post.pk).update(title=title)
        for wanted in change.begin:
            person = _person(actor, unit.known, wanted, people)
            role = roles.get(ROLE_OF_POST.get(wanted.kind, ""))
            post_actions.require_separate(person, role)
            facts = {"title": wanted.title, "role": role, "starts_on": today}
            Post.objects.create(person=person, unit=unit.known, kind=wanted.kind, **facts)
    return dict(plan.facts)


def _change(unit: WantedUnit, parent: Unit | None) -> None:
    assert unit.known is not None
    known = Unit.objects.select_related("division").get(pk=unit.known.pk)
    changes = dict(unit.changes)
    if "name" in changes:
        unit_actions.replace(known, clock.today(), name=changes.pop("name"))
    if changes.pop("parent", False) and parent is not None:
        parent.refresh_from_db()
        unit_actions.replace(known, clock.today(), parent=parent)
        unit_actions.relocate(known, parent)
    for key, value in changes.items():
        setattr(known, key, value)
    if changes:
        known.save(update_fields=list(changes))
    unit.known = known


def _person(actor: Actor, unit: Unit, wanted: WantedPost, people: dict[tuple[str, str], Person]) -> Person:
    """Somebody known by name and number; by name alone only inside the unit; else a new record."""
    key = (wanted.name, wanted.phone or f"unit {unit.pk}")
    if key not in people:
        if wanted.phone:
            people[key] = post_actions.known_or_new(actor, wanted.name, wanted.phone, IMPORT_UNITS)
        else:
            inside = Person.objects.filter(name=wanted.name, posts__unit=unit).order_by("pk").first()
            people[key] = inside or Person.objects.create(name=wanted.name)
    return people[key]


IMPORTER = register(
    Importer(
        kind="units",
        label=gettext_lazy("Units and posts"),
        verb=IMPORT_UNITS,
        columns=COLUMNS,
        plan=plan,
        apply=apply,
        help=gettext_lazy(
            "One row per unit, or several when a unit has more persons. Who is no longer named for a kind of post ends it."
        ),
        examples=[{column.key: column.example for column in COLUMNS if column.example}],
        order=20,
        page="people:units",
    )
)
