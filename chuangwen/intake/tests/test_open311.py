"""Other systems by Open311: what they may bring and read, how errors are told, and that nothing personal leaves."""

import json
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from chuangwen.cases import actions as cases
from chuangwen.cases.models import Case, Source, State
from chuangwen.cases.tests.loop import Loop
from chuangwen.evidence.models import Photo, Redaction
from chuangwen.intake import outgoing
from chuangwen.intake.access import resident, system
from chuangwen.intake.install import settings_row
from chuangwen.intake.models import Channel, Report, SystemKey
from chuangwen.intake.open311 import actions, rules
from chuangwen.intake.open311.actions import fetch_media, make_key, withdraw_key
from chuangwen.intake.open311.rules import Unclear, wanted
from chuangwen.intake.open311.writing import write
from chuangwen.intake.receiving import receive
from chuangwen.intake.sealing import unseal
from chuangwen.intake.tests.conftest import PLACE, TUESDAY
from chuangwen.kernel import clock
from chuangwen.kernel.access import SYSTEM
from chuangwen.kernel.errors import Denied
from chuangwen.kernel.models import AuditEntry, Job
from chuangwen.testing.pictures import jpeg

ROOT = "/open311/v2"
HERE = {"lat": str(PLACE[0]), "long": str(PLACE[1])}


@pytest.fixture
def key(ground):
    return make_key(SYSTEM, name="热线平台")


def post(key: str, form: str = "json", **given):
    facts = {"api_key": key, "service_code": "sticker", "description": "单元门上贴满小广告", **HERE} | given
    return Client().post(f"{ROOT}/requests.{form}", facts)


def get(path: str, **given):
    return Client().get(f"{ROOT}/{path}", given)


def posted(key: str, **given) -> Case:
    answer = post(key, **given)
    assert answer.status_code == 201, answer.content.decode()
    return Case.objects.get(number=answer.json()[0]["service_request_id"])


# -- posting ----------------------------------------------------------------------------------------------------------


def test_a_posted_request_becomes_a_case_from_another_system_at_its_place(key, ground):
    case = posted(key, attribute_ignored="x", first_name="小明", last_name="王", phone="19900000001", device_id="d-1", account_id="a-1")
    assert (case.source, case.state, case.kind.code) == (Source.SYSTEM, State.REPORTED, "sticker")
    assert case.division == ground.communities[0] and case.site == ground.sites[0]
    report = Report.objects.get(case=case)
    assert (report.channel, report.system.name) == (Channel.OPEN311, "热线平台")
    assert unseal(report.contact) == "王小明 19900000001" and "19900000001" not in report.contact
    entry = AuditEntry.objects.filter(verb="cases.report", channel="api").latest("number")
    assert entry.actor_name == "热线平台" and entry.actor_id is None


def test_the_answer_gives_the_number_and_the_link_for_who_reported_it(key):
    answer = post(key).json()[0]
    link = answer["service_notice"].split("http")[1]
    page = Client().get("/r/" + link.split("/r/")[1])
    assert page.status_code == 200 and answer["service_request_id"].split("-")[1] in page.content.decode()
    token = link.split("/r/")[1].strip("/")
    assert get(f"tokens/{token}.json").json() == [{"service_request_id": answer["service_request_id"], "token": token}]


