"""What centres record by REST: the same policies and refusals as the pages."""

from datetime import timedelta

import pytest

from chuangwen.kernel import clock
from chuangwen.kernel.access import SYSTEM
from chuangwen.ledger.models import Fact
from chuangwen.people.actions import make_token
from chuangwen.volunteers.centres.models import CentreCheck

from .ground import DAY, at, make_office, make_station, with_metrics, with_standard


@pytest.fixture
def call(town, client):
    with_metrics()
    with clock.at(at(DAY)):
        keys = {role: make_token(SYSTEM, town.accounts[role], "test") for role in ("clerk", "resident", "liaison")}

        def one(path, body=None, role="clerk"):
            headers = {"Authorization": f"Bearer {keys[role]}"}
            address = f"/api/v1/centres{path}"
            if body is None:
                return client.get(address, headers=headers)
            return client.post(address, body, content_type="application/json", headers=headers)

        yield one


def test_information_is_sent_taken_over_and_struck_and_its_facts_follow(town, call):
    station = make_station(town, make_office(town))
    sent = call(f"/{station.pk}/information", {"title": "宣讲进小区", "sent_on": DAY.isoformat()})
    assert sent.status_code == 201 and sent.json()["level"] == ""
    key = sent.json()["id"]
    assert call(f"/{station.pk}/information", {"title": "宣讲进小区", "sent_on": DAY.isoformat()}).status_code == 409, "the same once more"
    adopted = call(f"/information/{key}/adopt", {"level": "city", "adopted_on": DAY.isoformat(), "link": "https://example.org/1"})
    assert adopted.status_code == 200 and adopted.json()["level"] == "city"
    assert call(f"/information/{key}/adopt", {"level": "moon", "adopted_on": DAY.isoformat()}).status_code == 422
    codes = {"practice-info-sent", "practice-info-adopted"}
    assert set(Fact.objects.filter(counts=True, void=False).values_list("metric__code", flat=True)) == codes
    row = next(one for one in call("/results").json()["items"] if one["id"] == station.pk)
    assert (row["sent"], row["adopted"]) == (1, 1)
    assert call(f"/information/{key}/strike", {"reason": "重复"}).json()["struck_why"] == "重复"
    row = next(one for one in call("/results").json()["items"] if one["id"] == station.pk)
    assert (row["sent"], row["adopted"]) == (0, 0)


def test_a_self_check_answers_the_checklist_that_is_asked_for_first(town, call):
    with_standard(town)
    station = make_station(town, make_office(town))
    points = call(f"/{station.pk}/checklist").json()
    assert len(points) > 5 and all(point["text"] for point in points)
    answers = [{"item": point["id"], "answer": "yes"} for point in points]
    answers[0] = {"item": points[0]["id"], "answer": "no", "note": "牌面褪色"}
    made = call(f"/{station.pk}/checks", {"day": DAY.isoformat(), "answers": answers})
    assert made.status_code == 201 and (made.json()["met"], made.json()["asked"]) == (len(points) - 1, len(points))
    assert call(f"/{station.pk}/checks", {"day": DAY.isoformat(), "answers": answers[1:]}).status_code == 422, "a point is unanswered"
    assert call(f"/{station.pk}/checks", {"day": (DAY + timedelta(days=1)).isoformat(), "answers": answers}).status_code == 422, "a day to come"
    assert CentreCheck.objects.count() == 1
    row = next(one for one in call("/results").json()["items"] if one["id"] == station.pk)
    assert (row["check_met"], row["check_asked"], row["checked_on"]) == (len(points) - 1, len(points), DAY.isoformat())


@pytest.mark.parametrize("month", ["", "2026-13", "2026", "1999-01", "9999-12", "2026-1", "2026-11-02", "２０２６-11"])
def test_a_month_that_is_none_is_refused(call, month):
    assert call(f"/results?month={month}").status_code == 422


def test_results_are_those_of_the_month_asked_for_page_by_page(town, call):
    office = make_office(town)
    make_station(town, office)
    page = call("/results?month=2026-10&limit=1").json()
    assert (page["first"], page["last"]) == ("2026-10-01", "2026-10-31") and len(page["items"]) == 1
    rest = call(f"/results?month=2026-10&limit=1&after={page['next']}").json()
    assert rest["items"][0]["id"] != page["items"][0]["id"]


def test_whoever_may_not_records_nothing_and_sees_nothing(town, call):
    station = make_station(town, make_office(town))
    body = {"title": "宣讲", "sent_on": DAY.isoformat()}
    assert call("/results", role="resident").status_code == 403
    assert call(f"/{station.pk}/information", body, role="resident").status_code == 403
    assert call(f"/{station.pk}/checklist", role="resident").status_code == 403
    key = call(f"/{station.pk}/information", body).json()["id"]
    adopt = {"level": "city", "adopted_on": DAY.isoformat(), "link": "https://example.org/1"}
    assert call(f"/information/{key}/adopt", adopt, role="liaison").status_code in (403, 404), "only the office confirms"
