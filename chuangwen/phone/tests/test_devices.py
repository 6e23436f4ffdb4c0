"""A phone signs in once, works with a token of its own, and can be signed out and wiped from afar."""

import json
from datetime import timedelta

import pytest
from django.test import Client

from chuangwen.evidence import actions as evidence
from chuangwen.kernel import clock
from chuangwen.kernel.models import AuditEntry
from chuangwen.people import actions as people
from chuangwen.people.actors import actor_of
from chuangwen.phone import actions
from chuangwen.phone.models import LASTS, Device
from chuangwen.testing.pictures import jpeg


def add(client: Client, **data):
    return client.post("/phone/api/devices", json.dumps(data), content_type="application/json")


def test_signing_in_gives_a_token_that_is_good_for_the_phone_alone(sign_in, town):
    made = add(sign_in("inspector"), name="督导手机")
    assert made.status_code == 201
    facts = made.json()
    assert len(facts["unlock_key"]) == 44 and facts["account"]["name"] == str(town.accounts["inspector"])
    header = {"Authorization": f"Bearer {facts['token']}"}
    phone = Client()
    assert phone.get("/phone/api/bundle", headers=header).status_code == 200
    assert phone.get("/api/v1/rounds", headers=header).status_code == 401
    assert facts["token"] not in json.dumps(list(Device.objects.values("token_hash", "salt", "name")))


@pytest.mark.parametrize("path", ["/evidence/photo/1/", "/evidence/doubts/", "/standards/examples/1/change/", "/cases/", "/"])
def test_the_token_opens_pictures_and_no_page(phone, path):
    assert phone.client.get(path, headers=phone.header).status_code in (302, 401, 404)
    photo = evidence.take_in(actor_of(phone.device.account), jpeg(3))
    assert phone.client.get(f"/evidence/photo/{photo.pk}/thumb", headers=phone.header).status_code == 200
    assert Client().get(f"/evidence/photo/{photo.pk}/thumb").status_code == 404


def test_a_program_token_opens_no_phone_address(town):
    token = people.make_token(actor_of(town.accounts["clerk"]), town.accounts["clerk"], "program")
    assert Client().get("/phone/api/bundle", headers={"Authorization": f"Bearer {token}"}).status_code == 401


def test_a_session_cannot_add_a_phone_without_the_token_of_the_page(town):
    client = Client(enforce_csrf_checks=True)
    client.force_login(town.accounts["inspector"], backend="allauth.account.auth_backends.AuthenticationBackend")
    assert add(client, name="x").status_code == 403
    header = {"Authorization": "Basic eHg6eHg="}
    forged = client.post("/phone/api/devices", b"{}", content_type="application/json", headers=header)
    assert forged.status_code == 403 and not Device.objects.exists()


def test_a_phone_cannot_make_more_phones(phone):
    assert phone.post("devices", {"name": "another"}).status_code == 403


def test_signing_in_again_keeps_the_key_and_ends_the_token_before(sign_in, phone_of, town):
    client = sign_in("inspector")
    first = add(client, name="手机").json()
    again = add(client, name="手机", uid=first["device"]).json()
    assert again["unlock_key"] == first["unlock_key"] and again["token"] != first["token"]
    old = Client().get("/phone/api/bundle", headers={"Authorization": f"Bearer {first['token']}"})
    assert (old.status_code, old.json()["code"]) == (401, "phone.signed_out")
    assert Device.objects.count() == 1


def test_a_phone_with_another_persons_data_is_not_taken_over(sign_in):
    first = add(sign_in("inspector"), name="手机").json()
    taken = add(sign_in("clerk"), name="手机", uid=first["device"])
    assert (taken.status_code, taken.json()["code"]) == (409, "phone.other_account")


def test_a_wiped_phone_is_told_so_everywhere_until_it_confirms_and_after(phone, town):
    before = AuditEntry.objects.count()
    actions.ask_wipe(town.actors["system_admin"], device_id=phone.device.pk)
    for answer in (phone.get("bundle"), phone.post("entries", {}), phone.get("bundle/places.outlines")):
        assert (answer.status_code, answer.json()["code"]) == (410, "phone.wiped")
    assert phone.post("devices/wiped", {}).status_code == 200
    phone.device.refresh_from_db()
    assert phone.device.state == "wiped" and phone.get("bundle").status_code == 410
    assert AuditEntry.objects.count() == before + 2


def test_a_wipe_makes_the_unlock_key_worthless(phone, sign_in):
    from chuangwen.phone.tokens import unlock_key

    before = unlock_key(phone.device)
    actions.ask_wipe(actor_of(phone.device.account), device_id=phone.device.pk)
    phone.device.refresh_from_db()
    assert unlock_key(phone.device) != before
    again = add(sign_in("inspector"), name="手机", uid=str(phone.device.uid))
    assert (again.status_code, again.json()["code"]) == (410, "phone.wiped")


def test_nobody_wipes_a_colleagues_phone(phone, town):
    from chuangwen.kernel.errors import Missing

    with pytest.raises(Missing):
        actions.ask_wipe(town.actors["clerk"], device_id=phone.device.pk)


def test_the_token_lasts_ninety_days_after_its_last_use(phone):
    start = clock.now()
    with clock.at(start + LASTS - timedelta(hours=1)):
        assert phone.get("bundle").status_code == 200
    with clock.at(start + 2 * LASTS - timedelta(days=1)):
        assert phone.get("bundle").status_code == 200
    with clock.at(start + 4 * LASTS):
        gone = phone.get("bundle")
    assert (gone.status_code, gone.json()["code"]) == (401, "phone.signed_out")


def test_a_closed_account_or_a_reset_password_signs_the_phone_out(phone, town):
    admin = town.actors["system_admin"]
    people.close_account(admin, account_id=phone.device.account_id)
    assert phone.get("bundle").json()["code"] == "phone.signed_out"
    people.open_account(admin, account_id=phone.device.account_id)
    assert phone.get("bundle").status_code == 200
    people.reset_password(admin, account_id=phone.device.account_id)
    assert phone.get("bundle").status_code == 401


def test_signing_out_on_the_phone_ends_its_token(phone):
    answer = phone.client.delete("/phone/api/devices/this", headers=phone.header)
    assert answer.status_code == 200 and phone.get("bundle").status_code == 401
    assert Device.objects.get().state == "out"