@pytest.mark.parametrize(
    ("given", "status", "words"),
    [
        ({"api_key": ""}, 403, "api_key"),
        ({"api_key": "o311_guessed"}, 403, "api_key"),
        ({"service_code": ""}, 400, "service_code"),
        ({"service_code": "nothing"}, 404, "service_code"),
        ({"lat": "", "long": ""}, 400, "address_id"),
        ({"long": ""}, 400, "lat"),
        ({"lat": "91"}, 400, "lat"),
        ({"lat": "nan"}, 400, "lat"),
        ({"lat": "40.0", "long": "116.3"}, 400, "不在本地"),
        ({"jurisdiction_id": "elsewhere.gov"}, 404, "jurisdiction_id"),
        ({"description": "长" * 4001}, 400, "4,000"),
        ({"attribute[SEVERITY]": "9"}, 400, "SEVERITY"),
        ({"attribute[SEEN_AT]": "昨天"}, 400, "SEEN_AT"),
        ({"attribute[SITE]": "NOWHERE-1"}, 404, "NOWHERE-1"),
        ({"media_url": "file:///etc/passwd"}, 400, "media_url"),
    ],
)
def test_what_is_wrong_is_said_as_the_standard_says_it_and_leaves_nothing(key, given, status, words):
    for form in ("json", "xml"):
        answer = post(key, form, **given)
        assert answer.status_code == status, answer.content.decode()
        if form == "json":
            (error,) = answer.json()
        else:
            root = ElementTree.fromstring(answer.content)
            assert root.tag == "errors" and [child.tag for child in root] == ["error"]
            error = {"code": int(root[0].findtext("code")), "description": root[0].findtext("description")}
        assert error["code"] == status and words in error["description"]
    assert not Report.objects.exists() and not Case.objects.exists()


def test_the_same_number_of_the_sender_is_one_case_and_another_systems_same_number_another(key):
    first = post(key, **{"attribute[REFERENCE]": "A-1"})
    second = post(key, **{"attribute[REFERENCE]": "A-1"}, description="又一次")
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json()[0]["service_request_id"] == second.json()[0]["service_request_id"]
    other = post(make_key(SYSTEM, name="网格平台"), **{"attribute[REFERENCE]": "A-1"})
    assert other.status_code == 201 and Case.objects.count() == 2


def test_photos_come_along_and_are_covered_before_anybody_sees_them(key):
    files = [SimpleUploadedFile(f"{n}.jpg", jpeg(n), "image/jpeg") for n in (1, 2)]
    case = posted(key, media=files)
    assert case.photo_links.count() == 2
    waiting = Redaction.objects.filter(photo__in=case.photo_links.values("photo"))
    assert waiting.count() == 2 and not waiting.filter(confirmed_at__isnull=False).exists()
    assert get(f"requests/{case.number}.json", api_key=key).json()[0]["media_url"] is None


def test_what_is_no_picture_is_refused_and_stores_nothing(key):
    answer = post(key, media=SimpleUploadedFile("a.jpg", b"<script>", "image/jpeg"))
    assert answer.status_code == 400 and not Case.objects.exists() and not Photo.objects.exists()


def test_a_long_description_is_kept_whole(key):
    words = "".join(f"第{n}句。" for n in range(600))[:3000]
    case = posted(key, description=words)
    told = case.description.removesuffix("…") + "".join(
        event.note.removeprefix("…") for event in case.events.filter(verb="comment").order_by("pk")
    )
    assert told == words


def test_severity_and_the_day_it_was_seen_are_taken(key):
    seen = clock.now() - timedelta(days=2)
    case = posted(key, **{"attribute[SEVERITY]": "4", "attribute[SEEN_AT]": seen.isoformat()})
    assert case.severity == 4 and abs(case.reported_at - seen) < timedelta(seconds=1)


def test_a_place_can_be_said_by_a_sites_code_or_by_an_address_that_names_a_community(key, ground):
    nowhere = {"lat": "", "long": ""}
    assert posted(key, **nowhere, address_id=ground.sites[0].code).site == ground.sites[0]
    case = posted(key, **nowhere, address_string=f"{ground.communities[1].name}3栋楼下")
    assert case.division == ground.communities[1] and case.address.endswith("3栋楼下")


def test_a_key_of_one_area_brings_and_reads_nothing_from_elsewhere(ground):
    mine = make_key(SYSTEM, name="社区平台", division=ground.communities[1])
    assert "区域" in post(mine).json()[0]["description"]
    case = posted(make_key(SYSTEM, name="全域"))
    assert case.division == ground.communities[0]
    assert get(f"requests/{case.number}.json", api_key=mine).status_code == 404
    assert get("requests.json", api_key=mine).json() == []


