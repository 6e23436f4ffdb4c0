"""Roles: installed once, edited by one administrator alone, never joined."""

from importlib.util import find_spec

import pytest

from chuangwen.kernel import access
from chuangwen.kernel.errors import Denied, Refusal
from chuangwen.kernel.models import AuditEntry
from chuangwen.people import actions, actors
from chuangwen.people.actors import actor_of
from chuangwen.people.models import Account, Role, RoleGrant
from chuangwen.people.rules import ADMINISTRATORS, refused_grant
from chuangwen.people.views.roles import ROOMS

pytestmark = pytest.mark.django_db


def test_installing_again_puts_in_nothing():
    assert actions.install_roles() > 20
    assert actions.install_roles() == 0
    assert set(Role.objects.values_list("code", flat=True)) == set(access.ROLES)


def test_a_removed_default_does_not_come_back_and_a_new_verb_does(monkeypatch):
    actions.install_roles()
    clerk = Role.objects.get(code="clerk")
    actions.set_grants(access.SYSTEM, role_id=clerk.pk, grants={"people.manage_units": ""})
    new = access.Verb("people.invented", "Invented", default={"clerk": "unit"})
    monkeypatch.setitem(access.VERBS, new.name, new)
    assert actions.install_roles() == 1
    assert not clerk.grants.filter(verb="people.manage_units").exists()
    assert clerk.grants.get(verb="people.invented").scope == "unit"


def test_no_shipped_default_joins_what_has_to_be_separate():
    wrong = [(role, verb.name) for verb in access.VERBS.values() for role in verb.default if refused_grant(role, verb.name)]
    assert wrong == []


def test_every_room_with_rights_is_called_by_its_name_in_the_table():
    rooms = {verb.name.partition(".")[0] for verb in access.VERBS.values()}  # other tests declare verbs of rooms that are none
    assert {room for room in rooms if find_spec(f"chuangwen.{room}")} <= set(ROOMS)


def test_no_administrator_is_given_work_of_any_room_of_the_campaign():
    rooms = {"ledger", "duties", "volunteers", "cases"}
    changing = [verb for verb in access.VERBS.values() if verb.changes and verb.name.partition(".")[0] in rooms]
    assert len(changing) > 50
    others = [(role, verb.name) for role in ADMINISTRATORS for verb in changing if role not in verb.default]
    assert [pair for pair in others if not refused_grant(*pair)] == []


@pytest.mark.parametrize("role", sorted(ADMINISTRATORS))
def test_an_administrator_cannot_be_given_campaign_work_or_another_administrators_work(town, role):
    security = town.actors["security_admin"]
    others = {"system_admin": "people.manage_roles", "security_admin": "people.manage_accounts", "audit_admin": "people.unlock"}
    for verb in ("people.manage_units", others[role]):
        with pytest.raises(Refusal) as refused:
            actions.set_grants(security, role_id=town.roles[role].pk, grants={verb: "all"})
        assert refused.value.code == "people.grant_refused"
        assert not RoleGrant.objects.filter(role=town.roles[role], verb=verb).exists()


def test_a_clerk_cannot_be_given_an_administrators_work(town):
    with pytest.raises(Refusal):
        actions.set_grants(
            town.actors["security_admin"], role_id=town.roles["clerk"].pk, grants={"people.manage_accounts": "all"}
        )


@pytest.mark.parametrize("role", [code for code in access.ROLES if code != "security_admin"])
def test_only_the_security_administrator_edits_roles(town, role):
    with pytest.raises(Denied):
        actions.set_grants(town.actors[role], role_id=town.roles["liaison"].pk, grants={"people.call": "all"})


def test_an_edit_is_in_force_at_once_and_in_the_trail(town):
    assert not actor_of(town.accounts["inspector"]).may("people.call")
    actions.set_grants(town.actors["security_admin"], role_id=town.roles["inspector"].pk, grants={"people.call": "division"})
    assert actor_of(town.accounts["inspector"]).may("people.call")
    entry = AuditEntry.objects.latest("number")
    assert (entry.verb, entry.before, entry.after) == ("people.manage_roles", {"people.call": ""}, {"people.call": "division"})


def test_what_a_role_may_do_is_read_once_per_stamp(town, django_assert_num_queries):
    account = town.accounts["clerk"]
    actor_of(account)
    with django_assert_num_queries(1):
        actor_of(account)


def test_defaults_can_be_given_back(town):
    security, role = town.actors["security_admin"], town.roles["clerk"]
    actions.set_grants(security, role_id=role.pk, grants={"people.manage_units": "all", "people.call": ""})
    actions.restore_defaults(security, role_id=role.pk)
    held = dict(role.grants.values_list("verb", "scope"))
    assert held["people.manage_units"] == "division" and held["people.call"] == "division"


def test_a_right_taken_back_stays_so_though_a_slower_request_brings_the_old_ones_again(town, monkeypatch):
    role, plain = town.roles["clerk"], actors.grants_of
    before = plain([role])[role.pk]
    old = (role.stamp, before)
    RoleGrant.objects.filter(role=role, verb="cases.dispatch").delete()

    def overtaken(roles):
        """Between reading and use, a request that began before the change puts what it had read back."""
        found = plain(roles)
        actors._grants[role.pk] = old
        return found

    monkeypatch.setattr(actors, "grants_of", overtaken)
    assert "cases.dispatch" in dict(before)
    assert not actor_of(Account.objects.get(username="clerk")).may("cases.dispatch")
    monkeypatch.setattr(actors, "grants_of", plain)
    assert not actor_of(Account.objects.get(username="clerk")).may("cases.dispatch")
