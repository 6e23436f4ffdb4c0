"""Opening hours are read as people write them, and never half."""

from datetime import time

import pytest

from chuangwen.kernel import importing
from chuangwen.kernel.errors import Refusal
from chuangwen.places import actions
from chuangwen.places.hours import NoHours, hours
from chuangwen.places.models import Site
from chuangwen.testing.sheets import workbook


@pytest.mark.parametrize("text", ["8:00-17:30", "08：00—17：30", "8时至17时30分", "8:00 ~ 17:30", "08.00到17.30"])
def test_hours_are_read_in_the_ways_people_write_them(text):
    assert hours(text) == (time(8), time(17, 30))


def test_always_open_is_no_hours_and_midnight_is_a_minute_before():
    assert hours("全天") is None and hours("24小时") is None
    assert hours("18:00-24:00") == (time(18), time(23, 59))


@pytest.mark.parametrize("text", ["", "上午", "8-17", "17:30-8:00", "25:00-26:00", "8:00-17:75"])
def test_what_says_no_hours_is_refused(text):
    with pytest.raises(NoHours):
        hours(text)


def test_half_or_backward_hours_of_a_site_are_refused(town):
    clerk, site = town.actors["clerk"], town.sites[0]
    with pytest.raises(Refusal) as half:
        actions.edit_site(clerk, site_id=site.pk, opens_at=time(8))
    with pytest.raises(Refusal) as backward:
        actions.edit_site(clerk, site_id=site.pk, opens_at=time(18), closes_at=time(2))
    assert (half.value.code, backward.value.code) == ("places.half_hours", "places.hours")
    actions.edit_site(clerk, site_id=site.pk, opens_at=time(8), closes_at=time(18))
    assert Site.objects.get(pk=site.pk).closes_at == time(18)


def test_a_sheet_brings_hours_and_says_which_cell_is_none(town):
    head = ["点位名称", "点位类型", "社区", "街道", "开放时间"]
    names = [town.communities[0].name, town.street.name]
    good = workbook([["新店", "农贸市场", *names, "6:00-20:00"], ["老店", "农贸市场", *names, "全天"]], head)
    importing.bring_in(town.actors["clerk"], "sites", good, {}, file_name="a.xlsx")
    assert Site.objects.get(name="新店").opens_at == time(6) and Site.objects.get(name="老店").opens_at is None
    with pytest.raises(importing.ImportRefused) as refused:
        importing.bring_in(
            town.actors["clerk"], "sites", workbook([["三店", "农贸市场", *names, "早上"]], head), {}, file_name="b.xlsx"
        )
    assert [problem.code for problem in refused.value.problems] == ["no_hours"]


def test_the_api_gives_and_takes_times_of_the_day_without_a_zone(town, sign_in):
    client = sign_in("clerk")
    facts = {
        "name": "新店",
        "type": "market",
        "division_code": town.communities[0].code,
        "opens_at": "08:30",
        "closes_at": "21:00",
    }
    made = client.post("/api/v1/sites", facts, content_type="application/json")
    assert (made.status_code, made.json()["opens_at"], made.json()["closes_at"]) == (201, "08:30", "21:00")
    for wrong in ("08:30:00Z", "8:30", "25:00", "早上"):
        refused = client.post("/api/v1/sites", facts | {"name": "二店", "opens_at": wrong}, content_type="application/json")
        assert refused.status_code == 422, wrong