def test_a_withdrawn_key_is_good_for_nothing(key):
    withdraw_key(SYSTEM, key_id=SystemKey.objects.get().pk)
    assert post(key).status_code == 403 and get("requests.json", api_key=key).status_code == 403
    assert not Case.objects.exists()


def test_only_the_hash_of_a_key_is_kept(key):
    row = SystemKey.objects.get()
    assert key not in json.dumps(AuditEntry.objects.values_list("after", flat=True)[0]) and key not in row.key_hash
    assert len(row.key_hash) == 64


def test_more_than_its_hourly_number_is_refused_with_the_time_to_come_back(ground, tuesday):
    key = make_key(SYSTEM, name="热线平台", per_hour=2)
    assert [post(key).status_code for _ in range(3)] == [201, 201, 429]
    last = post(key)
    assert 0 < int(last["Retry-After"]) <= 3600 and last.json()[0]["code"] == 429
    assert Case.objects.count() == 2


# -- reading ----------------------------------------------------------------------------------------------------------


def test_without_a_key_one_reads_how_it_goes_on_and_nothing_that_anybody_wrote(key, ground):
    case = posted(key, description="张三在3栋201卖假药，电话19900000001", address_string="3栋201")
    shown = get(f"requests/{case.number}.json").json()[0]
    assert (shown["status"], shown["service_code"], shown["address"]) == ("open", "sticker", ground.sites[0].name)
    assert shown["description"] is None and shown["agency_responsible"] is None
    text = json.dumps(shown, ensure_ascii=False)
    assert not any(word in text for word in ("张三", "3栋", "假药", "19900000001"))
    assert shown["lat"] == round(PLACE[0], 4)


def test_who_brought_it_reads_its_words_with_numbers_covered_and_other_keys_do_not(key):
    case = posted(key, description="王先生反映污水外溢，电话19900000001")
    shown = get(f"requests/{case.number}.json", api_key=key).json()[0]
    assert shown["description"] == "王先生反映污水外溢，电话199****0001"
    other = make_key(SYSTEM, name="网格平台")
    assert get(f"requests/{case.number}.json", api_key=other).json()[0]["description"] is None
    reader = make_key(SYSTEM, name="指挥中心", reads_words=True)
    assert "污水外溢" in get(f"requests/{case.number}.json", api_key=reader).json()[0]["description"]


def test_what_inspectors_found_and_what_was_taken_back_is_nobodys_business(key, ground):
    found = Loop(ground).report()
    assert get(f"requests/{found.number}.json").status_code == 404
    case = posted(key)
    Report.objects.filter(case=case).update(withdrawn_at=clock.now())
    assert get(f"requests/{case.number}.json", api_key=key).status_code == 404 and get("requests.json").json() == []


def test_the_office_can_ask_for_a_key_to_read(key):
    row = settings_row()
    row.open311_open = False
    row.save()
    assert get("requests.json").status_code == 403 and get("services.json").status_code == 200
    assert get("requests.json", api_key=key).status_code == 200


def outside(town, **more):
    facts = {"channel": Channel.RESIDENT, "description": "墙上有小广告", "site": town.sites[0], "kind": town.kinds["sticker"]} | more
    return receive(resident("居民"), **facts).report.case


