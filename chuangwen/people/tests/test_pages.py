"""The pages of the room: who gets which, what they show, what their buttons do."""

from datetime import timedelta
from io import BytesIO

import openpyxl
import pytest
from django.urls import reverse

from chuangwen.kernel import clock
from chuangwen.kernel.models import AuditEntry
from chuangwen.people import actions, queries
from chuangwen.people.models import Account, Person, Post, Role, RoleGrant, Unit
from chuangwen.web import panels
from chuangwen.web.panels import Panel

pytestmark = pytest.mark.django_db

SEES = {"clerk", "leader", "unit_head", "liaison", "inspector", "grid_worker", "system_admin", "security_admin", "audit_admin"}
ADMINISTRATORS = {"system_admin", "security_admin", "audit_admin"}
TABLE = {
    "people:organisation": SEES,
    "people:units": SEES,
    "people:persons": SEES,
    "people:unit-new": {"clerk"},
    "people:accounts": ADMINISTRATORS,
    "people:account-new": {"system_admin"},
    "people:roles": ADMINISTRATORS,
    "my-account": SEES | {"resident"},
    "my-token-make": {"clerk", "system_admin"},
}


@pytest.mark.parametrize("name", TABLE)
def test_each_page_opens_for_whom_the_table_says_and_for_nobody_else(town, sign_in, client, name):
    assert client.get(reverse(name)).status_code == 302
    for role in town.accounts:
        expected = 200 if role in TABLE[name] else 403
        assert sign_in(role).get(reverse(name)).status_code == expected, role


def test_other_rooms_put_what_they_know_of_a_unit_on_its_page(town, sign_in, monkeypatch):
    monkeypatch.setattr(panels, "_panels", {})
    panels.register(Panel("people.unit", "card", "web/messages.html", lambda request, unit: {"name": unit.name}))
    panels.register(Panel("people.unit", "button", "web/messages.html", lambda request, unit: {}, slot="head"))
    unit = town.units["department"]
    context = sign_in("clerk").get(unit_url("unit", unit)).context
    assert context["panels"] == [("web/messages.html", {"name": unit.name})]
    assert context["head_panels"] == [("web/messages.html", {})]


def unit_url(name: str, unit: Unit) -> str:
    return reverse(f"people:{name}", args=[unit.pk])


@pytest.mark.parametrize("name", ["unit", "unit-edit", "unit-rename", "unit-move", "unit-close", "appoint"])
def test_a_unit_of_another_town_does_not_exist_here(town, other_town, sign_in, name):
    clerk = sign_in("clerk")
    assert clerk.get(unit_url(name, town.units["department"])).status_code == 200
    for method in (clerk.get, clerk.post) if name != "unit" else (clerk.get,):
        assert method(unit_url(name, other_town.units["department"])).status_code == 404


@pytest.mark.parametrize("name", ["person", "person-edit", "person-merge"])
def test_a_person_of_another_town_does_not_exist_here(town, other_town, sign_in, name):
    clerk = sign_in("clerk")
    assert clerk.get(reverse(f"people:{name}", args=[town.accounts["liaison"].person_id])).status_code == 200
    assert clerk.get(reverse(f"people:{name}", args=[other_town.accounts["liaison"].person_id])).status_code == 404


def test_posts_of_another_town_cannot_be_ended(town, other_town, sign_in):
    post = other_town.accounts["liaison"].person.posts.get()
    for name in ("post-edit", "post-end"):
        assert sign_in("clerk").get(reverse(f"people:{name}", args=[post.pk])).status_code == 404


def test_the_first_responsible_person_and_the_liaison_are_one_tap_away_for_colleagues(town, sign_in):
    page = sign_in("clerk").get(unit_url("unit", town.units["department"])).content.decode()
    for role in ("unit_head", "liaison"):
        assert town.accounts[role].person.name in page
    assert page.count('href="tel:19900000000"') == 2


def test_an_inspector_sees_who_but_not_the_number(town, sign_in):
    page = sign_in("inspector").get(unit_url("unit", town.units["department"])).content.decode()
    assert town.accounts["liaison"].person.name in page
    assert "19900000000" not in page and "199****0000" in page


