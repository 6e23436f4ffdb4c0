"""Registration, confirmation, one's own record, signing off: what is kept and what is not."""

from datetime import timedelta

import pytest
from django.contrib.auth import authenticate
from django.test import Client
from django.urls import reverse

from chuangwen.intake import guard
from chuangwen.kernel import clock, events
from chuangwen.kernel.access import SYSTEM
from chuangwen.kernel.errors import Conflict, Denied, Missing, Refusal
from chuangwen.kernel.models import AuditEntry
from chuangwen.messaging.models import Received
from chuangwen.people import actions as people
from chuangwen.people.actors import actor_of
from chuangwen.people.models import Account
from chuangwen.volunteers.corps import actions, forgetting, queries, sealing
from chuangwen.volunteers.corps.actions.registering import open_first_link
from chuangwen.volunteers.corps.events import MemberLeft, VolunteerMoved
from chuangwen.volunteers.corps.models import FirstLink, Membership, Volunteer

from .ground import PASSWORD, SOMEBODY, application, enrolled, make_volunteer, member, team_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def proven(monkeypatch):
    monkeypatch.setattr(guard, "check", lambda given: None)


def register(town, **more):
    return actions.register(SOMEBODY, proof={}, password=PASSWORD, **application(town, **more))


def years_ago(years):
    return queries.years_before(clock.today(), years)


def test_somebody_without_an_account_registers_signs_in_and_waits(town, proven):
    team = team_of(town)
    volunteer = register(town, free=0b101, team_id=team.pk)
    account = Account.objects.get(username="19900000077")
    assert (volunteer.state, volunteer.number[0], len(volunteer.number)) == ("applied", "V", 10)
    assert account.base_role.code == "resident" and authenticate(username="19900000077", password=PASSWORD) == account
    assert member(team, volunteer, "asked") and queries.mine(actor_of(account)) == volunteer


def test_without_a_proof_against_machines_nothing_is_stored(town):
    with pytest.raises(Refusal):
        register(town)
    assert not Account.objects.filter(username="19900000077").exists() and not Volunteer.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"agrees": False}, "agrees"), ({"name": " "}, "name"), ({"phone": "12"}, "phone"), ({"free": 1 << 21}, "free"),
        ({"skills": [99999]}, "skills"),
    ],
)
def test_what_is_missing_is_said_at_its_field(town, proven, wrong, field):
    with pytest.raises(Refusal) as refused:
        register(town, **wrong)
    assert list(refused.value.fields) == [field] and not Volunteer.objects.exists()


def test_a_weak_password_and_a_number_that_has_an_account_are_refused(town, proven):
    with pytest.raises(Refusal) as refused:
        actions.register(SOMEBODY, proof={}, password="1234567890", **application(town))
    assert list(refused.value.fields) == ["password"]
    register(town)
    with pytest.raises(Refusal) as refused:
        register(town, name="别人")
    assert list(refused.value.fields) == ["phone"] and Volunteer.objects.count() == 1


def test_of_an_adult_no_birthday_is_kept_and_a_child_needs_a_guardian(town, proven):
    assert register(town, born_on=years_ago(30)).born_on is None
    child = {"phone": "19900000079", "born_on": years_ago(12)}
    with pytest.raises(Refusal):
        register(town, **child)
    with pytest.raises(Refusal):
        register(town, **child, guardian_name="王父", guardian_phone="19900000080")
    kept = register(town, **child, guardian_name="王父", guardian_phone="19900000080", guardian_consents=True)
    assert kept.guardian_consented_at and kept.born_on == years_ago(12)
    youth = register(town, phone="19900000081", born_on=years_ago(15))
    assert youth.born_on == years_ago(15) and not youth.guardian_name
    with pytest.raises(Refusal):
        register(town, phone="19900000082", born_on=years_ago(4))


def test_who_is_signed_in_registers_with_the_own_account_and_once(town):
    actor = town.actors["grid_worker"]
    facts = {"division": town.communities[0], "agrees": True, "phone": "19900000083"}
    volunteer = actions.become_volunteer(actor, **facts)
    assert volunteer.person_id == actor.person_id and Account.objects.filter(person=actor.person_id).count() == 1
    with pytest.raises(Conflict):
        actions.become_volunteer(actor, **facts)


def test_the_desk_confirms_and_the_person_is_told_and_another_town_cannot(town, other_town, proven):
    volunteer = register(town)
    with pytest.raises(Missing):
        actions.confirm_volunteer(other_town.actors["clerk"], volunteer_id=volunteer.pk)
    with pytest.raises(Denied):
        actions.confirm_volunteer(town.actors["resident"], volunteer_id=volunteer.pk)
    actions.confirm_volunteer(town.actors["clerk"], volunteer_id=volunteer.pk)
    volunteer.refresh_from_db()
    told = Received.objects.get(account__username="19900000077")
    assert volunteer.state == "active" and "审核通过" in told.notice.title
    with pytest.raises(Conflict):
        actions.confirm_volunteer(town.actors["clerk"], volunteer_id=volunteer.pk)


