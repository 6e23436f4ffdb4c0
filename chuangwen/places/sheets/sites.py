"""The importer ``sites``, and the columns in which sites go out again."""

from dataclasses import dataclass, field
from itertools import count
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chuangwen.kernel import geography
from chuangwen.kernel.access import Actor
from chuangwen.kernel.chinese import match_key, tidy_name
from chuangwen.kernel.importing import Importer, Plan, Question
from chuangwen.kernel.sheets import Column, Problem, Row, SheetRead
from chuangwen.places.actions.sites import next_site_codes
from chuangwen.places.finding import DivisionFinder, nearest
from chuangwen.places.hours import NoHours, hours
from chuangwen.places.models import Asset, Datum, Grid, Site, SiteType
from chuangwen.places.points import Point, located

SOME = -1
"""In a sheet's cell for a thing that is there but was not counted."""
DATUMS = [
    (Datum.WGS84, "WGS-84"),
    (Datum.GCJ02, "GCJ-02"),
    (Datum.BD09, "BD-09"),
    (Datum.CGCS2000, "CGCS2000"),
    (Datum.GCJ02, "高德"),
    (Datum.GCJ02, "腾讯"),
    (Datum.GCJ02, "微信"),
    (Datum.GCJ02, "火星坐标"),
    (Datum.BD09, "百度"),
    (Datum.CGCS2000, "天地图"),
    (Datum.CGCS2000, "国家2000"),
    (Datum.WGS84, "GPS"),
]
ASSET_ALIASES = {
    Asset.Kind.EXTINGUISHER: ("灭火器", "灭火器数量", "消防器材"),
    Asset.Kind.FIRE_STATION: ("微型消防站",),
    Asset.Kind.AD_BOARD: ("公益广告", "公益广告牌", "公益广告数量"),
    Asset.Kind.CULTURE_WALL: ("文化墙",),
    Asset.Kind.LED: ("LED", "LED屏", "电子屏"),
    Asset.Kind.BIN: ("垃圾桶", "垃圾桶数量"),
    Asset.Kind.PARKING_BAY: ("停车位", "车位", "停车位数量"),
    Asset.Kind.MOTORCYCLE_BAY: ("机车位", "摩托车位", "机车位数量"),
    Asset.Kind.RAMP: ("无障碍坡道", "坡道"),
    Asset.Kind.NOTICE_BOARD: ("宣传栏",),
    Asset.Kind.TOILET: ("厕所", "公厕"),
    Asset.Kind.LAMP: ("路灯", "路灯数量"),
}

COLUMNS = [
    Column(
        "code",
        "点位编码",
        aliases=("编码", "点位编号", "编号"),
        max_length=40,
        example="DW00001",
        help=gettext_lazy("Left empty, a site of the same name, type and division is meant, or a new one gets a code."),
    ),
    Column("name", "点位名称", required=True, aliases=("名称", "点位"), max_length=120, example="新村农贸市场"),
    Column("type", "点位类型", required=True, aliases=("类型", "类别", "点位类别"), max_length=40, example="农贸市场"),
    Column("town", "街道", aliases=("街道", "镇街", "乡镇", "所属街道", "街道乡镇"), example="河东街道"),
    Column("village", "社区", aliases=("社区", "村社区", "村居", "所属社区"), example="新村社区"),
    Column(
        "grid",
        "网格",
        aliases=("网格", "所属网格", "网格编码"),
        help=gettext_lazy("Code or name of a grid that is known."),
    ),
    Column("address", "地址", aliases=("地址", "详细地址"), max_length=200),
    Column("lon", "经度", kind="decimal", aliases=("经度", "lng"), least=-180, most=180, example="110.925100"),
    Column("lat", "纬度", kind="decimal", aliases=("纬度",), least=-90, most=90, example="21.662300"),
    Column(
        "datum",
        "坐标系",
        kind="choice",
        aliases=("坐标系", "坐标类型", "坐标系统"),
        choices=DATUMS,
        example="GCJ-02",
    ),
    Column("has_manager", "有无物业", kind="bool", aliases=("有无物业", "物业", "有物业"), example="无"),
    Column("households", "户数", kind="int", aliases=("户数", "住户数"), least=0, most=1_000_000),
    Column(
        "hours",
        "开放时间",
        aliases=("营业时间", "工作时间"),
        max_length=40,
        example="08:00-17:30",
        help=gettext_lazy("08:00-17:30; 全天 for always open."),
    ),
    *[
        Column(
            f"asset_{kind.value}",
            aliases[0],
            aliases=aliases,
            help=gettext_lazy("How many; 无 for none, 有 for some that were not counted."),
        )
        for kind, aliases in ASSET_ALIASES.items()
    ],
    Column("note", "备注", aliases=("备注", "说明"), max_length=300),
]
TITLES = {column.key: str(column.title) for column in COLUMNS}


