"""What the pages of standards promise."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from chuangwen.kernel import clock
from chuangwen.kernel.errors import Conflict, Denied, Refusal
from chuangwen.standards import actions, queries
from chuangwen.standards.models import ChecklistItem, Criterion, Edition, Responsibility, Section
from chuangwen.testing.factories import make_account, make_criterion, make_unit

pytestmark = pytest.mark.django_db
Part = Responsibility.Part


def lead(town, criterion, unit="department", **more):
    facts = {"unit": town.units[unit], "criterion": criterion, "starts_on": date(2025, 1, 1)} | more
    return Responsibility.objects.create(**facts)


# editions


def test_only_a_draft_is_edited_and_a_copy_of_an_edition_in_force_is_a_draft(town):
    clerk = town.actors["clerk"]
    lead(town, town.criteria[0])
    ChecklistItem.objects.create(site_type=town.types["market"], criterion=town.criteria[0], text="地面干净")
    with pytest.raises(Conflict):
        actions.edit_node(clerk, level="criterion", node_id=town.criteria[0].pk, text="改了")
    copy = actions.copy_edition(clerk, edition_id=town.edition.pk)
    assert (copy.version, copy.state) == (2, "draft")
    same = [list(queries.criteria(edition).values_list("code", "text", "requirement__text")) for edition in (town.edition, copy)]
    assert same[0] == same[1]
    twin = queries.criteria(copy).get(code=town.criteria[0].code)
    assert twin.pk != town.criteria[0].pk
    assert [row.unit for row in twin.responsibilities.all()] == [town.units["department"]] and twin.checklist_items.count() == 1
    actions.edit_node(clerk, level="criterion", node_id=twin.pk, text="改了")
    town.criteria[0].refresh_from_db()
    assert town.criteria[0].text != "改了"


def test_an_empty_edition_cannot_be_put_in_force_and_a_full_one_can(town):
    clerk = town.actors["clerk"]
    edition = actions.create_edition(clerk, name="新版")
    with pytest.raises(Refusal):
        actions.activate(clerk, edition_id=edition.pk)
    section = actions.edit_node(clerk, level="section", parent_id=edition.pk, name="一")
    indicator = actions.edit_node(clerk, level="indicator", parent_id=section.pk, name="二")
    requirement = actions.edit_node(clerk, level="requirement", parent_id=indicator.pk, text="三")
    criterion = actions.edit_node(
        clerk, level="criterion", parent_id=requirement.pk, text="不少于4处", template="不少于{count}处", parameters={"count": 4}
    )
    assert criterion.code == "1.1.1.1"
    assert actions.activate(clerk, edition_id=edition.pk).state == "active"
    assert actions.archive(clerk, edition_id=edition.pk).state == "archived"


def test_moving_changes_places_and_stops_at_the_end(town):
    clerk = town.actors["clerk"]
    copy = actions.copy_edition(clerk, edition_id=town.edition.pk)
    first, *_rest = queries.criteria(copy)
    actions.move_node(clerk, level="criterion", node_id=first.pk, up=True)
    actions.move_node(clerk, level="criterion", node_id=first.pk, up=False)
    assert [row.pk for row in queries.criteria(copy)].index(first.pk) == 1


def test_the_tree_costs_the_same_however_large_it_is(town, sign_in, django_assert_max_num_queries):
    for n in range(60):
        lead(town, make_criterion(town.requirement, f"又一{n}"))
    clerk = sign_in("clerk")
    for address in (
        reverse("standards:edition", args=[town.edition.pk]),
        reverse("standards:matrix"),
        reverse("standards:coverage"),
        reverse("standards:criteria") + "?size=100",
        reverse("standards:task-book", args=[town.units["department"].pk]),
    ):
        with django_assert_max_num_queries(16):
            assert clerk.get(address).status_code == 200


def test_an_edition_grows_and_shrinks_on_its_pages(town, sign_in):
    clerk = sign_in("clerk")
    clerk.post(reverse("standards:edition-new"), {"name": "网页版", "year": "2026", "level": "", "source": "", "note": ""})
    edition = Edition.objects.get(name="网页版")
    clerk.post(reverse("standards:node-new", args=["section", edition.pk]), {"code": "", "name": "环境", "weight": "2"})
    section = Section.objects.get(edition=edition)
    assert (section.code, section.weight) == ("1", 2)
    again = clerk.post(reverse("standards:node-new", args=["section", edition.pk]), {"code": "1", "name": "又", "weight": "1"})
    assert again.status_code == 422 and Section.objects.filter(edition=edition).count() == 1
    clerk.post(reverse("standards:node-move", args=["section", section.pk]), {"to": "away"})
    assert not Section.objects.filter(edition=edition).exists()
    assert clerk.get(reverse("standards:node-new", args=["nonsense", 1])).status_code == 404


# responsibility


def test_what_nobody_answers_for_is_listed_and_assigned_in_bulk(town, sign_in):
    clerk = sign_in("clerk")
    lead(town, town.criteria[0])
    page = clerk.get(reverse("standards:criteria") + "?owner=none").content.decode()
    assert [criterion.text in page for criterion in town.criteria] == [False, True, True]
    keys = [criterion.pk for criterion in town.criteria[1:]]
    facts = {
        "action": "assign",
        "selected": keys,
        "confirmed": "1",
        "lead": town.units["department2"].pk,
        "assist": [town.units["community"].pk],
        "starts_on": clock.today().isoformat(),
        "ends_on": "",
        "note": "",
        "replace": "on",
    }
    assert clerk.post(reverse("standards:criteria"), facts).status_code == 302
    assert not queries.without_lead(town.actors["clerk"], town.edition, clock.today()).exists()
    assert Responsibility.objects.filter(criterion__in=keys).count() == 4


def test_a_responsibility_that_has_ended_leaves_the_criterion_without_a_lead(town):
    clerk, today = town.actors["clerk"], clock.today()
    lead(town, town.criteria[0], ends_on=today - timedelta(days=1))
    assert town.criteria[0] in queries.without_lead(clerk, town.edition, today)
    assert town.criteria[0] not in queries.without_lead(clerk, town.edition, today - timedelta(days=1))


def test_a_new_lead_relieves_the_old_one_from_that_day_on(town):
    clerk, today = town.actors["clerk"], clock.today()
    old = lead(town, town.criteria[0])
    actions.assign(clerk, units=[town.units["department2"]], things=[{"criterion": town.criteria[0]}], replace=True)
    old.refresh_from_db()
    assert old.ends_on == today - timedelta(days=1)
    assert queries.answering(clerk, [town.criteria[0].pk], today)[town.criteria[0].pk].lead == [town.units["department2"]]
    assert actions.assign(clerk, units=[town.units["department2"]], things=[{"criterion": town.criteria[0]}], replace=True) == 0


def test_two_units_cannot_lead_and_other_towns_units_cannot_be_made_to(town, other_town):
    clerk, things = town.actors["clerk"], [{"criterion": town.criteria[0]}]
    with pytest.raises(Refusal):
        actions.assign(clerk, units=[town.units["department"], town.units["department2"]], things=things)
    with pytest.raises(Denied):
        actions.assign(clerk, units=[other_town.units["department"]], things=things)
    with pytest.raises(Denied):
        actions.assign(town.actors["liaison"], units=[town.units["department"]], things=things)
    assert not Responsibility.objects.exists()


def test_other_towns_responsibilities_of_the_same_edition_stay_unseen(town, other_town, sign_in):
    row = lead(other_town, town.criteria[0], part=Part.LEAD)
    clerk = sign_in("clerk")
    assert town.criteria[0] in queries.without_lead(town.actors["clerk"], town.edition, clock.today())
    assert row.unit.name not in clerk.get(reverse("standards:criterion", args=[town.criteria[0].pk])).content.decode()
    assert row.unit.name not in clerk.get(reverse("standards:matrix")).content.decode()
    assert clerk.get(reverse("standards:responsibility", args=[row.pk])).status_code == 404
    assert clerk.post(reverse("standards:responsibility-remove", args=[row.pk])).status_code == 404
    assert clerk.get(reverse("standards:task-book", args=[row.unit.pk])).status_code == 404
    assert Responsibility.objects.filter(pk=row.pk).exists()


def test_a_countys_department_answers_for_the_street_too(town):
    county = town.street.get_parent()
    bureau = make_unit("区应急局", division=county)
    Responsibility.objects.create(unit=bureau, criterion=town.criteria[0], starts_on=date(2025, 1, 1))
    assert town.criteria[0] not in queries.without_lead(town.actors["clerk"], town.edition, clock.today())


# task books


def test_a_task_book_holds_what_the_unit_leads_and_assists_with_and_nothing_else(town):
    unit = town.units["department"]
    lead(town, town.criteria[0])
    lead(town, town.criteria[1], part=Part.ASSIST)
    lead(town, town.criteria[1], unit="department2")
    lead(town, town.criteria[2], ends_on=date(2025, 6, 30))
    Responsibility.objects.create(unit=unit, site=town.sites[0], part=Part.OWNER, starts_on=date(2025, 1, 1))
    Responsibility.objects.create(unit=unit, site_type=town.types["market"], starts_on=date(2025, 1, 1))
    ChecklistItem.objects.create(site_type=town.types["market"], criterion=town.criteria[0], text="地面干净")
    book = queries.task_book(unit, town.edition, clock.today())
    assert [(task.criterion, task.part) for task in book.tasks] == [(town.criteria[0], "lead"), (town.criteria[1], "assist")]
    assert book.tasks[0].site_types == ["农贸市场"] and book.tasks[1].lead == [town.units["department2"]]
    assert book.sites == [town.sites[0]] and [row.site_type for row in book.others] == [town.types["market"]]
    assert book.marks == 1
    assert {post.kind for post in book.posts} == {"first_responsible", "liaison"}
    past = queries.task_book(unit, town.edition, date(2025, 6, 1))
    assert town.criteria[2] in [task.criterion for task in past.tasks]


def test_a_liaison_prints_the_own_units_task_book_and_no_other(town, sign_in):
    lead(town, town.criteria[0])
    liaison = sign_in("liaison")
    own = reverse("standards:task-book", args=[town.units["department"].pk])
    assert town.criteria[0].text in liaison.get(own).content.decode()
    sheet = liaison.get(own + "?export=xlsx")
    assert sheet.status_code == 200 and sheet.content.startswith(b"PK")
    assert liaison.get(reverse("standards:task-book", args=[town.units["department2"].pk])).status_code == 404
    assert sign_in("inspector").get(own).status_code == 403


def test_a_post_that_is_given_up_gives_up_the_task_book(town, client):
    account = make_account("former", town.roles["liaison"], town.units["department"])
    account.person.posts.update(ends_on=clock.today() - timedelta(days=1))
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get(reverse("standards:task-book", args=[town.units["department"].pk])).status_code == 403


# checklists, kinds


def test_a_checklist_shows_its_items_with_thresholds_filled_in(town, sign_in):
    clerk, kind = sign_in("clerk"), town.types["market"]
    facts = {
        "criterion": town.criteria[0].pk,
        "text": "公益广告不少于{count}处",
        "parameters": "count = 4",
        "exemptions": "横幅不计入",
        "kind": "",
        "grading": "",
        "severity": "",
        "order": "",
    }
    assert clerk.post(reverse("standards:item-new", args=[kind.pk]), facts).status_code == 303
    item = ChecklistItem.objects.get()
    assert (item.text, item.parameters) == ("公益广告不少于4处", {"count": 4})
    page = clerk.get(reverse("standards:checklist", args=[kind.pk])).content.decode()
    assert "公益广告不少于4处" in page and "横幅不计入" in page
    clerk.post(reverse("standards:item-edit", args=[item.pk]), facts | {"parameters": "count = 6"})
    item.refresh_from_db()
    assert item.text == "公益广告不少于6处"
    wrong = clerk.post(reverse("standards:item-edit", args=[item.pk]), facts | {"parameters": "四处"})
    assert wrong.status_code == 422


def test_a_sites_page_shows_its_checklist_and_who_answers(town, sign_in):
    ChecklistItem.objects.create(site_type=town.sites[0].type, criterion=town.criteria[0], text="人行道无占道")
    Responsibility.objects.create(unit=town.units["department2"], site_type=town.sites[0].type, starts_on=date(2025, 1, 1))
    page = sign_in("clerk").get(reverse("places:site", args=[town.sites[0].pk])).content.decode()
    assert "人行道无占道" in page and town.units["department2"].name in page


@pytest.mark.parametrize(
    ("role", "status"), [("clerk", 200), ("system_admin", 200), ("leader", 403), ("liaison", 403), ("inspector", 403)]
)
def test_editing_belongs_to_those_who_hold_the_verb(town, sign_in, role, status):
    for name, args in [
        ("edition-new", []),
        ("kind-new", []),
        ("item-new", [town.types["market"].pk]),
        ("edition-copy", [town.edition.pk]),
    ]:
        assert sign_in(role).get(reverse(f"standards:{name}", args=args)).status_code == status


@pytest.mark.parametrize("role", ["resident", "audit_admin", "security_admin"])
def test_who_has_no_business_with_standards_is_told_so(town, sign_in, role):
    for name in ("editions", "checklists", "responsibilities", "matrix", "kinds"):
        assert sign_in(role).get(reverse(f"standards:{name}")).status_code == 403


def test_every_step_is_in_the_trail(town):
    from chuangwen.kernel.models import AuditEntry

    clerk = town.actors["clerk"]
    actions.assign(clerk, units=[town.units["department"]], things=[{"criterion": town.criteria[0]}])
    actions.copy_edition(clerk, edition_id=town.edition.pk)
    assert list(AuditEntry.objects.order_by("number").values_list("verb", "actor_id")) == [
        ("standards.assign", clerk.account_id),
        ("standards.edit", clerk.account_id),
    ]
    assert Criterion.objects.count() == 6