def test_every_state_is_open_or_closed_and_the_filter_agrees_with_what_is_told(ground):
    loop = Loop(ground)
    made = {}
    for state in State:
        case = outside(ground)
        steps = {
            "screened": ["screen"], "dispatched": ["dispatch"], "refused": ["dispatch", "refuse"], "rectifying": ["dispatch", "sign_for"],
            "deferred": ["dispatch", "defer"], "submitted": ["dispatch", "sign_for", "submit"],
            "verified": ["dispatch", "sign_for", "submit", "verify"], "closed": ["dispatch", "sign_for", "submit", "verify", "close"],
            "rejected": ["reject"], "merged": ["merge"],
        }.get(state.value, [])  # fmt: skip
        for verb in steps:
            case = loop.do(verb, case)
        made[state.value] = case
    disputed = outside(ground)
    for verb in ("dispatch", "sign_for", "submit", "verify", "close"):
        disputed = loop.do(verb, disputed)
    cases.dispute(loop.clerk, case_id=disputed.pk, words="没有解决")
    made["disputed"] = disputed
    upheld = outside(ground)
    for verb in ("dispatch", "sign_for", "submit", "verify", "close"):
        upheld = loop.do(verb, upheld)
    cases.dispute(loop.clerk, case_id=upheld.pk, words="没有解决")
    cases.answer_dispute(loop.clerk, case_id=upheld.pk, uphold=True)
    made["upheld"] = upheld
    closed = {made[name].number for name in ("closed", "rejected")}
    told = {row["service_request_id"]: row["status"] for row in get("requests.json").json()}
    assert told.keys() == {case.number for case in made.values()}
    assert {number for number, status in told.items() if status == "closed"} == closed
    for status in ("open", "closed"):
        found = {row["service_request_id"] for row in get("requests.json", status=status).json()}
        assert found == {number for number, each in told.items() if each == status}
    assert len(get("requests.json", status="open,closed").json()) == len(made)
    rejected = get(f"requests/{made['rejected'].number}.json").json()[0]
    assert rejected["status_notes"].startswith("不予受理")


def test_a_request_that_was_merged_goes_on_under_the_other_number_to_its_end(ground):
    loop = Loop(ground)
    first, second = outside(ground), outside(ground)
    cases.merge(loop.clerk, case_id=second.pk, into_id=first.pk)
    shown = get(f"requests/{second.number}.json").json()[0]
    assert shown["status"] == "open" and first.number in shown["status_notes"]
    for verb in ("dispatch", "sign_for", "submit", "verify", "close"):
        first = loop.do(verb, first)
    assert get(f"requests/{second.number}.json").json()[0]["status"] == "closed"
    assert {row["service_request_id"] for row in get("requests.json", status="closed").json()} == {first.number, second.number}


def test_lists_are_cut_by_time_code_and_number(ground, tuesday):
    with clock.at(TUESDAY - timedelta(days=100)):
        old = outside(ground)
    with clock.at(TUESDAY - timedelta(days=10)):
        newer = outside(ground, kind=None)
    newest = outside(ground)
    numbers = lambda **given: [row["service_request_id"] for row in get("requests.json", **given).json()]  # noqa: E731
    assert numbers() == [newest.number, newer.number]
    assert numbers(service_code="sticker") == [newest.number]
    assert numbers(start_date=(TUESDAY - timedelta(days=101)).isoformat(), end_date=(TUESDAY - timedelta(days=99)).isoformat()) == [
        old.number
    ]
    assert numbers(start_date=(TUESDAY - timedelta(days=100)).isoformat()) == [newer.number, old.number]
    assert numbers(service_request_id=f"{old.number},{newest.number},没有") == [newest.number, old.number]
    assert numbers(page_size=1, page=2) == [newer.number]
    assert get("requests.json", start_date="2026-01-01T00:00:00Z", end_date="2026-11-01T00:00:00Z").status_code == 400


def test_a_list_costs_the_same_queries_however_long_it_is(ground, django_assert_max_num_queries):
    def cost() -> int:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as counted:
            get("requests.json", status="open")
        return len(counted)

    outside(ground)
    cost()
    few = cost()
    for _ in range(20):
        outside(ground)
    assert cost() == few


def test_released_photos_are_shown_by_their_public_address(key):
    case = posted(key, media=SimpleUploadedFile("1.jpg", jpeg(4), "image/jpeg"))
    row = Redaction.objects.get()
    row.confirmed_at, row.file_key, row.public_key = clock.now(), row.photo.thumbnail_key, "k" * 43
    row.save()
    url = get(f"requests/{case.number}.json").json()[0]["media_url"]
    assert url == f"http://testserver{reverse('evidence:public', args=['k' * 43])}" and Client().get(url).status_code == 200