def test_a_leader_who_takes_an_applicant_confirms_the_registration(town, proven):
    leader = make_volunteer(town.communities[0], "队长", town.accounts["grid_worker"])
    team = team_of(town)
    actions.change_leader(SYSTEM, team_id=team.pk, volunteer_id=leader.pk)
    volunteer = register(town, team_id=team.pk)
    asked = member(team, volunteer, "asked")
    with pytest.raises(Missing):
        actions.decide_membership(town.actors["inspector"], membership_id=asked.pk, take=True)
    actions.decide_membership(town.actors["grid_worker"], membership_id=asked.pk, take=True)
    volunteer.refresh_from_db()
    assert volunteer.state == "active" and member(team, volunteer)


def test_one_who_is_turned_away_is_told_and_leaves_nothing_behind(town, proven):
    volunteer = register(town, born_on=years_ago(16), free=7)
    actions.turn_away(town.actors["clerk"], volunteer_id=volunteer.pk, reason="重复登记")
    volunteer.refresh_from_db()
    assert (volunteer.state, volunteer.free, volunteer.born_on, volunteer.person.phone) == ("left", 0, None, "")
    assert "重复登记" in Received.objects.get(account__username="19900000077").notice.title


def test_the_link_of_the_desk_opens_once_and_only_its_hash_is_kept(town):
    volunteer = enrolled(town)
    token = actions.make_first_link(town.actors["clerk"], volunteer_id=volunteer.pk)
    assert not FirstLink.objects.filter(token_hash=token).exists() and open_first_link(token).volunteer == volunteer
    with pytest.raises(Refusal):
        actions.set_first_password(SOMEBODY, token=token, password="1234567890")
    account = actions.set_first_password(SOMEBODY, token=token, password=PASSWORD)
    assert account.person_id == volunteer.person_id and authenticate(username="19900000078", password=PASSWORD)
    with pytest.raises(Missing):
        actions.set_first_password(SOMEBODY, token=token, password=PASSWORD)
    with pytest.raises(Conflict):
        actions.make_first_link(town.actors["clerk"], volunteer_id=volunteer.pk)


def test_a_newer_link_closes_the_older_and_time_closes_both(town):
    volunteer = enrolled(town)
    old = actions.make_first_link(SYSTEM, volunteer_id=volunteer.pk)
    new = actions.make_first_link(SYSTEM, volunteer_id=volunteer.pk)
    with pytest.raises(Missing):
        open_first_link(old)
    FirstLink.objects.update(expires_at=clock.now())
    with pytest.raises(Missing):
        open_first_link(new)


def test_the_same_name_and_number_are_registered_once_at_the_desk(town):
    enrolled(town)
    with pytest.raises(Conflict):
        enrolled(town)


def test_a_document_is_sealed_and_no_page_shows_it(town, sign_in):
    volunteer = make_volunteer(town.communities[0], "王甲", town.accounts["resident"])
    actor, number = town.actors["resident"], "110101199003074776"
    with pytest.raises(Refusal):
        actions.file_document(actor, number="110101199003074777")
    actions.file_document(actor, number=number)
    volunteer.refresh_from_db()
    assert number not in volunteer.document_sealed and sealing.unseal_document(volunteer.document_sealed) == number
    trail = "".join(str((row.before, row.after, row.note, row.title)) for row in AuditEntry.objects.all())
    pages = [sign_in("clerk").get(volunteer.get_absolute_url()), sign_in("resident").get(reverse("volunteers:my-document"))]
    for text in (trail, *(page.content.decode() for page in pages)):
        assert number not in text and number[-6:] not in text
    assert "已存档" in pages[0].content.decode()


def test_who_signs_off_leaves_name_and_number_alone_and_others_hear_of_it(town, monkeypatch):
    heard = []
    monkeypatch.setattr(events, "say", lambda event: heard.append(event))
    team, volunteer = team_of(town), enrolled(town, free=3)
    Volunteer.objects.filter(pk=volunteer.pk).update(document_sealed="x", lat=21.6, lon=110.9)
    Membership.objects.create(team=team, volunteer=volunteer, state="member", asked_at=clock.now(), joined_on=clock.today())
    actions.sign_off_for(town.actors["clerk"], volunteer_id=volunteer.pk, reason="迁出")
    volunteer.refresh_from_db()
    kept = (volunteer.state, volunteer.free, volunteer.lat, volunteer.document_sealed, volunteer.person.phone, volunteer.person.name)
    assert kept == ("left", 0, None, "", "", "李示例")
    assert MemberLeft(team.pk, volunteer.pk) in heard and VolunteerMoved(volunteer.pk, "active", "left") in heard


