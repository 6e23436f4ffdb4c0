"""Cases over REST: the same actions and policies as the pages, at a known cost."""

import json
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chuangwen.cases.models import Case, State, Verb
from chuangwen.cases.tests.loop import look_through, make_photo
from chuangwen.kernel import clock

CASES = "/api/v1/cases"


def post(client, address: str, body: dict | None = None, **more):
    return client.post(address, json.dumps(body or {}), content_type="application/json", **more)


def body_of(loop, **more) -> dict:
    return {
        "source": "patrol",
        "description": "墙面有小广告",
        "kind": "sticker",
        "site": loop.town.sites[0].code,
        "severity": 2,
    } | more


@pytest.fixture
def api(loop, sign_in):
    return {role: sign_in(role) for role in ("clerk", "liaison", "inspector", "grid_worker", "resident", "leader")}


def test_a_case_is_made_and_answered_with_its_number(loop, api):
    photo = make_photo(loop.actors["grid_worker"])
    answer = post(
        api["grid_worker"], CASES, body_of(loop, photos=[photo], lat=21.66, lon=110.92, datum="gcj02", address="官山一路")
    )
    made = answer.json()
    case = Case.objects.get()
    assert answer.status_code == 201 and made["number"] == case.number and made["id"] == case.pk
    assert made["kind"] == "sticker" and made["family"] == "environment" and made["state"] == "reported"
    assert case.given_lat == 21.66 and case.datum == "gcj02" and case.lat != 21.66


def test_the_same_uid_again_gives_the_same_case(loop, api):
    body = body_of(loop, uid=str(uuid.uuid4()))
    first, second = post(api["grid_worker"], CASES, body), post(api["grid_worker"], CASES, body)
    assert first.json()["id"] == second.json()["id"] and Case.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"kind": "no-such-kind"}, "cases.unknown_kind"),
        ({"site": "NOWHERE"}, "cases.unknown_site"),
        ({"division": "999999999999"}, "cases.unknown_division"),
        ({"description": "  "}, "cases.text_missing"),
        ({"source": "nonsense"}, "cases.source_unknown"),
        ({"severity": 9}, "invalid"),
        ({"datum": "mars"}, "invalid"),
        ({"lat": 1234.5, "lon": 1.0}, "cases.no_point"),
        ({"photos": [123456]}, "cases.photo_unknown"),
        ({"photos": [2**70]}, None),
    ],
)
def test_what_cannot_be_is_answered_with_a_code_and_a_sentence_and_leaves_nothing(loop, api, change, code):
    answer = post(api["clerk"], CASES, body_of(loop) | change)
    assert answer.status_code == 422 and not Case.objects.exists()
    told = answer.json()
    assert told["message"] and (code is None or told["code"] == code)


def test_another_towns_site_is_no_place_to_report(loop, api, other_town):
    answer = post(api["clerk"], CASES, body_of(loop, site=other_town.sites[0].code))
    assert answer.status_code == 422 and answer.json()["code"] == "cases.unknown_site"


def test_without_a_token_nothing_is_told(client, loop):
    assert client.get(CASES).status_code == 401
    assert post(client, CASES, body_of(loop)).status_code == 401


def test_the_list_is_paged_by_position(loop, api):
    made = [loop.report(description=f"第{n}处").pk for n in range(5)]
    seen, after = [], None
    while True:
        page = api["clerk"].get(CASES, {"limit": 2} | ({"after": after} if after else {})).json()
        seen += [case["id"] for case in page["items"]]
        after = page["next"]
        if after is None:
            break
    assert seen == made[::-1]
    assert api["clerk"].get(CASES, {"limit": 0}).status_code == 422


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"state": "dispatched"}, {"dispatched"}),
        ({"state": "dispatched,refused"}, {"dispatched", "refused"}),
        ({"open": "false"}, {"closed"}),
        ({"kind": "sticker", "state": "closed"}, {"closed"}),
        ({"kind": "paving"}, set()),
        ({"family": "order"}, set()),
        ({"list": "infrastructure"}, set()),
        ({"source": "hotline"}, set()),
        ({"text": "没有"}, set()),
        ({"division": "999"}, set()),
        ({"unit": 2**62}, set()),
    ],
)
def test_filters_keep_what_they_say(loop, api, query, expected):
    for state in ("dispatched", "refused", "closed"):
        loop.at(state)
    assert {case["state"] for case in api["clerk"].get(CASES, query).json()["items"]} == expected


def test_a_place_reaches_over_what_lies_below_it(loop, api):
    case = loop.report()
    ids = [one["id"] for one in api["clerk"].get(CASES, {"division": loop.town.street.code}).json()["items"]]
    assert ids == [case.pk]


@pytest.mark.parametrize(
    "query", [{"state": "nonsense"}, {"deadline": "never"}, {"list": "x"}, {"limit": 1000}, {"after": 2**80}]
)
def test_a_filter_that_says_nothing_is_refused(loop, api, query):
    assert api["clerk"].get(CASES, query).status_code == 422