def test_xml_and_json_say_the_same(key):
    case = posted(key, description="A<B & “引号”")
    told = get(f"requests/{case.number}.json", api_key=key).json()[0]
    answer = get(f"requests/{case.number}.xml", api_key=key)
    assert answer["Content-Type"] == "text/xml; charset=utf-8" and answer.content.startswith(b'<?xml version="1.0" encoding="utf-8"?>')
    root = ElementTree.fromstring(answer.content)
    assert root.tag == "service_requests" and [child.tag for child in root] == ["request"]
    assert {child.tag: child.text for child in root[0]} == {name: None if value is None else str(value) for name, value in told.items()}


def test_services_and_their_attributes_in_both_formats(ground):
    listed = get("services.json").json()
    assert {row["service_code"] for row in listed} >= {"sticker"} and all(row["type"] == "realtime" for row in listed)
    root = ElementTree.fromstring(get("services.xml").content)
    assert [child.findtext("service_code") for child in root] == [row["service_code"] for row in listed]
    definition = get("services/sticker.json").json()
    assert [each["order"] for each in definition["attributes"]] == [1, 2, 3, 4]
    severity = next(each for each in definition["attributes"] if each["code"] == "SEVERITY")
    assert severity["datatype"] == "singlevaluelist" and [value["key"] for value in severity["values"]] == ["1", "2", "3", "4"]
    tree = ElementTree.fromstring(get("services/sticker.xml").content)
    assert len(tree.findall("attributes/attribute")) == 4 and len(tree.findall("attributes/attribute/values/value")) == 4


def test_discovery_leads_to_the_interface(ground):
    found = Client().get("/open311/discovery.json").json()
    (endpoint,) = found["endpoints"]
    assert endpoint["url"] == "http://testserver/open311/v2" and set(endpoint["formats"]) == {"text/xml", "application/json"}
    root = ElementTree.fromstring(get("discovery.xml").content)
    assert root.findtext("endpoints/endpoint/url") == endpoint["url"]


def test_the_jurisdiction_of_the_town_is_taken_and_another_is_not_known(ground):
    code = ground.street.code
    assert get("services.json", jurisdiction_id="").status_code == 200
    top = next(iter(type(ground.street).objects.filter(code__isnull=False).order_by("depth", "path"))).code
    assert get("services.json", jurisdiction_id=top).status_code == 200
    row = settings_row()
    row.jurisdiction = "hedong.gov.cn"
    row.save()
    assert get("services.json", jurisdiction_id="hedong.gov.cn").status_code == 200
    assert get("services.json", jurisdiction_id=code + "0").status_code == 404


@pytest.mark.parametrize("path", ["nothing.json", "services.txt", "requests/a/b.xml", "requests.json%00"])
def test_an_unknown_address_is_answered_in_the_standards_words(db, path):
    answer = Client().get(f"{ROOT}/{path}")
    assert answer.status_code in (400, 404) and answer["Content-Type"].startswith(("text/xml", "application/json"))


def test_other_methods_are_refused(key):
    for method in ("put", "patch", "delete"):
        answer = getattr(Client(), method)(f"{ROOT}/requests.json")
        assert answer.status_code == 405 and "GET" in answer["Allow"] and answer.json()[0]["code"] == 405
    assert Client().post(f"{ROOT}/services.json").status_code == 405


def test_a_session_counts_for_nothing_here(key, sign_in):
    assert sign_in("clerk").post(f"{ROOT}/requests.json", {"service_code": "sticker", **HERE}).status_code == 403


def test_pages_of_other_sites_may_read_but_not_with_anybodys_session(key):
    answer = get("requests.json")
    assert answer["Access-Control-Allow-Origin"] == "*" and "Access-Control-Allow-Credentials" not in answer


# -- pictures that are named ------------------------------------------------------------------------------------------


def test_a_picture_elsewhere_is_not_fetched_but_remarked(key):
    case = posted(key, media_url="https://pictures.example.cn/1.jpg")
    assert "https://pictures.example.cn/1.jpg" in case.events.get(verb="comment").note
    assert not Job.objects.filter(kind=actions.FETCH).exists()


