"""What the pages do with sponsorship plans other programs do by the interface: the same actions, the same words when something is refused."""

import pytest
from django.urls import reverse

from chuangwen.duties.sponsorship.models import PlanPlace, PlanWish, SponsorshipPlan
from chuangwen.duties.sponsorship.tests.ground import make_plan, names, solved
from chuangwen.kernel import jobs
from chuangwen.kernel.access import SYSTEM
from chuangwen.kernel.models import AuditEntry
from chuangwen.people.actions import make_token


@pytest.fixture
def ask(rest):
    """``ask(role, path, body)`` below ``/api/v1/sponsorship``."""
    return lambda role, path="", body=None: rest(role, f"sponsorship{path}", body)


def made(town, ask, **more):
    body = {"name": "接口方案", "division": town.street.code, "starts_on": "2026-01-01", "ends_on": "2026-12-31", "seconds": 10}
    return ask("clerk", "", body | more)


def test_a_plan_lives_from_nothing_to_its_end(town, ask):
    answer = made(town, ask, weights={"change": 3})
    plan = answer.json()
    assert answer.status_code == 201 and (plan["state"], plan["rules"]["change"], plan["rules"]["weak"]) == ("draft", 3, 40)
    at = f"/{plan['id']}"
    places = [
        ask("clerk", f"{at}/places", {"name": name, "need": "100", "most": 5, "lat": lat, "lon": lon}).json()
        for name, lat, lon in (("东村", "21.66", "110.92"), ("西村", "21.75", "110.99"))
    ]
    assert (places[0]["need"], places[0]["least"], places[0]["most"], places[0]["lat"]) == ("100.00", 1, 5, 21.66)
    leaders = [
        ask("clerk", f"{at}/sponsors", {"name": f"领导{n}", "kind": "leader", "charges": [place["id"]]}).json()
        for n, place in enumerate(places)
    ]
    assert (leaders[0]["strength"], leaders[0]["charges"], leaders[0]["capacity"]) == (None, [places[0]["id"]], 1)
    strong, weak = (
        ask("clerk", f"{at}/sponsors", {"name": f"部门{strength}", "kind": "department", "strength": strength}).json()
        for strength in ("40", "5")
    )
    assert (strong["strength"], strong["by_hand"]) == ("40.00", True)
    changed = ask("clerk", f"{at}/sponsors/{weak['id']}", {"capacity": 2}).json()
    assert (changed["capacity"], changed["strength"], changed["name"]) == (2, "5.00", "部门5"), "what is left out stays"
    wish = {"sponsor": strong["id"], "place": places[1]["id"], "kind": "fixed", "reason": "agreed", "note": "镇里商定"}
    assert ask("clerk", f"{at}/wishes", wish).status_code == 201
    job = ask("clerk", f"{at}/solve", {}).json()["job"]
    assert ask("clerk", f"{at}/solve").json()["job"] == job
    jobs.run_waiting()
    assert ask("clerk", f"{at}/solve").json()["state"] == "done"
    told = ask("clerk", at).json()
    assert told["state"] == "solved" and "部门40" in names(SponsorshipPlan.objects.get(pk=plan["id"]))["西村"]
    assert ask("leader", f"{at}/sign", {"expected_revision": told["revision"] - 1}).status_code == 409
    assert ask("leader", f"{at}/sign", {"expected_revision": told["revision"]}).json()["state"] == "signed"
    refused = ask("clerk", f"{at}/sponsors", {"name": "迟到部门", "kind": "department"})
    assert refused.status_code == 409, "a signed plan never changes"
    assert ask("clerk", f"{at}/start", {}).json()["state"] == "running"
    second = ask("clerk", f"{at}/version", {}).json()
    assert (second["version"], second["state"]) == (2, "draft")
    assert ask("clerk", f"/{second['id']}/changes").json() == [], "it begins with the pairs that are in force"
    assert ask("clerk", f"{at}/end", {}).json()["state"] == "ended"
    assert ask("clerk", f"{at}/end", {}).status_code == 409
    assert AuditEntry.objects.filter(verb="duties.plan_sponsorship", channel="api").count() >= 9