def test_one_case_comes_with_its_history_its_photos_and_what_can_be_done(loop, api):
    case = loop.at(State.SUBMITTED)
    told = api["inspector"].get(f"{CASES}/{case.pk}").json()
    assert [event["verb"] for event in told["events"]] == ["report", "dispatch", "sign_for", "submit"]
    assert "verify" in told["verbs"] and "submit" not in told["verbs"]
    assert {photo["stage"] for photo in told["photos"]} == {"after"} and "?k=" in told["photos"][0]["view"]


def test_other_towns_cases_are_not_there_and_cannot_be_touched(loop, other_town, sign_in):
    case = loop.at(State.DISPATCHED)
    for role in ("clerk", "liaison", "inspector", "resident"):
        client = sign_in(role, other_town)
        assert client.get(f"{CASES}/{case.pk}").status_code == 404
        assert client.get(CASES).json()["items"] == []
        for verb in (Verb.SIGN_FOR, Verb.COMMENT, Verb.CLOSE):
            assert post(client, f"{CASES}/{case.pk}/verbs/{verb.value}", {"note": "x"}).status_code in (403, 404)
    case.refresh_from_db()
    assert case.state == State.DISPATCHED


def test_the_whole_loop_over_rest(loop, api):
    lead = loop.town.units["department"]
    key = post(api["grid_worker"], CASES, body_of(loop)).json()["id"]

    def do(role: str, verb: str, status: int = 200, **body):
        answer = post(api[role], f"{CASES}/{key}/verbs/{verb}", body)
        assert answer.status_code == status, (verb, answer.content.decode())
        return answer.json()

    do("clerk", "screen", note="属实")
    do("clerk", "edit", description="墙面和电杆有小广告", severity=3)
    do("clerk", "dispatch", lead=lead.pk, limit_amount=4, limit_unit="working_hours")
    do("liaison", "refuse", reason="不属于我单位")
    do("clerk", "redispatch", lead=lead.pk, assists=[loop.town.units["community"].pk])
    assert do("liaison", "refuse", 409, reason="还是不属于")["code"] == "cases.binding"
    do("liaison", "sign_for")
    do("liaison", "pass_on", unit=loop.squad.pk)
    do("liaison", "hand_back", reason="中队无车")
    do("liaison", "ask_extension", days=2, reason="需采购")
    do("clerk", "deny_extension", reason="原时限足够")
    do("clerk", "defer", until="2026-12-20", reason="待资金", plan="2027年计划")
    do("clerk", "resume")
    photo = make_photo(loop.unit)
    do("liaison", "submit", measure="已清理", after_photos=[photo])
    do("inspector", "send_back", reason="照片不清")
    do("liaison", "submit", measure="已再次清理", after_photos=[make_photo(loop.unit)])
    early = do("inspector", "verify", 409, note="已看")
    assert early["code"] == "cases.photos_compared", "photos are compared before anybody passes the work"
    look_through(Case.objects.get(pk=key))
    do("inspector", "verify", note="已看")
    ended = do("clerk", "close")
    assert ended["state"] == "closed" and ended["rework"] == 1 and ended["severity"] == 3
    again = do("clerk", "rebound", description="又有了")
    assert again["id"] != key and again["rebound_of"] == ended["number"]


def test_a_version_that_is_old_is_a_conflict(loop, api):
    case = loop.report()
    loop.do("screen", case)
    answer = post(
        api["clerk"],
        f"{CASES}/{case.pk}/verbs/dispatch",
        {"expected_version": case.version, "lead": loop.town.units["department"].pk},
    )
    assert answer.status_code == 409 and answer.json()["code"] == "cases.changed"


def test_an_idempotency_key_makes_one_case(loop, api):
    answers = [post(api["clerk"], CASES, body_of(loop), headers={"Idempotency-Key": "k-1"}) for _ in range(2)]
    assert Case.objects.count() == 1 and answers[0].json()["id"] == answers[1].json()["id"]


def test_every_verb_is_described_and_has_its_address(loop, api):
    paths = api["clerk"].get("/api/v1/openapi.json").json()["paths"]
    described = {address.rsplit("/", 1)[1] for address in paths if "/verbs/" in address and "/cases/" in address}
    done_by_themselves = {Verb.REPORT, Verb.CLOCK, Verb.IMPORT, Verb.RECHECK, Verb.ESCALATE}
    assert described == {verb.value for verb in Verb if verb not in done_by_themselves}


def counted(call) -> int:
    call()
    with CaptureQueriesContext(connection) as seen:
        answer = call()
    assert answer.status_code < 300, answer.content
    return len([q for q in seen if not q["sql"].startswith(("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT"))])


def test_what_it_costs(loop, api):
    """Listing 100 at most 10 queries, creating at most 20, one case at most 14; none grows with the number of cases."""
    client = api["clerk"]
    for n in range(40):
        loop.report(description=f"第{n}处")
    listed = counted(lambda: client.get(CASES, {"limit": 100}))
    detail = counted(lambda: client.get(f"{CASES}/{Case.objects.first().pk}"))
    created = counted(lambda: post(client, CASES, body_of(loop)))
    assert listed <= 10 and detail <= 14 and created <= 20, (listed, detail, created)


def test_times_are_told_with_their_offset(loop, api):
    case = loop.report()
    assert api["clerk"].get(f"{CASES}/{case.pk}").json()["reported_at"] == clock.now().astimezone(clock.LOCAL).isoformat()
