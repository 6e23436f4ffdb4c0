"""A tablet that a desk registers as shared is no question; a private phone that signs in as many is."""

import pytest
from django.urls import reverse

from chuangwen.kernel import clock
from chuangwen.kernel.errors import Conflict, Denied, Missing, Refusal
from chuangwen.kernel.models import AuditEntry
from chuangwen.volunteers.corps.tests.standing import make_team, make_volunteer
from chuangwen.volunteers.hours import actions, scanning
from chuangwen.volunteers.hours.models import Doubt
from chuangwen.volunteers.presence.models import Presence, SharedDevice
from chuangwen.volunteers.presence.recording import device_hash

from .ground import at, served


@pytest.fixture(autouse=True)
def monday(db):
    with clock.at(at(8)):
        yield


def sign_in_many(town, team, device, day, people=6):
    """Six people within five minutes, by one device."""
    for n in range(people):
        volunteer = make_volunteer(town.communities[0], f"{device}{day}{n}", number=f"{device[:3]}{day:02d}{n}")
        entry = served(volunteer, team, at(19, n, day=day), at(20, 30, day=day))
        Presence.objects.filter(pk=entry.presence_id).update(device=device_hash(device))


def test_a_registered_tablet_is_not_asked_about_and_a_private_phone_is_until_and_after(town):
    place = town.communities[0]
    team = make_team(place, town.units["community"], "邻里服务队", make_volunteer(place, "队长"))
    tablet = actions.register_shared_device(town.actors["clerk"], identifier="room-tablet", name="队室平板", division=place)
    sign_in_many(town, team, "room-tablet", 3)
    sign_in_many(town, team, "private-phone", 4)
    with clock.at(at(21, day=5)):
        scanning.look()
        doubt = Doubt.objects.get()
        assert doubt.kind == Doubt.Kind.DEVICE and doubt.facts["device"] == device_hash("private-phone") and doubt.records.count() == 6
        actions.end_shared_device(town.actors["clerk"], shared_device_id=tablet.pk)
    sign_in_many(town, team, "room-tablet", 7)
    with clock.at(at(21, day=8)):
        scanning.look()
    assert sorted(Doubt.objects.values_list("day__day", flat=True)) == [4, 7], "what was signed in while it was shared stays unasked"


def test_registering_is_the_desks_open_and_once(town):
    clerk, place = town.actors["clerk"], town.communities[0]
    with pytest.raises(Denied):
        actions.register_shared_device(town.actors["inspector"], identifier="x", name="平板", division=place)
    for given in ({"identifier": ""}, {"name": " "}):
        with pytest.raises(Refusal):
            actions.register_shared_device(clerk, **({"identifier": "x", "name": "平板", "division": place} | given))
    device = actions.register_shared_device(clerk, identifier="x", name="平板", division=place)
    assert device.device != "x" and AuditEntry.objects.filter(verb="volunteers.register_shared_devices").exists()
    with pytest.raises(Conflict):
        actions.register_shared_device(clerk, identifier="x", name="又一个", division=place)
    for _again in range(2):
        assert actions.end_shared_device(clerk, shared_device_id=device.pk).ended_at
    assert actions.register_shared_device(clerk, identifier="x", name="平板", division=place).pk != device.pk
    with pytest.raises(Missing):
        actions.end_shared_device(clerk, shared_device_id=0)


def test_the_desk_registers_and_ends_by_forms_alone(town, sign_in):
    page = sign_in("clerk")
    form = {"name": "队室平板", "division": town.communities[0].pk, "identifier": "made-by-the-browser"}
    assert page.post(reverse("volunteers:hours-device-new"), form | {"identifier": ""}).status_code == 422
    assert page.post(reverse("volunteers:hours-device-new"), form).status_code == 303
    device = SharedDevice.objects.get()
    assert "队室平板" in page.get(reverse("volunteers:hours-devices")).content.decode()
    assert reverse("volunteers:hours-devices") in page.get(reverse("volunteers:hours-doubts")).content.decode()
    assert page.post(device.get_absolute_url()).status_code == 303
    assert page.get(device.get_absolute_url()).status_code == 404