def test_sponsors_places_and_wishes_are_listed_changed_and_taken_out(town, ask):
    plan = solved(town, exact=False)
    at = f"/{plan.pk}"
    sponsors = ask("clerk", f"{at}/sponsors?limit=3").json()
    assert len(sponsors["items"]) == 3 and len(ask("clerk", f"{at}/sponsors?after={sponsors['next']}").json()["items"]) == 5
    place = ask("clerk", f"{at}/places").json()["items"][0]
    assert place["division"] == town.communities[0].code
    changed = ask("clerk", f"{at}/places/{place['id']}", {"least": 2, "most": 4}).json()
    assert (changed["least"], changed["most"], changed["division"]) == (2, 4, place["division"]), "what is left out stays"
    body = {"sponsor": sponsors["items"][0]["id"], "place": place["id"], "kind": "forbidden", "reason": "relatives"}
    wish = ask("clerk", f"{at}/wishes", body).json()
    assert [row["id"] for row in ask("leader", f"{at}/wishes").json()["items"]] == [wish["id"]]
    taken = ask("clerk", f"{at}/wishes/{wish['id']}/remove", {}).json()
    assert taken["state"] == "draft" and not PlanWish.objects.exists()
    assert ask("clerk", f"{at}/wishes/{wish['id']}/remove", {}).status_code == 404
    assert ask("clerk", f"{at}/sponsors/{body['sponsor']}/remove", {}).status_code == 200
    assert ask("clerk", f"{at}/places/{place['id']}/remove", {}).status_code == 200
    assert (plan.sponsors.count(), plan.places.count()) == (7, 1)
    records = ask("clerk", f"{at}/records", {"departments": [town.units["department2"].pk], "offices": [], "leaders": []})
    assert records.status_code == 200 and plan.places.count() == 2 and plan.sponsors.filter(unit=town.units["department2"]).exists()


def test_what_the_page_refuses_is_refused_in_its_words(town, ask, sign_in):
    plan = make_plan(town)
    at, page = f"/{plan.pk}", f"/duties/sponsorship/{plan.pk}"
    place, sponsor = plan.places.first(), plan.sponsors.first()
    wish = {"sponsor": sponsor.pk, "place": place.pk, "kind": "fixed", "reason": "other"}
    console = sign_in("clerk")
    for path, body, sent in (
        ("/sponsors", {"name": "", "kind": "department"}, {"name": "", "kind": "1", "capacity": "1", "least": "1"}),
        ("/sponsors", {"name": "新", "kind": "x"}, {"name": "新", "kind": "x", "capacity": "1", "least": "1"}),
        ("/sponsors", {"name": "新", "kind": "office", "capacity": 0}, {"name": "新", "kind": "2", "capacity": "0", "least": "1"}),
        ("/sponsors", {"name": "新", "kind": "office", "least": 3}, {"name": "新", "kind": "2", "capacity": "1", "least": "3"}),
        ("/sponsors", {"name": sponsor.name, "kind": "office"}, {"name": sponsor.name, "kind": "2", "capacity": "1", "least": "1"}),
        ("/places", {"name": "新", "need": "-1"}, {"name": "新", "need": "-1", "least": "1", "most": "3"}),
        ("/places", {"name": "新", "lat": "21.6"}, {"name": "新", "need": "1", "least": "1", "most": "3", "lat": "21.6"}),
        ("/places", {"name": "新", "lat": "91", "lon": "1"}, {"name": "新", "need": "1", "least": "1", "most": "3", "lat": "91", "lon": "1"}),
        ("/wishes", wish | {"kind": "perhaps"}, wish | {"kind": "perhaps"}),
        ("/wishes", wish | {"reason": "x"}, wish | {"reason": "x"}),
        ("/edit", {"ends_on": "2025-01-01"}, None),
        ("/edit", {"weights": {"weak": -1}}, None),
    ):  # fmt: skip
        answer = ask("clerk", f"{at}{path}", body)
        told = answer.json()
        assert answer.status_code == 422 and told["message"], (path, body)
        assert set(told["fields"]) <= {*body, *body.get("weights", {}), "lon"} and told["fields"], (path, body, told)
        if sent is not None:
            shown = console.post(f"{page}{path}/new/", sent)
            assert shown.status_code == 422
            assert all(sentence.replace("“", "").split("“")[0] in shown.content.decode() for sentence in told["fields"].values()), told
    plan.refresh_from_db()
    assert (plan.sponsors.count(), plan.places.count(), plan.wishes.count(), plan.state) == (8, 2, 0, "draft")
    assert ask("clerk", f"{at}/sponsors", {"name": "甲\x00", "kind": "office"}).status_code == 422
    assert ask("clerk", f"{at}/start", {}).status_code == 409, "not signed yet"
    assert made(town, ask, name=plan.name).json()["code"] == "duties.plan_name"
    assert made(town, ask, division="000000000000").json()["fields"].keys() == {"division"}


