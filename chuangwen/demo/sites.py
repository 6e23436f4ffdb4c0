"""Some seven hundred places of the town, and what stands on them, so that the totals are those of the report."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date, timedelta

from chuangwen.demo.records import Asset, Fact, Site
from chuangwen.demo.town import spot_in, town
from chuangwen.kernel.chinese import numeral

UNMANAGED = 236
EQUIPPED = 47


def sites(rng: random.Random) -> list[Site]:
    """All sites: those that the report names, the plan of types, and 236 estates without a manager."""
    maker = _Maker(rng)
    named = town()["named_sites"]
    counts = Counter(row["type"] for row in named)
    for row in named:
        maker.add(row["name"], row["type"], community=row.get("community"), named=True)
    for row in town()["site_plan"]:
        for number in range(row["count"] - counts[row["type"]]):
            maker.add_from(row["patterns"], row["type"], number)
    patterns = ["{s}{n}号大院", "{s}{n}号小区", "{c}{w}宿舍", "{w}楼小区", "{c}第{k}居民点"]
    for number in range(UNMANAGED):
        maker.add_from(patterns, "unmanaged-estate", number)
    return maker.rows


class _Maker:
    def __init__(self, rng: random.Random):
        self.rng = rng
        self.rows: list[Site] = []
        self.names: set[str] = set()
        self.communities = town()["communities"]
        self.streets = [row["name"] for row in town()["streets"]]
        self.main_streets = iter([row["name"] for row in town()["streets"] if row["source"] == "generated"])

    def add_from(self, patterns: list[str], kind: str, number: int) -> None:
        """Add a site of a type with a name that nobody has."""
        rng = self.rng
        where = number % len(self.communities) if kind not in ("hoarding", "hotel") else rng.randrange(len(self.communities))
        community = self.communities[where]
        for attempt in range(200):
            pattern = patterns[(number + attempt) % len(patterns)]
            first, second = rng.sample(self.streets, 2)
            name = pattern.format(
                c=community["short_name"].removesuffix("社区").removesuffix("居委会"),
                full=community["short_name"],
                s=next(self.main_streets) if pattern == "{s}" else first,
                s2=second,
                n=rng.randint(2, 98) if kind not in ("bus", "taxi") else number + 1,
                k=numeral(rng.randint(1, 12)),
                w=rng.choice(town()["words"]),
            )
            if name not in self.names:
                self.add(name, kind, community=community["short_name"])
                return
        raise ValueError(f"no free name for a {kind} after 200 tries")

    def add(self, name: str, kind: str, *, community: str | None, named: bool = False) -> None:
        """Add a site; a community that nobody gives is drawn."""
        rng = self.rng
        codes = [row["short_name"] for row in self.communities]
        number = codes.index(community) if community else rng.randrange(len(codes))
        grid, lat, lon = spot_in(number, rng)
        estate = kind in ("estate", "unmanaged-estate")
        note = "名称见街道工作汇报，位置为生成" if named else ""
        if kind in ("practice-station", "community", "community-culture"):
            note = note or "名称按社区名，位置为生成"
        self.names.add(name)
        self.rows.append(
            Site(
                code=f"HD{len(self.rows) + 1:04d}",
                name=name,
                type=kind,
                community=self.communities[number]["code"],
                grid=grid,
                lat=lat,
                lon=lon,
                address=f"{self.communities[number]['short_name']}{rng.choice(self.streets)}{rng.randint(1, 130)}号",
                has_manager={"estate": True, "unmanaged-estate": False}.get(kind),
                households=rng.randint(12, 90) if kind == "unmanaged-estate" else rng.randint(120, 900) if estate else None,
                note=note,
                name_generated=not named and kind not in ("community",),
                generated=not named,
            )
        )


def assets(sites: list[Site], facts: list[Fact], today: date, rng: random.Random) -> list[Asset]:
    """Extinguishers, small fire stations, sorting bins, ad boards, notice boards and car bays that add up to the report's figures.

    189 of the estates without a manager have, as is known, no extinguisher (a row with 0), the other 47 have some.
    """
    total = {fact.code: fact.quantity or 0 for fact in facts}
    unmanaged = [site for site in sites if site.type == "unmanaged-estate"]
    managed = [site for site in sites if site.type == "estate"]
    offices = [site for site in sites if site.type == "community"]
    equipped = set(rng.sample([site.code for site in unmanaged], EQUIPPED))
    rows: list[Asset] = []

    def put(kind: str, state: str, shares: dict[str, int]) -> None:
        for code, quantity in shares.items():
            rows.append(Asset(code, kind, quantity, state, today - timedelta(days=rng.randint(5, 120))))

    having = [site for site in unmanaged if site.code in equipped]
    put("extinguisher", "完好", _share(total["extinguishers"], [*having, *managed, *offices], rng))
    put("extinguisher", "未安装", {site.code: 0 for site in unmanaged if site.code not in equipped})
    put("fire_station", "完好", _share(total["fire-stations"], [*offices, *managed[:14]], rng))
    put("bin", "分类垃圾桶", _share(total["sorting-bins"], managed, rng))
    put("ad_board", "楼道公益广告", _share(total["stairwell-ads"], [*managed, *unmanaged], rng))
    put("notice_board", "完好", _share(total["notice-boards"], [*managed, *offices, *unmanaged], rng))
    put("parking_bay", "小车位", _share(total["car-bays"], [*managed, *having], rng))
    put("motorcycle_bay", "机车位", _share(total["motorcycle-bays"], [*managed, *unmanaged], rng))
    return rows


def _share(total: int, sites: list[Site], rng: random.Random) -> dict[str, int]:
    """Part a total among sites at random, at least one each."""
    shares = {site.code: 1 for site in sites}
    weights = [rng.uniform(0.5, 2) for _ in sites]
    for site in rng.choices(sites, weights, k=total - len(sites)):
        shares[site.code] += 1
    return shares
