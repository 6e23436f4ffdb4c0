"""The organisation: what stands where, today and on any day before."""

from datetime import date, timedelta

import pytest

from chuangwen.kernel import clock
from chuangwen.kernel.errors import Conflict, Denied, Missing, Refusal
from chuangwen.kernel.models import AuditEntry
from chuangwen.people import actions, queries
from chuangwen.people.actors import actor_of
from chuangwen.people.models import Person, Placement, Post, Unit
from chuangwen.testing.factories import LONG_AGO

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk(town):
    return town.actors["clerk"]


def shape(actor, day: date) -> dict[str, str | None]:
    """Name of each unit on a day, and of what it stood under."""
    found: dict[str, str | None] = {}

    def walk(nodes, above):
        for node in nodes:
            found[node.name] = above
            walk(node.children, node.name)

    walk(queries.organisation_on(actor, day), None)
    return found


def test_a_past_day_shows_the_names_places_and_people_of_that_day(town, clerk):
    today = clock.today()
    spring, summer = today - timedelta(days=200), today - timedelta(days=100)
    group = actions.make_unit(
        clerk, name="环境整治专班", kind="working_group", parent_id=town.units["office"].pk, starts_on=spring
    )
    first = actions.appoint(clerk, unit_id=group.pk, kind="first_responsible", name="王示例", starts_on=spring)
    actions.rename_unit(clerk, unit_id=group.pk, name="环境提升专班", on=summer)
    actions.move_unit(clerk, unit_id=group.pk, parent_id=town.units["department"].pk, on=summer + timedelta(days=30))
    actions.appoint(clerk, unit_id=group.pk, kind="first_responsible", name="李示例", starts_on=summer)

    assert "环境整治专班" not in shape(clerk, spring - timedelta(days=1))
    assert shape(clerk, spring)["环境整治专班"] == town.units["office"].name
    assert shape(clerk, summer)["环境提升专班"] == town.units["office"].name
    assert shape(clerk, today)["环境提升专班"] == town.units["department"].name
    heads = {
        day: {n.name: n.first_responsible for n in queries.flat(queries.organisation_on(clerk, day))} for day in (spring, today)
    }
    assert heads[spring]["环境整治专班"].name == "王示例" and heads[today]["环境提升专班"].name == "李示例"
    first.refresh_from_db()
    assert first.ends_on == summer - timedelta(days=1)


def test_a_closed_unit_is_gone_the_day_after_its_last_and_its_people_lose_its_rights(town, clerk):
    today = clock.today()
    department = town.units["department"]
    actions.close_unit(clerk, unit_id=department.pk, last_day=today - timedelta(days=1))
    assert department.name not in shape(clerk, today)
    assert department.name in shape(clerk, today - timedelta(days=1))
    assert not actor_of(town.accounts["liaison"]).may("people.see")


def test_a_unit_with_others_below_it_is_not_closed_and_says_which(town, clerk):
    with pytest.raises(Refusal, match="第1社区居委会"):
        actions.close_unit(clerk, unit_id=town.units["office"].pk, last_day=clock.today())


def test_a_unit_cannot_stand_below_itself_nor_change_in_the_future_nor_before_its_last_change(town, clerk):
    office, community = town.units["office"], town.units["community"]
    with pytest.raises(Refusal):
        actions.move_unit(clerk, unit_id=office.pk, parent_id=community.pk)
    with pytest.raises(Refusal):
        actions.rename_unit(clerk, unit_id=community.pk, name="新名", on=clock.today() + timedelta(days=1))
    with pytest.raises(Refusal):
        actions.rename_unit(clerk, unit_id=community.pk, name="新名", on=LONG_AGO - timedelta(days=1))
    actions.rename_unit(clerk, unit_id=community.pk, name="新名", on=clock.today())
    with pytest.raises(Refusal):
        actions.rename_unit(clerk, unit_id=community.pk, name="更新名", on=clock.today() - timedelta(days=5))


def test_two_changes_on_one_day_leave_one_placement(town, clerk):
    community = town.units["community"]
    actions.rename_unit(clerk, unit_id=community.pk, name="甲")
    actions.rename_unit(clerk, unit_id=community.pk, name="乙")
    assert list(Placement.objects.filter(unit=community).values_list("name", flat=True)) == ["第1社区居委会", "乙"]


def test_moving_a_unit_takes_along_what_stands_below_it(town, clerk):
    top = actions.make_unit(clerk, name="领导小组", kind="leading_group", division_id=town.street.pk)
    actions.move_unit(clerk, unit_id=town.units["office"].pk, parent_id=top.pk)
    assert Unit.objects.get(pk=town.units["community"].pk).depth == 3
    assert Unit.find_problems() == ([], [], [], [], [])


def test_a_name_is_taken_only_once_at_a_place(town, clerk):
    with pytest.raises(Conflict):
        actions.make_unit(clerk, name="城管局", kind="department", division_id=town.street.pk)


@pytest.mark.parametrize(
    "role", ["leader", "liaison", "inspector", "grid_worker", "resident", "system_admin", "security_admin", "audit_admin"]
)
def test_only_a_clerk_makes_units(town, role):
    with pytest.raises(Denied):
        actions.make_unit(town.actors[role], name="甲", kind="department", division_id=town.street.pk)