def test_a_picture_of_an_allowed_host_is_fetched_and_put_with_the_case_once(ground, monkeypatch):
    key = make_key(SYSTEM, name="网格平台", media_hosts="pictures.example.cn")
    asked = []
    monkeypatch.setattr(outgoing, "ask", lambda *given, **more: asked.append(given) or outgoing.Answered(200, jpeg(9), 5))
    case = posted(key, media_url="https://pictures.example.cn/a/1.jpg?x=1")
    job = Job.objects.get(kind=actions.FETCH)
    for _ in range(2):
        fetch_media(system("其他系统"), report_id=job.arguments["report"], url=job.arguments["url"])
    assert case.photo_links.count() == 1 and len(asked) == 1
    assert Redaction.objects.count() == 1


def test_a_picture_that_cannot_be_had_becomes_a_remark(ground, monkeypatch):
    key = make_key(SYSTEM, name="网格平台", media_hosts="pictures.example.cn")
    case = posted(key, media_url="https://pictures.example.cn/1.jpg")
    arguments = Job.objects.get(kind=actions.FETCH).arguments
    for wrong in (outgoing.Answered(200, b"<html>", 5), outgoing.Answered(302, b"", 5)):
        monkeypatch.setattr(outgoing, "ask", lambda *given, found=wrong, **more: found)
        assert fetch_media(system("其他系统"), report_id=arguments["report"], url=arguments["url"]) is None
    assert case.events.filter(verb="comment").count() == 2 and case.photo_links.count() == 0


# -- rules ------------------------------------------------------------------------------------------------------------


@given(st.dictionaries(st.sampled_from(["status", "start_date", "end_date", "page", "page_size", "service_code"]), st.text(max_size=30)))
def test_whatever_is_asked_it_is_understood_or_refused(asked):
    try:
        found = wanted(asked, TUESDAY)
    except Unclear:
        return
    assert found.since is not None
    assert found.until is None or found.until - found.since <= rules.SPAN
    assert 1 <= found.size <= rules.MOST


@given(st.text(max_size=4000))
def test_a_description_is_split_without_loss(words):
    first, rest = rules.split(words)
    assert len(first) <= rules.FIRST_WORDS and all(len(piece) <= rules.FURTHER_WORDS for piece in rest)
    assert (first.removesuffix("…") if rest else first) + "".join(rest) == words


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda each: st.dictionaries(st.sampled_from("abc"), each)))
def test_whatever_is_written_the_xml_can_be_read(content):
    ElementTree.fromstring(write("xml", "request", content))


def test_only_who_may_gives_keys(ground):
    with pytest.raises(Denied):
        make_key(ground.actors["clerk"], name="x")


# -- pages ------------------------------------------------------------------------------------------------------------


def test_the_administrator_gives_a_key_sees_it_once_and_takes_it_back(ground, sign_in):
    client = sign_in("system_admin")
    page = client.post(reverse("intake:system-new"), {"name": "热线平台", "per_hour": "300"}).content.decode()
    plain = page.split('user-select-all text-break">')[1].split("<")[0]
    assert posted(plain).source == Source.SYSTEM
    row = SystemKey.objects.get()
    shown = client.get(reverse("intake:system", args=[row.pk])).content.decode()
    assert plain not in shown and "热线平台" in shown
    assert client.post(reverse("intake:system-withdraw", args=[row.pk])).status_code == 303
    assert post(plain).status_code == 403
    assert "已收回" in client.get(reverse("intake:systems")).content.decode()


def test_the_office_sees_what_each_system_brought(key, sign_in):
    posted(key)
    listed = sign_in("clerk").get(reverse("intake:reports"), {"system": SystemKey.objects.get().pk}).content.decode()
    assert "单元门上贴满小广告" in listed
    make_key(SYSTEM, name="网格平台")
    other = {"system": SystemKey.objects.get(name="网格平台").pk}
    assert "单元门上贴满小广告" not in sign_in("clerk").get(reverse("intake:reports"), other).content.decode()
