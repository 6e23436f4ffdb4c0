"""A chain in the small town."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from chuangwen.kernel import clock
from chuangwen.standards.models import Indicator
from chuangwen.testing.factories import make_division, make_unit
from chuangwen.volunteers.centres import actions, rules
from chuangwen.volunteers.centres.actions.standard import put_in
from chuangwen.volunteers.centres.install import install_metrics
from chuangwen.volunteers.centres.models import Centre

DAY = date(2026, 11, 2)


def at(day: date, hour: int = 10, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=clock.LOCAL)


def make_office(town: Any, **more: Any) -> Centre:
    facts = {"name": f"{town.street.name}新时代文明实践所", "kind": rules.OFFICE, "division": town.street, "unit": town.units["office"]} | more
    return actions.make_centre(town.actors["clerk"], **facts)


def make_station(town: Any, office: Centre, n: int = 0, **more: Any) -> Centre:
    place = town.communities[n]
    unit = town.units["community" if n == 0 else "community2"]
    facts = {"name": f"{place.name}新时代文明实践站", "kind": rules.STATION, "division": place, "unit": unit, "above": office} | more
    return actions.make_centre(town.actors["clerk"], **facts)


def make_task(town: Any, centre: Centre, due: date = date(2026, 11, 20), title: str = "开展理论宣讲") -> Any:
    return actions.give_tasks(town.actors["clerk"], centre_ids=[centre.pk], title=title, due_on=due)[0]


def with_standard(town: Any) -> int:
    """The building standard in the town's edition, whose indicator is called so that it fits."""
    Indicator.objects.filter(section__edition=town.edition).update(name="志愿服务与文明实践")
    return put_in(town.edition)


def with_metrics() -> None:
    from chuangwen.ledger.install import install_metrics as shipped

    shipped()
    install_metrics()


def make_county(code: str = "429900000000", towns: int = 3, villages: int = 4) -> tuple[Any, Any]:
    """A county of that many towns with that many villages each, and its leading group."""
    county = make_division(code, "样板县", 3)
    unit = make_unit("样板县文明委", "leading_group", division=county)
    for town in range(1, towns + 1):
        place = make_division(f"{code[:6]}{town:03d}000", f"第{town}镇", 4, county)
        for village in range(1, villages + 1):
            make_division(f"{code[:6]}{town:03d}{200 + village}", f"{town}-{village}村村委会", 5, place)
    return county, unit


ZERO = Decimal(0)