def test_lists_and_sheets_hold_masked_numbers_only(town, sign_in):
    clerk = sign_in("clerk")
    page = clerk.get(reverse("people:persons"))
    assert "19900000000" not in page.content.decode() and "199****0000" in page.content.decode()
    book = openpyxl.load_workbook(BytesIO(clerk.get(reverse("people:persons"), {"export": "xlsx"}).content))
    cells = [str(cell) for row in book.active.iter_rows(values_only=True) for cell in row]
    assert "199****0000" in cells and "19900000000" not in cells


def test_opening_a_number_shows_and_records_it_and_is_not_for_everybody(town, sign_in):
    where = reverse("people:person-phone", args=[town.accounts["grid_worker"].person_id])
    assert sign_in("liaison").post(where).status_code == 403
    assert sign_in("clerk").get(where).status_code == 405
    whole = sign_in("clerk").post(where)
    part = sign_in("clerk").post(where, headers={"HX-Request": "true"})
    assert 'href="tel:19900000000"' in whole.content.decode() and 'href="tel:19900000000"' in part.content.decode()
    assert AuditEntry.objects.filter(verb="people.reveal").count() == 2


def test_the_organisation_of_a_past_day_is_shown_by_its_date(town, sign_in):
    clerk, unit = sign_in("clerk"), town.units["community"]
    actions.rename_unit(town.actors["clerk"], unit_id=unit.pk, name="新城社区居委会", on=clock.today() - timedelta(days=30))
    before = clerk.get(reverse("people:organisation"), {"day": (clock.today() - timedelta(days=31)).isoformat()}).content.decode()
    assert "第1社区居委会" in before and "新城社区居委会" not in before
    assert "新城社区居委会" in clerk.get(reverse("people:organisation")).content.decode()
    assert clerk.get(reverse("people:organisation"), {"day": "gestern"}).status_code == 200


def test_a_clerk_makes_a_unit_appoints_renames_moves_and_closes_it(town, sign_in):
    clerk, today = sign_in("clerk"), clock.today().isoformat()
    form = {"name": "环境整治专班", "kind": "working_group", "division": town.street.pk, "parent": "", "starts_on": today}
    made = clerk.post(reverse("people:unit-new"), form)
    unit = Unit.objects.get(name="环境整治专班")
    assert made.status_code == 303 and made["Location"] == unit_url("unit", unit)
    again = clerk.post(reverse("people:unit-new"), form)
    assert again.status_code == 422 and "此处已有同名单位" in again.content.decode()
    post = {"name": "王示例", "phone": "19900001111", "kind": "first_responsible", "role": "usual", "starts_on": today}
    assert clerk.post(unit_url("appoint", unit), post).status_code == 303
    assert unit.posts.get().role.code == "unit_head"
    assert clerk.post(unit_url("appoint", unit), {"kind": "liaison", "role": "usual", "starts_on": today}).status_code == 422
    assert clerk.post(unit_url("unit-rename", unit), {"name": "环境提升专班", "on": today}).status_code == 303
    assert clerk.post(unit_url("unit-move", unit), {"parent": town.units["office"].pk, "on": today}).status_code == 303
    edit = {"kind": "working_group", "division": town.street.pk, "credit_code": "123"}
    assert clerk.post(unit_url("unit-edit", unit), edit).status_code == 422
    assert clerk.post(unit_url("unit-edit", unit), edit | {"credit_code": "", "phone": "0668-2276543"}).status_code == 303
    assert (
        clerk.post(
            reverse("people:post-edit", args=[unit.posts.get().pk]), {"title": "组长", "role": "unit_head", "order": 1}
        ).status_code
        == 303
    )
    assert clerk.post(unit_url("unit-close", unit), {"last_day": today}).status_code == 303
    unit.refresh_from_db()
    assert (unit.name, unit.phone, unit.ends_on, unit.get_parent()) == (
        "环境提升专班",
        "0668-2276543",
        clock.today(),
        town.units["office"],
    )
    assert Post.objects.get(unit=unit).ends_on == clock.today()


def test_units_without_responsible_person_or_liaison_are_found(town, sign_in):
    page = sign_in("clerk").get(reverse("people:units"), {"gap": "liaison"}).content.decode()
    assert "第1社区居委会" in page and "市场监督局" in page and ">城管局<" not in page