def test_a_leader_signs_off_only_after_somebody_else_leads(town):
    leader = make_volunteer(town.communities[0], "队长", town.accounts["resident"])
    team = team_of(town)
    actions.change_leader(SYSTEM, team_id=team.pk, volunteer_id=leader.pk)
    with pytest.raises(Refusal) as refused:
        actions.sign_off(town.actors["resident"])
    assert team.name in str(refused.value)
    actions.change_leader(SYSTEM, team_id=team.pk, volunteer_id=None)
    actions.sign_off(town.actors["resident"])
    leader.refresh_from_db()
    assert leader.state == "left"
    again = actions.become_volunteer(town.actors["resident"], division=town.communities[0], agrees=True, phone="19900000084")
    assert (again.pk, again.number, again.state) == (leader.pk, leader.number, "applied")


def test_a_break_is_taken_and_ended_and_nothing_else_moves_the_state(town):
    volunteer, actor = make_volunteer(town.communities[0], "王甲", town.accounts["resident"]), town.actors["resident"]
    with pytest.raises(Conflict):
        actions.come_back(actor)
    actions.take_break(actor)
    with pytest.raises(Conflict):
        actions.take_break(actor)
    actions.come_back(actor)
    volunteer.refresh_from_db()
    assert volunteer.state == "active"


def test_opening_a_number_stands_in_the_trail_and_lists_mask_it(town, sign_in):
    volunteer, page = enrolled(town), sign_in("clerk")
    assert "199****0078" in page.get(reverse("volunteers:volunteers")).content.decode()
    assert "19900000078" not in page.get(volunteer.get_absolute_url()).content.decode()
    assert "19900000078" in page.post(reverse("volunteers:volunteer-phone", args=[volunteer.pk])).content.decode()
    assert AuditEntry.objects.filter(verb="volunteers.see_phones", object_id=str(volunteer.pk)).count() == 1


def test_the_open_page_registers_by_its_form_alone(town, proven):
    page = Client()
    form = {
        "name": "王示例", "phone": "199 0000 0077", "community": town.communities[0].code, "free": ["0", "20"], "password": PASSWORD,
        "again": PASSWORD, "agrees": "on",
    }  # fmt: skip
    assert page.get(reverse("volunteers:register")).status_code == 200
    assert page.post(reverse("volunteers:register"), form | {"again": "x"}).status_code == 422
    answer = page.post(reverse("volunteers:register"), form)
    assert answer.status_code == 303 and "/me/" in answer["Location"]
    assert Volunteer.objects.get().free == 1 | 1 << 20


def test_pages_of_the_desk_register_edit_and_turn_away(town, sign_in):
    page, community = sign_in("clerk"), town.communities[0].code
    form = {"name": "王示例", "phone": "19900000077", "community": community, "agrees": "on"}
    assert page.post(reverse("volunteers:volunteer-new"), form).status_code == 303
    volunteer = Volunteer.objects.get()
    body = {"phone": "19900000099", "community": community, "free": ["4"], "revision": volunteer.revision}
    assert page.post(reverse("volunteers:volunteer-edit", args=[volunteer.pk]), body).status_code == 303
    assert page.post(reverse("volunteers:volunteer-edit", args=[volunteer.pk]), body).status_code == 422, "changed meanwhile"
    volunteer.refresh_from_db()
    assert (volunteer.free, volunteer.person.phone) == (16, "19900000099")
    link = page.post(reverse("volunteers:volunteer-first-link", args=[volunteer.pk])).content.decode()
    assert "/volunteers/corps/first/" in link and "data:image/svg" in link
    assert page.post(reverse("volunteers:volunteer-sign-off", args=[volunteer.pk]), {"reason": "迁出"}).status_code == 303


def test_who_comes_of_age_is_asked_for_no_birthday_any_more(town):
    young = enrolled(town, born_on=years_ago(17))
    actions.make_first_link(SYSTEM, volunteer_id=young.pk)
    assert forgetting.forget() == {"volunteers": 0, "links": 0}
    with clock.at(clock.now() + timedelta(days=366)):
        assert forgetting.forget() == {"volunteers": 1, "links": 1}
    young.refresh_from_db()
    assert young.born_on is None


def test_two_records_that_are_both_registered_are_not_joined_into_one(town):
    one, two = enrolled(town, "甲示例"), enrolled(town, "甲示例", "19900000098")
    with pytest.raises(Refusal):
        people.merge_persons(SYSTEM, keep_id=one.person_id, gone_id=two.person_id)
    assert Volunteer.objects.count() == 2
