"""One's own phones on a page, and everybody's for the system administrator."""

import pytest

from chuangwen.phone.models import Device


def test_a_person_sees_and_wipes_the_own_phones_alone(sign_in, phone_of, town):
    mine, theirs = phone_of(town.accounts["inspector"], "我的手机"), phone_of(town.accounts["clerk"], "别人的手机")
    client = sign_in("inspector")
    page = client.get("/phone/mine/").content.decode()
    assert "我的手机" in page and "别人的手机" not in page
    assert client.post(f"/phone/devices/{theirs.device.pk}/wipe/").status_code == 404
    assert client.post(f"/phone/devices/{theirs.device.pk}/sign-out/").status_code == 404
    assert client.post(f"/phone/devices/{mine.device.pk}/wipe/").status_code == 302
    assert [d.name for d in Device.objects.filter(wipe_asked_at__isnull=False)] == ["我的手机"]


def test_signing_a_phone_out_on_the_page_ends_its_token(sign_in, phone):
    assert sign_in("inspector").post(f"/phone/devices/{phone.device.pk}/sign-out/").status_code == 302
    assert phone.get("bundle").status_code == 401


def test_the_administrator_sees_all_and_wipes_any(sign_in, phone):
    admin = sign_in("system_admin")
    page = admin.get("/phone/devices/").content.decode()
    assert phone.device.name in page
    assert f'formaction="/phone/devices/{phone.device.pk}/wipe/"' in page, "within the list's form a form of its own would be lost"
    assert admin.get("/phone/devices/?state=in").status_code == 200
    assert phone.device.name not in admin.get("/phone/devices/?state=wiped").content.decode()
    assert admin.post(f"/phone/devices/{phone.device.pk}/wipe/").status_code == 302
    assert phone.get("bundle").status_code == 410


@pytest.mark.parametrize("role", ["clerk", "inspector", "audit_admin"])
def test_nobody_else_sees_everybodys_phones(sign_in, role):
    assert sign_in(role).get("/phone/devices/").status_code == 403


def test_the_lists_take_as_many_queries_for_one_phone_as_for_many(sign_in, phone_of, town, django_assert_max_num_queries):
    for number in range(12):
        phone_of(town.accounts["inspector"], f"手机{number}")
    admin, client = sign_in("system_admin"), sign_in("inspector")
    admin.get("/phone/devices/"), client.get("/phone/mine/")
    with django_assert_max_num_queries(10):
        admin.get("/phone/devices/")
    with django_assert_max_num_queries(10):
        client.get("/phone/mine/")