def test_an_account_is_made_with_a_password_that_is_shown_once(town, sign_in, client):
    person = Person.objects.create(name="王示例")
    shown = sign_in("system_admin").post(reverse("people:account-new"), {"username": "wangshili", "person": person.pk})
    plain, account = shown.context["secret"], Account.objects.get(username="wangshili")
    assert plain in shown.content.decode() and account.check_password(plain) and account.must_change_password
    assert "no-store" in shown["Cache-Control"]
    assert plain not in sign_in("system_admin").get(reverse("people:account", args=[account.pk])).content.decode()
    assert plain not in str(list(AuditEntry.objects.values()))


@pytest.mark.parametrize(
    ("name", "allowed"),
    [("account-reset", "system_admin"), ("account-close", "system_admin"), ("account-open", "system_admin"),
     ("account-unlock", "security_admin"), ("account-second-factor", "security_admin"), ("account-sessions", "security_admin")],
)  # fmt: skip
def test_each_button_of_an_account_belongs_to_one_administrator(town, sign_in, name, allowed):
    where = reverse(f"people:{name}", args=[town.accounts["grid_worker"].pk])
    for role in town.accounts:
        answer = sign_in(role).post(where).status_code
        assert (answer in (200, 302)) is (role == allowed), role


def test_a_closed_account_loses_its_sessions_and_tokens(town, sign_in):
    actions.make_token(town.actors["clerk"], town.accounts["clerk"], "x")
    clerk = sign_in("clerk")
    sign_in("system_admin").post(reverse("people:account-close", args=[town.accounts["clerk"].pk]))
    assert clerk.get(reverse("my-account")).status_code == 302
    assert not town.accounts["clerk"].tokens.exists()


def test_an_administrators_role_goes_to_an_account_without_other_work(town, sign_in):
    account, _plain = actions.make_account(town.actors["system_admin"], username="neu")
    where = reverse("people:account-role", args=[account.pk])
    assert sign_in("system_admin").post(where, {"role": "audit_admin"}).status_code == 403
    assert sign_in("security_admin").post(where, {"role": "audit_admin"}).status_code == 303
    assert Account.objects.get(pk=account.pk).base_role.code == "audit_admin"
    busy = reverse("people:account-role", args=[town.accounts["clerk"].pk])
    assert sign_in("security_admin").post(busy, {"role": "audit_admin"}).status_code == 422


def test_the_security_administrator_edits_a_role_on_its_page_and_others_only_look(town, sign_in):
    role = town.roles["inspector"]
    where = reverse("people:role", args=[role.pk])
    form = {"name": "督导员", "idle_minutes": 60, "right:people.call": "division", "right:people.see": "all"}
    assert sign_in("system_admin").get(where).status_code == 200
    assert sign_in("system_admin").post(where, form).status_code == 403
    assert sign_in("security_admin").post(where, form).status_code == 303
    assert dict(RoleGrant.objects.filter(role=role, verb__in=["people.call", "people.see"]).values_list("verb", "scope")) == {
        "people.call": "division", "people.see": "all",
    }  # fmt: skip
    refused = sign_in("security_admin").post(where, form | {"name": "别名", "right:people.manage_roles": "all"})
    assert refused.status_code == 422
    assert Role.objects.get(pk=role.pk).name == "督导员"


def test_the_table_of_rights_has_every_verb_and_role(town, sign_in):
    page = sign_in("audit_admin").get(reverse("people:roles")).content.decode()
    assert "任免人员" in page and "本区域" in page and all(role.name in page for role in Role.objects.all())


def test_a_token_is_shown_once_and_withdrawn_on_ones_own_page(town, sign_in, client):
    clerk = sign_in("clerk")
    shown = clerk.post(reverse("my-token-make"), {"name": "同步", "days": "30"})
    plain = shown.context["secret"]
    assert queries.account_by_token(plain) == town.accounts["clerk"]
    assert plain not in clerk.get(reverse("my-account")).content.decode()
    clerk.post(reverse("my-token-withdraw", args=[town.accounts["clerk"].tokens.get().pk]))
    assert queries.account_by_token(plain) is None


def test_lists_cost_the_same_however_long_they_are(town, sign_in, django_assert_max_num_queries):
    clerk = sign_in("clerk")
    for n in range(40):
        unit = actions.make_unit(town.actors["clerk"], name=f"单位{n}", kind="department", parent_id=town.units["office"].pk)
        actions.appoint(town.actors["clerk"], unit_id=unit.pk, kind="liaison", name=f"人{n}")
    for name, most in (("people:units", 11), ("people:persons", 10), ("people:organisation", 8)):
        with django_assert_max_num_queries(most):
            clerk.get(reverse(name))