@dataclass
class _Work:
    types: list[SiteType] = field(default_factory=list)
    new: list[tuple[dict[str, Any], dict[str, int | None]]] = field(default_factory=list)
    changed: list[tuple[Site, dict[str, Any], dict[str, int | None]]] = field(default_factory=list)


class _Planner:
    """One reading of a sheet of sites."""

    def __init__(self, actor: Actor, sheet: SheetRead, parameters: dict[str, Any]):
        self.sheet, self.parameters = sheet, parameters
        self.plan = Plan(rows_read=len(sheet.rows))
        self.work = _Work()
        self.finder = DivisionFinder(actor, "places.edit_site")
        self.inside = {division.pk for division in self.finder.rows}
        self.known_types = {match_key(kind.name): kind for kind in SiteType.objects.all()}
        self.types = dict(self.known_types)
        self.grids: dict[str, list[Grid]] = {}
        for grid in Grid.objects.filter(division__in=self.inside):
            for key in {match_key(grid.code), match_key(grid.name)}:
                self.grids.setdefault(key, []).append(grid)
        self.asks_datum = False
        self.asked: set[str] = set()

    def run(self) -> Plan:
        rows = [row for row in self.sheet.rows if row.sound and row.values["name"] and row.values["type"]]
        known = {
            site.code: site
            for site in Site.objects.filter(code__in=[row.values["code"] for row in rows if row.values["code"]])
            .prefetch_related("assets")
            .select_related("type")
        }
        unnumbered = self._unnumbered() if any(not row.values["code"] for row in rows) else {}
        seen: dict[Any, int] = {}
        for row in rows:
            facts = self._facts(row)
            if facts is None:
                continue
            assets = self._assets(row)
            place = (match_key(facts["name"]), facts["type"].name, facts["division_id"])
            mark = facts["code"] or place
            if mark in seen:
                key = "code" if facts["code"] else "name"
                self.wrong(row, key, _("The same site stands in row %(row)d already.") % {"row": seen[mark]}, "twice")
                continue
            seen[mark] = row.number
            there = known.get(facts["code"]) if facts["code"] else unnumbered.get(place)
            if there is not None and there.division_id not in self.inside:
                self.wrong(row, "code", _("This code belongs to a site outside your area."), "outside")
            elif there is None:
                self._new(row, facts, assets)
            else:
                self._compare(there, facts, assets)
        if self.work.types:
            names = "、".join(kind.name for kind in self.work.types)
            self.plan.warnings.append(_("New site types will be made: %(names)s.") % {"names": names})
        if self.asks_datum:
            self._ask(
                "datum",
                _("The sheet does not say in which coordinate system its points are. Which one?"),
                [(value, str(label)) for value, label in Datum.choices],
                Datum.GCJ02,
            )
        self.plan.payload = self.work
        return self.plan

    def wrong(self, row: Row, key: str, message: str, code: str) -> None:
        self.plan.problems.append(
            Problem(row.number, self.sheet.letters.get(key, ""), TITLES[key], str(row.values[key] or ""), message, code)
        )

    def _ask(self, key: str, text: str, answers: list[tuple[str, str]], default: str) -> str:
        """Ask once; returns the answer that was given, or the default."""
        if key not in self.asked:
            self.asked.add(key)
            self.plan.questions.append(Question(key, text, answers, default))
        return str(self.parameters.get(key) or default)

    def _unnumbered(self) -> dict[tuple[str, str, int | None], Site]:
        """The sites of the area by name, type and division."""
        rows = Site.objects.filter(division__in=self.inside).select_related("type").prefetch_related("assets")
        return {(match_key(site.name), site.type.name, site.division_id): site for site in rows}

    # what a row means

    def _facts(self, row: Row) -> dict[str, Any] | None:
        values = row.values
        kind = self._type(values["type"])
        division_id = self._division(row)
        point = self._point(row)
        if division_id is None or point is None:
            return None
        grid_id = self._grid(row, division_id)
        if grid_id == 0:
            return None
        facts: dict[str, Any] = {
            "code": values["code"] or "",
            "name": tidy_name(values["name"]),
            "type": kind,
            "division_id": division_id,
        }
        if values["grid"]:
            facts["grid_id"] = grid_id
        if values["lat"] is not None:
            facts |= point
        for key in ("address", "has_manager", "households", "note"):
            if values[key] is not None:
                facts[key] = values[key]
        if values["hours"] is not None:
            try:
                facts["opens_at"], facts["closes_at"] = hours(values["hours"]) or (None, None)
            except NoHours:
                self.wrong(row, "hours", _("Write the hours as 08:00-17:30, or 全天 for always."), "no_hours")
                return None
        return facts

    def _type(self, name: str) -> SiteType:
        """The type, perhaps one that is still to be made. A name that is only like a known one is asked about."""
        key = match_key(name)
        if key not in self.types:
            near = [self.known_types[other] for other in nearest(key, list(self.known_types))]
            answer = "new"
            if near:
                answers = [*((str(kind.pk), kind.name) for kind in near), ("new", _("a new type"))]
                answer = self._ask(
                    f"type:{name}", _("There is no site type “%(name)s”. Which one is meant?") % {"name": name}, answers, "new"
                )
            chosen = next((kind for kind in near if str(kind.pk) == answer), None)
            if chosen is None:
                chosen = SiteType(code=self._fresh_code(), name=tidy_name(name), order=900)
                self.work.types.append(chosen)
            self.types[key] = chosen
        return self.types[key]

    def _fresh_code(self) -> str:
        """A code for a type that has none."""
        taken = {kind.code for kind in self.types.values()}
        return next(code for number in count(1) if (code := f"custom-{number}") not in taken)

    def _division(self, row: Row) -> int | None:
        town, village = row.values["town"], row.values["village"]
        found = self.finder.find(town, village)
        if found.division is not None:
            return found.division.pk
        key = "village" if village else "town"
        if not town and not village:
            self.wrong(row, key, _("Say in which street and community the site lies."), "no_division")
            return None
        near = found.ambiguous or found.near
        if near:
            name = " ".join(filter(None, (town, village)))
            answers = [(str(division.pk), f"{division.name}（{division.code or '-'}）") for division in near]
            answer = self._ask(
                f"division:{town or ''}/{village or ''}",
                _("Which division is “%(name)s”?") % {"name": name},
                [*answers, ("none", _("none of these: an error"))],
                "none",
            )
            if answer in dict(answers):
                return int(answer)
        self.wrong(
            row,
            key,
            _("No such community in your area. Near ones: %(near)s.")
            % {"near": "、".join(division.name for division in near) or "-"},
            "unknown_division",
        )
        return None

    def _grid(self, row: Row, division_id: int) -> int | None:
        """Key of the grid, None for no grid, 0 when it is not found."""
        if not row.values["grid"]:
            return None
        rows = self.grids.get(match_key(row.values["grid"]), [])
        here = [grid for grid in rows if grid.division_id == division_id] or rows
        if len(here) == 1:
            return here[0].pk
        self.wrong(
            row,
            "grid",
            _("Several grids bear this name; write the code.") if here else _("There is no such grid in your area."),
            "unknown_grid",
        )
        return 0

    def _point(self, row: Row) -> Point | None:
        lat, lon, datum = row.values["lat"], row.values["lon"], row.values["datum"]
        if (lat is None) != (lon is None):
            self.wrong(
                row,
                "lat" if lat is None else "lon",
                _("A point has a longitude and a latitude: give both or neither."),
                "half_a_point",
            )
            return None
        if lat is not None and datum is None:
            self.asks_datum = True
            datum = self.parameters.get("datum") or Datum.GCJ02
        if lat is None:
            return located(None, None)
        if (
            abs(lon) <= 90
            and not geography.in_china(geography.Point(float(lat), float(lon)))
            and geography.in_china(geography.Point(float(lon), float(lat)))
        ):
            self.wrong(row, "lat", _("Longitude and latitude are exchanged."), "exchanged")
            return None
        if abs(lon) > 90 and not geography.in_china(geography.Point(float(lat), float(lon))):
            self.wrong(row, "lon", _("This point does not lie in China."), "not_in_china")
            return None
        return located(float(lat), float(lon), datum)

    def _assets(self, row: Row) -> dict[str, int | None]:
        """Kind -> how many; None: some, not counted."""
        found: dict[str, int | None] = {}
        for kind in Asset.Kind.values:
            text = row.values[f"asset_{kind}"]
            if text is None:
                continue
            word = match_key(text)
            if word in ("无", "没有", "否", "0"):
                found[kind] = 0
            elif word in ("有", "是"):
                found[kind] = None
            elif word.isascii() and word.isdigit() and int(word) < 1_000_000:
                found[kind] = int(word)
            else:
                self.wrong(
                    row, f"asset_{kind}", _("“%(value)s” is no number; write 12, 无 or 有.") % {"value": text}, "not_an_integer"
                )
        return found

    # what becomes of it

    def _new(self, row: Row, facts: dict[str, Any], assets: dict[str, int | None]) -> None:
        self.plan.creates += 1
        self.work.new.append((facts, assets))
        if len(self.plan.sample) < 20:
            self.plan.sample.append({"code": facts["code"], "name": facts["name"], "type": str(facts["type"])})

    def _compare(self, there: Site, facts: dict[str, Any], assets: dict[str, int | None]) -> None:
        differs = {name: value for name, value in facts.items() if name != "code" and getattr(there, name) != value}
        counted = {asset.kind: asset.quantity for asset in there.assets.all()}
        fresh = {kind: quantity for kind, quantity in assets.items() if counted.get(kind, SOME) != quantity}
        if differs or fresh:
            self.plan.updates += 1
            self.work.changed.append((there, differs, fresh))
        else:
            self.plan.unchanged += 1