def test_solving_is_stopped_by_whoever_began_it(town, ask):
    plan = make_plan(town)
    assert ask("clerk", f"/{plan.pk}/solve/cancel", {}).status_code == 404, "nothing was begun"
    job = ask("clerk", f"/{plan.pk}/solve", {}).json()["job"]
    assert ask("leader", f"/{plan.pk}/solve/cancel", {}).status_code == 403
    stopped = ask("clerk", f"/{plan.pk}/solve/cancel", {}).json()
    assert (stopped["job"], stopped["state"]) == (job, "cancelled")
    jobs.run_waiting()
    plan.refresh_from_db()
    assert plan.state == "draft" and not plan.pairs.exists()


PATHS = (
    ("/edit", {}), ("/records", {}), ("/version", {}), ("/solve", {}), ("/solve/cancel", {}), ("/start", {}), ("/end", {}),
    ("/sponsors", {"name": "新", "kind": "office"}), ("/sponsors/{sponsor}", {}), ("/sponsors/{sponsor}/remove", {}),
    ("/places", {"name": "新"}), ("/places/{place}", {}), ("/places/{place}/remove", {}),
    ("/wishes", {"sponsor": 1, "place": 1, "kind": "fixed", "reason": "other"}), ("/wishes/{wish}/remove", {}),
)  # fmt: skip


def test_who_may_not_is_told_so_and_another_towns_plan_is_not_there(town, other_town, ask):
    here, there = make_plan(town), make_plan(other_town)
    rows = {}
    for plan in (here, there):
        sponsor, place = plan.sponsors.first(), plan.places.first()
        wish = PlanWish.objects.create(plan=plan, sponsor=sponsor, place=place, kind="fixed")
        rows[plan] = {"sponsor": sponsor.pk, "place": place.pk, "wish": wish.pk}
    for path, body in PATHS:
        for role in ("leader", "unit_head", "inspector"):
            assert ask(role, f"/{here.pk}{path.format(**rows[here])}", body).status_code == 403, (role, path)
        assert ask("clerk", f"/{there.pk}{path.format(**rows[there])}", body).status_code == 404, path
        if "{" in path:
            assert ask("clerk", f"/{here.pk}{path.format(**rows[there])}", body).status_code == 404, path
    assert made(town, ask, division=other_town.street.code).status_code == 403
    own = {"name": "x", "division": town.street.code, "starts_on": "2026-01-01", "ends_on": "2026-02-01"}
    assert ask("unit_head", "", own).status_code == 403
    for part in ("sponsors", "places", "wishes", "changes"):
        assert ask("clerk", f"/{there.pk}/{part}").status_code == 404
    SponsorshipPlan.objects.filter(pk=here.pk).update(state="signed", signed_at=here.made_at)
    assert ask("unit_head", f"/{here.pk}/sponsors").status_code == 200
    assert ask("unit_head", f"/{here.pk}/wishes").status_code == 403, "why a pair must not be is for those who make plans"
    foreign = {"sponsor": rows[there]["sponsor"], "place": rows[there]["place"], "kind": "fixed", "reason": "other"}
    SponsorshipPlan.objects.filter(pk=here.pk).update(state="draft")
    assert ask("clerk", f"/{here.pk}/wishes", foreign).json()["fields"].keys() == {"sponsor", "place"}


