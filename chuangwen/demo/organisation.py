"""Units, invented people and their posts.

Names of the street, its communities and its eight working groups come from public sources; people and telephone numbers are invented.
The numbers lie in a block (1990000xxxx) in which none is given out here, so that nobody is called by mistake.
"""

from __future__ import annotations

import random
from datetime import date, timedelta

from chuangwen.demo.records import Grid, Person, Post, Unit
from chuangwen.demo.town import town

STREET = "440902003000"
COUNTY = "440902000000"
SURNAMES = "梁陈李黄林杨吴邓张谢罗何刘柯莫温钟车江潘"
GIVEN = "嘉文景行思远子衿雅宁书白若溪明哲一诺亦清知夏云帆可欣乐天语桐星野安然晓棠承泽沐阳念初修远望舒怀瑾如风千寻"
SPONSORS = (
    "统计事务中心", "审计服务中心", "档案馆", "供销合作社", "气象服务站", "公路事务中心", "水文站", "种业站", "体校", "文化传播中心",
    "人才服务中心", "地方志办公室", "粮食储备站", "电教站", "招商服务中心", "融媒体中心",
)  # fmt: skip


def units(today: date) -> list[Unit]:
    """Command, leading group with its office and eight working groups, street, communities, departments, sponsors, companies."""
    since = today - timedelta(days=730)
    rows = [
        Unit("command", None, "command", "茂南区创建全国文明城市指挥部", "区创文指挥部", COUNTY, since),
        Unit(
            "leading-group", "command", "leading_group", "河东街道创建全国文明城市工作领导小组", "街道创文领导小组", STREET, since,
            generated=False,
        ),
        Unit("campaign-office", "leading-group", "leading_group", "河东街道创建全国文明城市工作办公室", "街道创文办", STREET, since),
        Unit("street-office", "leading-group", "town_office", "河东街道办事处", "河东街道", STREET, since,
             edition_name="街道办事处（乡镇人民政府）", generated=False),
    ]  # fmt: skip
    rows += [
        Unit(row["key"], "leading-group", "working_group", row["name"], row["name"], STREET, since, generated=False)
        for row in town()["working_groups"]
    ]
    rows += [
        Unit(f"community-{row['code'][-3:]}", "street-office", "community", row["name"], row["short_name"], row["code"], since,
             peer_group="社区", generated=False)
        for row in town()["communities"]
    ]  # fmt: skip
    rows += [
        Unit(row["key"], "command", "department", row["name"], row["short_name"], COUNTY, since, peer_group="区直部门",
             edition_name=row["edition_name"])
        for row in town()["departments"]
    ]  # fmt: skip
    for row, name in zip(town()["communities"], SPONSORS, strict=True):
        code = row["code"][-3:]
        rows.append(
            Unit(f"sponsor-{code}", "command", "department", f"示例{name}", f"示例{name}", COUNTY, since, peer_group="包联单位",
                 sponsors=f"community-{code}")
        )  # fmt: skip
    rows += [
        Unit("telecom", "command", "enterprise", "通信线路联合维护站（示例）", "通信维护站", COUNTY, since, peer_group="企业",
             edition_name="通信运营企业"),
        Unit("cleaning", "street-office", "enterprise", "河东环卫服务公司（示例）", "环卫公司", STREET, since, peer_group="企业"),
        Unit("property-1", "street-office", "enterprise", "安和物业服务公司（示例）", "安和物业", STREET, since, peer_group="企业"),
        Unit("property-2", "street-office", "enterprise", "荔园物业服务公司（示例）", "荔园物业", STREET, since, peer_group="企业"),
        Unit("assessor", "command", "assessor", "明衡社会测评公司（示例）", "明衡测评", COUNTY, since),
    ]  # fmt: skip
    return rows


class Cast:
    """Invents people, each name once, with numbers in order."""

    def __init__(self, rng: random.Random):
        self.rng = rng
        self.people: list[Person] = []
        self._names: set[str] = set()

    def new(self) -> str:
        """Key of a new person."""
        while True:
            name = self.rng.choice(SURNAMES) + "".join(self.rng.sample(GIVEN, self.rng.choice((1, 2, 2, 2))))
            if name not in self._names:
                break
        self._names.add(name)
        number = len(self.people) + 1
        self.people.append(Person(f"person-{number:04d}", name, f"1990000{number:04d}"))
        return self.people[-1].key


def posts(units: list[Unit], grids: list[Grid], today: date, rng: random.Random) -> tuple[list[Person], list[Post]]:
    """Everybody and what they hold: heads and liaisons everywhere, clerks, inspectors, a worker for each small grid, three administrators.

    Some hold several posts, and some posts have ended and passed to somebody else, so that a past day looks different from today.
    """
    cast = Cast(rng)
    since = today - timedelta(days=rng.randint(420, 600))
    rows: list[Post] = []

    def hold(person: str, unit: str, kind: str, title: str, role: str = "", **more: object) -> None:
        rows.append(Post(person, unit, kind, title, role, **{"starts_on": since, **more}))  # type: ignore[arg-type]  # named by Post's own fields

    secretary, director, deputy = cast.new(), cast.new(), cast.new()
    hold(secretary, "leading-group", "first_responsible", "组长", "leader")
    hold(secretary, "street-office", "first_responsible", "党工委书记", "leader")
    hold(director, "leading-group", "head", "第一副组长", "leader")
    hold(director, "street-office", "head", "办事处主任", "unit_head")
    hold(deputy, "leading-group", "deputy", "副组长（分管）", "leader")
    hold(deputy, "campaign-office", "head", "创文办主任", "unit_head")
    for title in ("综合文书", "问题交办", "测评考核"):
        hold(cast.new(), "campaign-office", "member", title, "clerk")
    for title, role in (("系统管理员", "system_admin"), ("安全管理员", "security_admin"), ("审计管理员", "audit_admin")):
        hold(cast.new(), "campaign-office", "member", title, role)
    hold(cast.new(), "command", "first_responsible", "指挥长", "leader")
    hold(cast.new(), "command", "liaison", "联络员", "liaison")
    hold(cast.new(), "street-office", "liaison", "联络员", "liaison")

    for unit in units:
        if unit.kind == "working_group":
            head = rng.choice((director, deputy)) if unit.key in ("group-1", "group-8") else cast.new()
            hold(head, unit.key, "head", "组长", "unit_head")
            hold(cast.new(), unit.key, "liaison", "联络员", "liaison")
        elif unit.kind in ("community", "department", "enterprise"):
            title = {"community": "社区书记、主任", "department": "主要负责人", "enterprise": "负责人"}[unit.kind]
            first = cast.new()
            changed = rng.random() < 0.2
            turn = today - timedelta(days=rng.randint(60, 300))
            if changed:
                hold(cast.new(), unit.key, "first_responsible", title, "unit_head", ends_on=turn - timedelta(days=1))
            hold(first, unit.key, "first_responsible", title, "unit_head", starts_on=turn if changed else since)
            hold(cast.new(), unit.key, "liaison", "联络员", "liaison")
        elif unit.kind == "assessor":
            hold(cast.new(), unit.key, "head", "项目经理", "unit_head")
            for number in range(1, 9):
                hold(cast.new(), unit.key, "inspector", f"测评员{number}", "inspector")
    for number in range(1, 5):
        hold(cast.new(), "group-8", "inspector", f"督导员{number}", "inspector")
    for grid in grids:
        if grid.parent:
            hold(
                cast.new(), f"community-{grid.community[-3:]}", "grid_worker", f"{grid.name}网格员", "grid_worker", grid=grid.code
            )
    return cast.people, rows
