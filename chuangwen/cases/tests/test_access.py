"""Who may do what: a readable table over roles and verbs, other towns see nothing, and buttons agree with the policy."""

import pytest

from chuangwen.cases import actions, queries
from chuangwen.cases.actions.base import word
from chuangwen.cases.models import Case, CaseParty, State, Verb
from chuangwen.cases.standing import open_verbs, reaches
from chuangwen.kernel import access
from chuangwen.kernel.errors import Denied, Missing, Refusal

# role: what they can do to a case of their town that the department has (reported by the grid worker), by state
WHO = {
    "clerk": {
        "reported": "edit comment screen merge reject dispatch solve_on_spot link_rebound",
        "dispatched": "edit comment merge redispatch defer link_rebound",
        "rectifying": "edit comment redispatch defer link_rebound",
        "submitted": "comment send_back verify",
        "verified": "comment send_back close",
        "closed": "comment rebound dispute",
    },
    "leader": {"reported": "comment", "dispatched": "comment redispatch", "rectifying": "comment redispatch",
               "submitted": "comment send_back verify", "verified": "comment send_back", "closed": "comment rebound dispute"},
    "liaison": {"dispatched": "comment sign_for refuse pass_on ask_extension submit", "rectifying": "comment pass_on ask_extension submit",
                "submitted": "comment", "verified": "comment", "closed": "comment"},
    "unit_head": {"dispatched": "comment sign_for refuse pass_on ask_extension submit", "rectifying": "comment pass_on ask_extension submit",
                  "submitted": "comment", "verified": "comment", "closed": "comment"},
    "inspector": {"reported": "comment", "dispatched": "comment", "rectifying": "comment", "submitted": "comment send_back verify",
                  "verified": "comment send_back", "closed": "comment rebound dispute"},
    "grid_worker": {"reported": "edit comment solve_on_spot", "dispatched": "comment", "rectifying": "comment", "submitted": "comment",
                    "verified": "comment", "closed": "comment rebound dispute"},
    "resident": {}, "system_admin": {}, "security_admin": {}, "audit_admin": {},
}  # fmt: skip
STATES = ("reported", "dispatched", "rectifying", "submitted", "verified", "closed")


def paths_of(case: Case) -> list[str]:
    return list(CaseParty.objects.filter(case=case).values_list("unit__path", flat=True))


@pytest.mark.parametrize("state", STATES)
def test_the_buttons_of_each_role_are_those_of_the_table(loop, state):
    case = Case.objects.select_related("division", "lead_unit", "handling_unit").get(pk=loop.at(state).pk)
    for role, actor in loop.actors.items():
        found = " ".join(open_verbs(actor, case, paths_of(case)))
        assert found == WHO[role].get(state, ""), f"{role} on {state}"


@pytest.mark.parametrize("state", STATES)
def test_what_has_no_button_is_refused_by_the_action_and_what_has_one_is_done(loop, state):
    for role, actor in loop.actors.items():
        for verb in Verb:
            if verb in (Verb.REPORT, Verb.CLOCK, Verb.IMPORT, Verb.RECHECK, Verb.ESCALATE):
                continue
            allowed = verb.value in WHO[role].get(state, "").split()
            # Without a site the rule has not linked it by itself.
            nowhere = {"site": None, "division": loop.town.communities[0]} if verb is Verb.LINK_REBOUND else {}
            case = loop.at(state, **nowhere)
            if allowed:
                loop.do(verb.value, case, actor)
                continue
            with pytest.raises(Refusal) as caught:
                loop.do(verb.value, case, actor)
            assert caught.value.status in (403, 404, 409), f"{role} {verb} {state}"


def test_the_policy_in_memory_says_what_the_database_says(loop, other_town):
    helpers = [loop.town.units["department2"], loop.town.units["community2"]]
    cases = [loop.at(state).pk for state in STATES]
    cases.append(actions.report(access.SYSTEM, description="他镇的问题", site=other_town.sites[0]).pk)
    cases.append(loop.report(loop.actors["resident"], source="resident").pk)
    case = loop.do("dispatch", loop.report(), assists=helpers)
    cases.append(case.pk)
    everybody = [*loop.actors.values(), *other_town.actors.values()]
    for actor in everybody:
        for verb in ("cases.see", "cases.comment", "cases.dispatch", "cases.submit", "cases.edit"):
            listed = set(access.scoped(actor, verb, Case).values_list("pk", flat=True))
            for pk in cases:
                row = Case.objects.select_related("division").get(pk=pk)
                assert (pk in listed) == reaches(actor, verb, row, paths_of(row)), (actor.name, verb, row.number)


def test_another_towns_people_see_nothing_and_do_nothing(loop, other_town):
    case = loop.at(State.SUBMITTED)
    for role, actor in other_town.actors.items():
        if actor.may("cases.see"):
            assert not queries.visible(actor).exists(), role
            assert queries.open_points(actor) == ([], False)
            assert all(waiting.count == 0 for waiting in queries.waiting_for(actor))
            with pytest.raises(Missing):
                queries.detail(actor, case.pk)
        for verb in ("verify", "send_back", "close", "comment", "submit", "edit"):
            with pytest.raises((Missing, Denied)):
                loop.do(verb, case, actor)
        outcome = actions.bulk_dispatch(actor, ids=[case.pk]) if actor.may("cases.dispatch") else None
        assert outcome is None or [told.number for told in outcome.refused] == [""], "not even its number is told"
    assert Case.objects.get(pk=case.pk).version == case.version


def test_nobody_reports_into_another_town_but_a_resident_who_stands_there(loop, other_town):
    for role, actor in loop.actors.items():
        if role == "resident" or not actor.may("cases.report"):
            continue
        with pytest.raises(Denied):
            actions.report(actor, description="越界", site=other_town.sites[0])
    assert actions.report(loop.actors["resident"], description="路过", site=other_town.sites[0], source="resident").pk


def test_a_resident_sees_their_own_reports_only(loop):
    resident = loop.actors["resident"]
    own, other = loop.report(resident, source="resident"), loop.report()
    assert list(queries.visible(resident)) == [own]
    with pytest.raises(Missing):
        queries.detail(resident, other.pk)
    assert [v.count for v in queries.waiting_for(resident)] == [1]


def test_administrators_have_no_verb_of_the_loop(town):
    for role in ("system_admin", "security_admin", "audit_admin"):
        assert not [verb for verb in town.actors[role].grants if verb.startswith("cases.")]


def test_every_verb_of_the_loop_is_declared_once(town):
    """A step of the ladder is told on its cases as well; who may take it is said by the verbs of steps."""
    assert all(word(verb) in access.VERBS for verb in Verb if verb != Verb.ESCALATE)