def test_a_plan_is_read_as_a_matrix_and_as_a_list_of_pairs(town, ask):
    plan = solved(town)
    told = ask("clerk", f"/{plan.pk}/matrix").json()
    assert [place["name"] for place in told["places"]] == [str(row) for row in town.communities] and told["next"] is None
    rows = {row["sponsor"]: row for row in told["rows"]}
    assert len(rows) == 8 and rows["领导1"]["kind"] == "leader"
    cells = {cell["pair"]: cell["place"] for row in told["rows"] for cell in row["places"]}
    assert cells == dict(plan.pairs.values_list("pk", "place")), "every pair stands once"
    assert ask("clerk", f"/{plan.pk}/matrix?page=9").json()["rows"] == []
    first = ask("clerk", f"/{plan.pk}/pairs?limit=3").json()
    rest = ask("clerk", f"/{plan.pk}/pairs?limit=200&after={first['next']}").json()
    assert [row["id"] for row in first["items"] + rest["items"]] == sorted(cells) and rest["next"] is None
    leaders = ask("clerk", f"/{plan.pk}/pairs?kind=leader").json()["items"]
    assert {row["sponsor"] for row in leaders} == {"领导1", "领导2"}
    assert ask("clerk", f"/{plan.pk}/pairs?kind=nobody").status_code == 422
    assert ask("clerk", f"/{make_plan(town, name='空方案').pk}/pairs").json()["items"] == []


def test_why_a_pair_is_so_and_what_a_move_costs_is_told_as_on_its_page(town, ask, sign_in):
    plan = solved(town)
    pair = plan.pairs.select_related("sponsor", "place").get(sponsor__name="部门1")
    told = ask("clerk", f"/pairs/{pair.pk}").json()
    page = sign_in("clerk").get(reverse("duties:sponsorship-pair", args=[pair.pk])).content.decode()
    assert told["why"] and all(sentence in page for sentence in [*told["why"], told["next_best"]])
    best = told["alternatives"][0]
    assert [row["cost"] for row in told["alternatives"]] == sorted(row["cost"] for row in told["alternatives"])
    where = f"with_pair={best['with_pair']}" if best["with_pair"] else f"place={best['place']}"
    cost = ask("clerk", f"/pairs/{pair.pk}/cost?{where}").json()
    assert cost["cost"] == pytest.approx(best["cost"], abs=1e-3) and cost["breaks"] == []
    assert sum(cost["terms"].values()) == pytest.approx(cost["cost"], abs=1e-3)
    assert plan.pairs.filter(pk=pair.pk, place=pair.place).exists(), "nothing is moved"
    moved = ask("clerk", f"/pairs/{pair.pk}/move", {"with_pair": best["with_pair"]} if best["with_pair"] else {"place": best["place"]})
    assert moved.json()["points"] - plan.points == pytest.approx(cost["cost"], abs=1e-3), "and costs that"


def test_what_a_move_would_break_is_said_and_who_may_not_see_the_plan_learns_nothing(town, other_town, ask, client):
    plan = solved(town)
    leader = plan.pairs.get(sponsor__name="领导1")
    elsewhere = next(place for place in plan.places.all() if place.pk != leader.place_id)
    PlanPlace.objects.filter(pk=elsewhere.pk).update(most=plan.pairs.filter(place=elsewhere).count())
    broken = ask("clerk", f"/pairs/{leader.pk}/cost?place={elsewhere.pk}").json()["breaks"]
    assert broken and any(elsewhere.name in sentence for sentence in broken), "one more than the place may have"
    for query in ("", f"?place={elsewhere.pk}&with_pair={leader.pk}", "?place=999999", f"?place={leader.place_id}"):
        assert ask("clerk", f"/pairs/{leader.pk}/cost{query}").status_code in (409, 422), query
    assert ask("clerk", "/pairs/999999").status_code == 404
    stranger = {"Authorization": f"Bearer {make_token(SYSTEM, other_town.accounts['clerk'], 'test')}"}
    for path in (f"{plan.pk}/matrix", f"{plan.pk}/pairs", f"pairs/{leader.pk}", f"pairs/{leader.pk}/cost?place={elsewhere.pk}"):
        assert client.get(f"/api/v1/sponsorship/{path}", headers=stranger).status_code == 404, path
        assert ask("liaison", f"/{path}").status_code == 404, "drafts are for those who weigh"
        assert ask("resident", f"/{path}").status_code == 403, path
