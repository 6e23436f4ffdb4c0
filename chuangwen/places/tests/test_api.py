"""What ``/api/v1/sites`` promises."""

import pytest

from chuangwen.places.models import Asset, Site

pytestmark = pytest.mark.django_db
URL = "/api/v1/sites"


def new(town, **more):
    return {
        "name": "接口站点",
        "type": "market",
        "division_code": town.communities[0].code,
        "lat": 21.66,
        "lon": 110.925,
        "datum": "gcj02",
    } | more


def test_sites_are_listed_by_page_and_filter_within_the_own_town(town, other_town, sign_in):
    clerk = sign_in("clerk")
    first = clerk.get(URL, {"limit": 2}).json()
    second = clerk.get(URL, {"limit": 2, "after": first["next"]}).json()
    assert {row["name"] for row in first["items"] + second["items"]} == {site.name for site in town.sites}
    assert second["next"] is None
    assert [row["type"] for row in clerk.get(URL, {"type": "market"}).json()["items"]] == ["market"]
    inside = clerk.get(URL, {"division": town.communities[1].code}).json()["items"]
    assert {row["division_code"] for row in inside} == {town.communities[1].code}
    assert clerk.get(URL, {"division": other_town.street.code}).status_code == 404
    assert clerk.get(URL, {"gap": "nonsense"}).status_code == 422


def test_one_site_tells_what_stands_on_it(town, other_town, sign_in):
    Asset.objects.create(site=town.sites[0], kind="bin", quantity=None)
    found = sign_in("clerk").get(f"{URL}/{town.sites[0].pk}").json()
    assert found["assets"] == [{"kind": "bin", "quantity": None, "state": ""}] and found["name"] == town.sites[0].name
    assert sign_in("clerk").get(f"{URL}/{other_town.sites[0].pk}").status_code == 404


def test_a_site_is_made_once_however_often_it_is_asked_for(town, sign_in):
    clerk = sign_in("clerk")
    answers = [
        clerk.post(URL, new(town), content_type="application/json", headers={"Idempotency-Key": "k1"}) for _again in range(2)
    ]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json() and Site.objects.filter(name="接口站点").count() == 1
    assert answers[0].json()["given_lon"] == 110.925 and answers[0].json()["lon"] < 110.922


def test_what_is_not_right_is_refused_with_a_code(town, other_town, sign_in):
    clerk = sign_in("clerk")
    send = lambda **more: clerk.post(URL, new(town, **more), content_type="application/json")  # noqa: E731
    assert send(type="nonsense").json()["code"] == "places.unknown_type"
    assert send(lat=None).json()["code"] == "places.half_a_point"
    assert send(code=town.sites[0].code).status_code == 409
    assert send(division_code=other_town.communities[0].code).status_code == 404
    assert sign_in("leader").post(URL, new(town), content_type="application/json").status_code == 403
    assert not Site.objects.filter(name="接口站点").exists()


def test_nobody_gets_nothing(town, client):
    assert client.get(URL).status_code == 401