def plan(actor: Actor, sheet: SheetRead, parameters: dict[str, Any]) -> Plan:
    return _Planner(actor, sheet, parameters).run()


def apply(actor: Actor, plan: Plan, parameters: dict[str, Any]) -> dict[str, Any]:
    work: _Work = plan.payload
    for kind in work.types:
        kind.save()
    codes = iter(next_site_codes(sum(1 for facts, _assets in work.new if not facts["code"])))
    sites = [Site(**facts | {"code": facts["code"] or next(codes)}) for facts, _assets in work.new]
    Site.objects.bulk_create(sites, batch_size=500)
    assets = [
        Asset(site=site, kind=kind, quantity=quantity)
        for site, (_facts, counted) in zip(sites, work.new, strict=True)
        for kind, quantity in counted.items()
    ]
    Asset.objects.bulk_create(assets, batch_size=1000)
    for site, facts, counted in work.changed:
        if facts:
            for name, value in facts.items():
                setattr(site, name, value)
            site.save(update_fields=list(facts))
        for thing, quantity in counted.items():
            Asset.objects.update_or_create(site=site, kind=thing, defaults={"quantity": quantity})
    return {"made": len(sites), "changed": len(work.changed), "types": len(work.types)}


SITES = Importer(
    kind="sites",
    label=gettext_lazy("Sites"),
    verb="places.edit_site",
    columns=COLUMNS,
    plan=plan,
    apply=apply,
    order=30,
    page="places:sites",
    help=gettext_lazy("One row per site. Longitude and latitude come with the coordinate system they were taken in."),
    examples=[
        {
            "code": "DW00001",
            "name": "新村农贸市场",
            "type": "农贸市场",
            "town": "河东街道",
            "village": "新村社区",
            "address": "新村路1号",
            "lon": "110.9251",
            "lat": "21.6623",
            "datum": "gcj02",
            "asset_extinguisher": "12",
        },
        {
            "code": "DW00002",
            "name": "新村小区",
            "type": "居民小区",
            "town": "河东街道",
            "village": "新村社区",
            "has_manager": False,
            "households": 86,
            "asset_extinguisher": "无",
        },
    ],
)