def test_a_clerk_of_another_town_finds_nothing_here(town, other_town):
    stranger, unit = other_town.actors["clerk"], town.units["community"]
    for action in (
        lambda: actions.rename_unit(stranger, unit_id=unit.pk, name="甲"),
        lambda: actions.make_unit(stranger, name="甲", kind="department", parent_id=unit.pk),
        lambda: actions.make_unit(stranger, name="甲", kind="department", division_id=town.street.pk),
        lambda: actions.appoint(stranger, unit_id=unit.pk, kind="liaison", name="甲"),
        lambda: actions.reveal_phone(stranger, person_id=town.accounts["clerk"].person_id),
        lambda: actions.end_post(stranger, post_id=town.accounts["clerk"].person.posts.get().pk, last_day=clock.today()),
    ):
        with pytest.raises(Missing):
            action()
    assert unit.name not in shape(stranger, clock.today())


def test_one_person_holds_several_posts_and_has_the_rights_of_each(town, clerk):
    person = town.accounts["liaison"].person
    actions.appoint(clerk, unit_id=town.units["community"].pk, kind="grid_worker", person_id=person.pk)
    assert actor_of(town.accounts["liaison"]).roles == {"liaison", "grid_worker"}
    with pytest.raises(Refusal):
        actions.appoint(clerk, unit_id=town.units["community"].pk, kind="grid_worker", person_id=person.pk)


def test_who_is_known_by_name_and_number_is_not_made_twice(town, clerk):
    for kind in ("liaison", "member"):
        actions.appoint(clerk, unit_id=town.units["community"].pk, kind=kind, name="王示例", phone="199 0000 1111")
    assert Person.objects.filter(name="王示例").count() == 1


def test_a_post_ends_with_its_last_day(town, clerk):
    post = town.accounts["liaison"].person.posts.get()
    actions.end_post(clerk, post_id=post.pk, last_day=clock.today())
    assert actor_of(town.accounts["liaison"]).may("people.see")
    with clock.at(clock.now() + timedelta(days=1)):
        assert not actor_of(town.accounts["liaison"]).may("people.see")


def test_a_unit_head_appoints_in_the_own_unit_and_gives_no_role_that_reaches_further(town):
    head, unit = town.actors["unit_head"], town.units["department"]
    assert actions.appoint(head, unit_id=unit.pk, kind="liaison", name="王示例").role.code == "liaison"
    with pytest.raises(Refusal):
        actions.appoint(head, unit_id=unit.pk, kind="member", name="李示例", role="clerk")
    with pytest.raises(Missing):
        actions.appoint(head, unit_id=town.units["community"].pk, kind="liaison", name="李示例")


@pytest.mark.parametrize("role", ["system_admin", "security_admin", "audit_admin"])
def test_nobody_becomes_an_administrator_by_a_post_and_an_administrator_gets_none(town, clerk, role):
    with pytest.raises(Refusal):
        actions.appoint(clerk, unit_id=town.units["community"].pk, kind="member", name="甲", role=role)
    with pytest.raises(Refusal):
        actions.appoint(clerk, unit_id=town.units["community"].pk, kind="liaison", person_id=town.accounts[role].person_id)


def test_two_records_of_a_person_become_one(town, clerk):
    unit = town.units["community"].pk
    keep = actions.appoint(clerk, unit_id=unit, kind="liaison", name="王示例", phone="19900001111").person
    gone = actions.appoint(clerk, unit_id=unit, kind="member", name="王示例", phone="19900002222").person
    actions.merge_persons(clerk, keep_id=keep.pk, gone_id=gone.pk)
    assert Post.objects.filter(person=keep).count() == 2 and not Person.objects.filter(pk=gone.pk).exists()


def test_two_people_with_accounts_are_not_joined(town, clerk):
    one, two = town.accounts["clerk"].person, town.accounts["leader"].person
    with pytest.raises(Refusal):
        actions.merge_persons(clerk, keep_id=one.pk, gone_id=two.pk)


def test_opening_a_number_is_in_the_trail(town, clerk):
    person = town.accounts["liaison"].person
    assert actions.reveal_phone(clerk, person_id=person.pk) == person.phone
    entry = AuditEntry.objects.latest("number")
    assert (entry.verb, entry.object_id) == ("people.reveal", str(person.pk))


def test_the_trail_keeps_no_whole_telephone_number(town, clerk):
    actions.appoint(clerk, unit_id=town.units["community"].pk, kind="liaison", name="王示例", phone="19900001111")
    actions.change_person(clerk, person_id=Person.objects.get(name="王示例").pk, name="王示例", phone="19900002222")
    assert "1990000" not in str(list(AuditEntry.objects.values("before", "after", "note")))


def test_the_tree_costs_the_same_however_large_it_is(town, clerk, django_assert_num_queries):
    queries.organisation_on(clerk, clock.today())
    for n in range(30):
        unit = actions.make_unit(clerk, name=f"单位{n}", kind="department", parent_id=town.units["office"].pk)
        actions.appoint(clerk, unit_id=unit.pk, kind="liaison", name=f"人{n}")
    with django_assert_num_queries(3):
        queries.organisation_on(clerk, clock.today())
