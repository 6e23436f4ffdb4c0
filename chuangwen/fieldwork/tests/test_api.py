"""Rounds and observations over REST: the same rules and scopes as on pages, repeats answered alike."""

import io
import json
from datetime import date
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from chuangwen.fieldwork import actions
from chuangwen.fieldwork.models import Observation, Round


@pytest.fixture
def round_(town):
    made = actions.plan_round(
        town.actors["clerk"],
        name="十一月",
        kind="monthly",
        edition=town.edition,
        division=town.street,
        starts_on=date(2026, 11, 1),
        ends_on=date(2026, 11, 30),
    )
    return actions.move_round(town.actors["clerk"], round_id=made.pk, state="running")


def send(client, path, data, **headers):
    client.handler.enforce_csrf_checks = False
    return client.post(f"/api/v1/{path}", json.dumps(data), content_type="application/json", headers=headers)


def facts(town, round_, **more):
    return {
        "round_id": round_.pk,
        "site_id": town.sites[0].pk,
        "criterion_id": town.criteria[0].pk,
        "observed_on": "2026-11-03",
        "grade": "C",
        "note": "乱贴小广告",
    } | more


def test_an_observation_with_a_photo_is_recorded_and_read_back(town, round_, sign_in):
    client = sign_in("inspector")
    picture = io.BytesIO()
    Image.new("RGB", (320, 240), "green").save(picture, "JPEG")
    photo = client.post("/api/v1/photos", {"file": SimpleUploadedFile("a.jpg", picture.getvalue())}).json()
    department = town.units["department"].pk
    answer = send(client, "observations", facts(town, round_, photo_ids=[photo["id"]], department_ids=[department]))
    assert answer.status_code == 201, answer.content
    made = answer.json()
    assert (made["site_name"], made["grade"], made["departments"][0]["id"]) == (town.sites[0].name, "C", department)
    assert client.get(made["photos"][0]["thumb"]).status_code == 200
    assert client.get(f"/api/v1/observations/{made['id']}").json() == made
    listed = client.get("/api/v1/observations", {"round": round_.pk, "result": "loss"}).json()
    assert [row["id"] for row in listed["items"]] == [made["id"]] and listed["next"] is None
    assert client.get("/api/v1/observations", {"round": round_.pk, "result": "fine"}).json()["items"] == []


def test_the_same_uid_again_is_answered_with_the_same_observation(town, round_, sign_in):
    client, uid = sign_in("inspector"), str(uuid4())
    first = send(client, "observations", facts(town, round_, uid=uid))
    again = send(client, "observations", facts(town, round_, uid=uid))
    assert first.json()["id"] == again.json()["id"] and Observation.objects.count() == 1
    elsewhere = send(client, "observations", facts(town, round_, uid=uid, site_id=town.sites[1].pk))
    assert (elsewhere.status_code, elsewhere.json()["code"]) == (409, "observations.other")


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"grade": ""}, 422),
        ({"loss": 2}, 422),
        ({"grade": "E"}, 422),
        ({"severity": 9}, 422),
        ({"round_id": 10**30}, 422),
        ({"round_id": 999_999}, 404),
        ({"criterion_id": 999_999}, 404),
        ({"department_ids": [999_999]}, 422),
        ({"department_ids": [-1, 10**40]}, 422),
        ({"photo_ids": [999_999]}, 422),
        ({"observed_on": "yesterday"}, 422),
    ],
)
def test_what_cannot_be_is_answered_with_a_code_and_nothing_is_stored(town, round_, sign_in, wrong, status):
    answer = send(sign_in("inspector"), "observations", facts(town, round_) | wrong)
    assert answer.status_code == status and answer.json()["code"]
    assert not Observation.objects.exists()


def test_another_towns_things_are_not_there(town, other_town, round_, sign_in):
    observation = actions.record_observation(
        town.actors["clerk"],
        round=round_,
        site=town.sites[0],
        criterion=town.criteria[0],
        observed_on=date(2026, 11, 3),
        grade="B",
    )
    stranger = sign_in("clerk", other_town)
    assert stranger.get(f"/api/v1/rounds/{round_.pk}").status_code == 404
    assert stranger.get(f"/api/v1/observations/{observation.pk}").status_code == 404
    assert stranger.get("/api/v1/rounds").json()["items"] == [] and stranger.get("/api/v1/observations").json()["items"] == []
    assert send(stranger, "observations", facts(town, round_)).status_code == 404
    assert send(sign_in("clerk"), "observations", facts(town, round_, site_id=other_town.sites[0].pk)).status_code == 404


def test_who_may_not_record_does_not_and_nobody_is_asked_to_sign_in(town, round_, sign_in, client):
    assert send(sign_in("liaison"), "observations", facts(town, round_)).status_code == 403
    assert (
        send(sign_in("inspector"), "rounds", {"name": "x", "starts_on": "2026-11-01", "ends_on": "2026-11-02"}).status_code == 403
    )
    assert client.get("/api/v1/rounds").status_code == 401


def test_a_photo_that_somebody_else_brought_is_not_attached(town, round_, sign_in):
    picture = io.BytesIO()
    Image.new("RGB", (320, 240), "blue").save(picture, "JPEG")
    photo = sign_in("clerk").post("/api/v1/photos", {"file": SimpleUploadedFile("a.jpg", picture.getvalue())}).json()
    answer = send(sign_in("inspector"), "observations", facts(town, round_, photo_ids=[photo["id"]]))
    assert answer.status_code == 422 and not Observation.objects.exists()


def test_a_round_is_made_listed_and_paged(town, sign_in):
    client = sign_in("clerk")
    for number in range(3):
        answer = send(
            client,
            "rounds",
            {"name": f"第{number}轮", "division": town.street.code, "starts_on": "2026-11-01", "ends_on": "2026-11-05"},
        )
        assert answer.status_code == 201, answer.content
    assert answer.json()["coverage"]["rows_read"] == 0 and answer.json()["edition_id"] == town.edition.pk
    first = client.get("/api/v1/rounds", {"limit": 2}).json()
    second = client.get("/api/v1/rounds", {"limit": 2, "after": first["next"]}).json()
    assert [row["name"] for row in first["items"] + second["items"]] == ["第2轮", "第1轮", "第0轮"] and second["next"] is None
    taken = send(
        client, "rounds", {"name": "第0轮", "division": town.street.code, "starts_on": "2026-11-01", "ends_on": "2026-11-05"}
    )
    assert (taken.status_code, taken.json()["code"]) == (422, "rounds.name_taken")
    assert Round.objects.count() == 3


def test_a_page_of_observations_costs_the_same_at_any_length(town, round_, sign_in, django_assert_max_num_queries):
    client = sign_in("clerk")
    Observation.objects.bulk_create(
        Observation(
            round=round_, site=town.sites[n % 3], criterion=town.criteria[n % 3], observed_on=date(2026, 11, 3), grade="A"
        )
        for n in range(60)
    )
    with django_assert_max_num_queries(12):
        assert len(client.get("/api/v1/observations", {"limit": 50}).json()["items"]) == 50
    with django_assert_max_num_queries(10):
        client.get("/api/v1/rounds")
