"""What a resident is promised: report without an account, follow by a link, and a closed case that is not solved gets an answer."""

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from chuangwen.cases import actions as cases
from chuangwen.cases.models import Case, Objection, Source, State
from chuangwen.cases.tests.loop import Loop
from chuangwen.intake import guard
from chuangwen.intake.access import resident
from chuangwen.intake.models import Channel, Follower, Report, SpentSolution
from chuangwen.intake.residents import actions, queries
from chuangwen.intake.sealing import hash_of
from chuangwen.intake.tests.conftest import PLACE, solved
from chuangwen.kernel import clock
from chuangwen.kernel.models import AuditEntry
from chuangwen.testing.pictures import jpeg

pytestmark = pytest.mark.django_db
SOMEBODY = resident("居民", "203.0.113.9")


def photo(seed: int = 1, name: str = "IMG.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, jpeg(seed), "image/jpeg")


def body(client: Client, **more) -> dict:
    return {
        "uid": uuid.uuid4(),
        "description": "垃圾桶满了，有异味",
        "community": "440902003001",
        "altcha": solved(client),
    } | more


def send(client: Client, **more):
    return client.post(reverse("intake:report"), body(client, **more), headers={"Accept": "application/json"})


def token_of(answer) -> str:
    assert answer.status_code == 200, answer.content.decode()
    return answer.json()["url"].split("/")[2]


@pytest.fixture
def no_proof(monkeypatch):
    """Actions are tested without the check against machines, which has tests of its own."""
    monkeypatch.setattr(guard, "check", lambda given: None)


@pytest.fixture
def reported(ground, tuesday, no_proof):
    """A report with a photo and its token."""
    return actions.send(
        SOMEBODY,
        proof={"altcha": "-"},
        description="垃圾桶满了",
        site=ground.sites[0],
        photos=[("a.jpg", jpeg(5))],
        contact="13812345678",
    )


def closed(town, case: Case) -> Case:
    loop = Loop(town)
    for verb in ("dispatch", "sign_for", "submit", "verify", "close"):
        loop.do(verb, case)
    case.refresh_from_db()
    return case


def test_anybody_reports_with_photo_place_and_words(ground):
    client = Client()
    page = client.get(reverse("intake:report"))
    assert page.status_code == 200 and not page.cookies.get("sessionid")
    answer = send(client, photos=[photo(1), photo(2)], lat=PLACE[0], lon=PLACE[1], datum="wgs84", contact="13812345678")
    report = Report.objects.get()
    case = report.case
    assert (case.source, case.state, report.channel) == (Source.RESIDENT, State.REPORTED, Channel.RESIDENT)
    assert case.division == ground.communities[0] and case.site == ground.sites[0] and case.reported_by is None
    assert report.photos.count() == 2 == case.photo_links.count()
    assert "13812345678" not in report.contact and report.contact
    token = token_of(answer)
    assert report.token_hash == hash_of(token) and token not in str(Report.objects.values().get())
    followed = client.get(answer.json()["url"])
    assert case.number.split("-")[1] in followed.content.decode() and "data:image/svg+xml" in followed.content.decode()
    assert followed["Referrer-Policy"] == "same-origin" and "noindex" in followed["X-Robots-Tag"]


def test_a_plain_form_without_script_works_with_a_sum(ground):
    client = Client()
    page = client.get(reverse("intake:report") + f"?site={ground.sites[0].code}")
    form, asked = page.context["form"], page.context["asked"]
    assert page.context["site"] == ground.sites[0]
    numbers = [n for n in range(2, 10) if guard.numeral(n) in asked.words]
    total = sum(numbers) if len(numbers) == 2 else numbers[0] * 2
    facts = {
        "uid": form.initial["uid"], "site_code": ground.sites[0].code, "description": "路灯不亮", "question": asked.seal, "sum": str(total),
        "photos": photo(3),
    }  # fmt: skip
    answer = client.post(reverse("intake:report"), facts)
    assert answer.status_code == 303 and answer["Location"].startswith("/r/")
    assert Report.objects.get().case.site == ground.sites[0]
    wrong = client.post(reverse("intake:report"), facts | {"uid": uuid.uuid4(), "sum": "99"})
    assert wrong.status_code == 422 and wrong.context["asked"].seal != asked.seal
    again = client.post(reverse("intake:report"), facts | {"uid": uuid.uuid4()})
    assert again.status_code == 422 and Report.objects.count() == 1


def test_the_same_page_sent_twice_is_one_report_with_the_same_link(ground):
    client = Client()
    facts = body(client)
    first = client.post(reverse("intake:report"), facts, headers={"Accept": "application/json"})
    second = client.post(reverse("intake:report"), facts, headers={"Accept": "application/json"})
    assert token_of(first) == token_of(second) and Report.objects.count() == Case.objects.count() == 1
    assert SpentSolution.objects.count() == 1


def test_knowing_the_identifier_of_a_case_does_not_give_its_link(reported):
    stolen = Client().post(
        reverse("intake:report"),
        body(Client(), uid=reported.report.case.uid, description="试探", community="440902003001"),
        headers={"Accept": "application/json"},
    )
    assert token_of(stolen) != reported.token and Report.objects.count() == 2


def test_a_solution_pays_for_one_report_and_a_forged_one_for_none(ground):
    client = Client()
    solution = solved(client)
    assert send(client, altcha=solution).status_code == 200
    replayed = send(client, altcha=solution)
    assert replayed.status_code == 422 and replayed.json()["message"]
    for forged in ("", "bm8=", solution[:-8], "eyJhbGdvcml0aG0iOjF9", "[" * 3000, "e30="):
        assert send(client, altcha=forged).status_code == 422
    assert Report.objects.count() == 1


def test_a_solution_is_not_spent_when_the_report_was_refused(ground):
    client = Client()
    solution = solved(client)
    broken = SimpleUploadedFile("x.jpg", b"\xff\xd8\xff\xe0 broken", "image/jpeg")
    assert send(client, altcha=solution, photos=[broken]).status_code == 422
    assert send(client, altcha=solution).status_code == 200


def test_an_old_challenge_is_refused(ground):
    client = Client()
    with clock.at(clock.now() - guard.LASTS * 2):
        old = solved(client)
    assert send(client, altcha=old).status_code == 422 and not Report.objects.exists()


def test_the_trap_catches_who_fills_in_everything(ground):
    assert send(Client(), website="http://spam.example").status_code == 422 and not Report.objects.exists()


def test_too_many_from_one_address_are_told_when_to_try_again(ground, tuesday):
    client = Client()
    for _n in range(10):
        assert send(client).status_code == 200
    refused = send(client)
    assert refused.status_code == 429 and int(refused["Retry-After"]) <= 3600 and "10:00" in refused.json()["message"]
    page = client.post(reverse("intake:report"), body(client))
    assert page.status_code == 429 and "Retry-After" in page and "10:00" in page.content.decode()
    assert Report.objects.count() == 10
    with clock.at(clock.now() + guard.HOUR):
        assert send(client).status_code == 200


@pytest.mark.parametrize(
    "content",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"PK\x03\x04",
        b"",
        b"\x00" * 2000,
        b"GIF89a<script>alert(1)</script>",
    ],
    ids=["svg", "zip", "empty", "zeros", "two faces"],
)
def test_what_is_no_photo_is_refused_and_nothing_is_stored(ground, content):
    answer = send(Client(), photos=[SimpleUploadedFile("a.jpg", content, "image/jpeg")])
    assert answer.status_code == 422 and "photos" in answer.json()["fields"] and not Case.objects.exists()


@pytest.mark.parametrize(
    "more",
    [
        {"description": ""}, {"description": "字" * 501}, {"description": "a\x00b"}, {"community": ""}, {"community": "999999999999"},
        {"lat": "north", "lon": "1"}, {"lat": "91", "lon": "1"}, {"kind": "0 OR 1=1"}, {"site_code": "\x00"}, {"uid": "x"},
        {"contact": "1" * 101}, {"datum": "mars"},
    ],
    ids=str,
)  # fmt: skip
def test_rubbish_is_answered_beside_the_field(ground, more):
    answer = send(Client(), **more)
    assert answer.status_code == 422 and set(more) & set(answer.json()["fields"]) or "community" in answer.json()["fields"]
    assert not Case.objects.exists()


def test_scripts_in_words_are_words(ground):
    client = Client()
    answer = send(client, description="<script>alert(1)</script>垃圾")
    page = client.get(answer.json()["url"]).content.decode()
    assert "<script>alert" not in page and "&lt;script&gt;" in page


def test_at_most_three_photos(ground):
    assert "photos" in send(Client(), photos=[photo(n) for n in range(4)]).json()["fields"]


# -- the link ---------------------------------------------------------------------------------------------------------


def test_a_wrong_link_is_nothing_and_guessing_ends_soon(reported):
    client = Client()
    answers = [client.get(reverse("intake:followed", args=[f"{n:024d}"])).status_code for n in range(45)]
    assert answers[0] == 404 and answers[-1] == 429 and set(answers) == {404, 429}
    assert client.get(reverse("intake:followed", args=[reported.token])).status_code == 200


def test_a_link_opens_its_own_photos_alone(ground, no_proof):
    one = actions.send(SOMEBODY, proof={}, description="甲处垃圾", site=ground.sites[0], photos=[("a.jpg", jpeg(7))])
    two = actions.send(SOMEBODY, proof={}, description="乙处垃圾", site=ground.sites[0], photos=[("b.jpg", jpeg(8))])
    client = Client()
    mine, other = one.report.photos.get().photo_id, two.report.photos.get().photo_id
    shown = client.get(reverse("intake:own-photo", args=[one.token, mine]))
    assert shown.status_code == 200 and shown["Content-Type"] == "image/jpeg"
    assert client.get(reverse("intake:own-photo", args=[one.token, other])).status_code == 404
    assert client.get(reverse("evidence:photo", args=[mine, "thumb"])).status_code == 404


def test_what_happened_is_told_in_plain_words_without_names(ground, reported):
    case = closed(ground, reported.report.case)
    found = queries.followed(reported.token)
    told = [line.title for line in found.story]
    assert len(told) == 6 and found.tone == "ok" and case.state == State.CLOSED
    page = Client().get(reverse("intake:followed", args=[reported.token])).content.decode()
    for name in case.events.exclude(actor_name="").values_list("actor_name", flat=True):
        if name != "居民":
            assert name not in page
    for unit in ground.units.values():
        assert unit.name not in page
    assert "138" not in page and "已清理" in page


def test_numbers_in_what_a_unit_wrote_are_covered(ground, reported):
    loop = Loop(ground)
    for verb in ("dispatch", "sign_for"):
        loop.do(verb, reported.report.case)
    loop.do("submit", reported.report.case, measure="已清理，联系人 13900001111")
    texts = [line.text for line in queries.followed(reported.token).story]
    assert any("139****1111" in text for text in texts) and not any("13900001111" in text for text in texts)


def test_a_closed_case_that_is_not_solved_gets_an_answer(ground, reported):
    case = closed(ground, reported.report.case)
    url = reverse("intake:not-solved", args=[reported.token])
    assert Client().post(url, {"words": "桶还是满的", "photos": photo(9)}).status_code == 303
    objection = Objection.objects.get(case=case)
    assert objection.state == Objection.State.PENDING and objection.words == "桶还是满的"
    assert queries.followed(reported.token).objection == objection
    reported.report.refresh_from_db()
    assert reported.report.disputed_at and reported.report.photos.count() == 2
    new = cases.answer_dispute(ground.actors["clerk"], case_id=case.pk, uphold=True, answer="重新办理")
    found = queries.followed(reported.token)
    assert found.case == new and found.own == case and new.state != State.CLOSED
    assert any("重新办理" in line.text for line in found.story)


def test_an_open_case_cannot_be_disputed_or_rated(reported):
    client = Client()
    assert client.post(reverse("intake:not-solved", args=[reported.token]), {"words": "没有"}).status_code == 422
    assert client.post(reverse("intake:rate", args=[reported.token]), {"rating": 5}).status_code == 422


def test_rating_with_words_may_be_changed(ground, reported):
    closed(ground, reported.report.case)
    url = reverse("intake:rate", args=[reported.token])
    for rating, words in ((5, "很快"), (2, "又脏了")):
        assert Client().post(url, {"rating": rating, "words": words}).status_code == 303
    reported.report.refresh_from_db()
    assert (reported.report.rating, reported.report.rating_words) == (2, "又脏了")
    assert Client().post(url, {"rating": 6}).status_code == 422


def test_words_are_added_while_it_is_open(reported):
    url = reverse("intake:add", args=[reported.token])
    assert Client().post(url, {"words": "在公交站旁"}).status_code == 303
    assert reported.report.case.events.filter(verb="comment", note="在公交站旁").count() == 1
    assert Client().post(url, {"words": "x" * 501}).status_code == 422


def test_withdrawing_ends_what_nobody_began_and_deletes_the_contact(reported):
    assert Client().post(reverse("intake:withdraw", args=[reported.token]), {"reason": "已有人清理"}).status_code == 303
    reported.report.refresh_from_db()
    assert reported.report.case.state == State.REJECTED and reported.report.contact == "" and reported.report.withdrawn_at
    assert Client().get(reverse("intake:followed", args=[reported.token])).status_code == 200


def test_withdrawing_does_not_stop_work_that_goes_on_or_that_others_follow(ground, reported, no_proof):
    Loop(ground).do("dispatch", reported.report.case)
    actions.withdraw(SOMEBODY, token=reported.token)
    reported.report.case.refresh_from_db()
    assert reported.report.case.state == State.DISPATCHED
    other = actions.send(SOMEBODY, proof={}, description="另一处垃圾", site=ground.sites[1])
    actions.follow_offered(SOMEBODY, proof={}, case_id=other.report.case_id, uid=uuid.uuid4())
    actions.withdraw(SOMEBODY, token=other.token)
    other.report.case.refresh_from_db()
    assert other.report.case.state == State.REPORTED


# -- similar ones -----------------------------------------------------------------------------------------------------


def look(client: Client, **asked):
    return client.post(reverse("intake:look"), asked, content_type="application/json", headers={"Accept": "application/json"})


def test_what_is_open_near_by_is_offered_and_followed(ground, reported):
    client = Client()
    Case.objects.filter(pk=reported.report.case_id).update(
        description="王小明说垃圾桶满了，电话13911112222", address="王小明家门口"
    )
    answer = look(client, text="垃圾桶满溢", lat=PLACE[0] + 0.0005, lon=PLACE[1])
    found = answer.json()
    assert found["division"] == str(ground.communities[0]) and len(found["similar"]) == 1
    one = found["similar"][0]
    assert "王小明" not in answer.content.decode() and "1391" not in answer.content.decode()
    followed = client.post(
        reverse("intake:follow"),
        {"offer": one["offer"], "uid": uuid.uuid4(), "altcha": solved(client)},
        headers={"Accept": "application/json"},
    )
    token = followed.json()["url"].split("/")[2]
    assert Follower.objects.get().case == reported.report.case and Case.objects.count() == 1
    page = client.get(reverse("intake:followed", args=[token])).content.decode()
    assert "王小明" not in page and reported.token not in page
    assert client.post(reverse("intake:rate", args=[token]), {"rating": 1}).status_code == 404
    assert client.post(reverse("intake:withdraw", args=[token]), {}).status_code == 404
    photo_id = reported.report.photos.get().photo_id
    assert client.get(reverse("intake:own-photo", args=[token, photo_id])).status_code == 404


def test_only_what_was_offered_can_be_followed(reported):
    client = Client()
    for offer in ("", str(reported.report.case_id), "1:abc", "x" * 400):
        answer = client.post(
            reverse("intake:follow"), {"offer": offer, "altcha": solved(client)}, headers={"Accept": "application/json"}
        )
        assert answer.status_code == 404
    assert not Follower.objects.exists()


def test_far_away_ended_and_unlike_cases_are_not_offered(ground, reported):
    client = Client()
    assert look(client, text="垃圾桶满溢", lat=PLACE[0] + 0.005, lon=PLACE[1]).json()["similar"] == []
    assert look(client, text="路灯不亮", lat=PLACE[0], lon=PLACE[1]).json()["similar"] == []
    cases.reject(ground.actors["clerk"], case_id=reported.report.case_id, reason="非问题")
    assert look(client, text="垃圾桶满溢", lat=PLACE[0], lon=PLACE[1]).json()["similar"] == []


@pytest.mark.parametrize(
    "content", ["", "[]", "{", '{"text": {"a": 1}, "lat": "x", "lon": true, "site": ["\\u0000"]}', '{"lat": 1e999}', "[" * 9000]
)
def test_the_scripts_question_survives_rubbish(ground, content):
    answer = Client().post(
        reverse("intake:look"), content, content_type="application/json", headers={"Accept": "application/json"}
    )
    assert answer.status_code == 200 and answer.json()["similar"] == []


def test_huge_questions_are_turned_away(ground):
    answer = Client().post(
        reverse("intake:look"),
        '{"text": "' + "字" * 30_000 + '"}',
        content_type="application/json",
        headers={"Accept": "application/json"},
    )
    assert answer.status_code == 413


def test_looking_costs_the_same_however_many_cases_there_are(ground, reported, django_assert_max_num_queries):
    client = Client()
    for _n in range(25):
        cases.report(ground.actors["clerk"], description="垃圾桶满溢", site=ground.sites[0])
    with django_assert_max_num_queries(22):
        assert len(look(client, text="垃圾桶满溢", lat=PLACE[0], lon=PLACE[1]).json()["similar"]) == 3


def test_the_map_and_the_names_of_places_are_all_that_is_public(ground, reported):
    client = Client()
    outlines = client.get(reverse("intake:ground")).json()["features"]
    assert [feature["properties"] for feature in outlines] == [{"title": str(ground.communities[0])}]
    assert client.get(reverse("intake:sites"), {"q": ground.sites[0].name[:2]}).json()["sites"]
    assert client.get(reverse("intake:sites"), {"q": "\x00"}).status_code in (200, 400)
    for name in ("cases:list", "intake:reports", "intake:desk", "intake:suggestion-list", "intake:model", "places:sites"):
        assert client.get(reverse(name)).status_code == 302, name


def test_the_trail_names_the_address_and_no_person(reported):
    entry = AuditEntry.objects.filter(verb="cases.report").latest("pk")
    assert entry.actor_id is None and entry.address == "203.0.113.9" and "13812345678" not in str(entry.after)


# -- what is public ----------------------------------------------------------------------------------------------------


def test_photos_are_public_only_when_a_person_has_confirmed_what_is_covered(ground, reported):
    from chuangwen.evidence.actions.redacting import confirm_release
    from chuangwen.evidence.models import Redaction

    photo_id = reported.report.photos.get().photo_id
    row = Redaction.objects.get(photo=photo_id)
    assert row.confirmed_at is None and queries.followed(reported.token).public == []
    client = Client()
    assert look(client, text="垃圾桶满溢", lat=PLACE[0], lon=PLACE[1]).json()["similar"][0]["picture"] == ""
    confirm_release(ground.actors["clerk"], photo_id, [])
    shown = queries.followed(reported.token).public
    assert (
        len(shown) == 1
        and look(client, text="垃圾桶满溢", lat=PLACE[0], lon=PLACE[1]).json()["similar"][0]["picture"] == shown[0]
    )
    assert client.get(shown[0]).status_code == 200


def test_the_photos_of_the_result_are_put_on_the_list_to_be_covered(ground, reported):
    from chuangwen.evidence.models import Redaction

    case = closed(ground, reported.report.case)
    after = case.photo_links.get(stage="after").photo_id
    assert Redaction.objects.filter(photo=after, confirmed_at=None).exists()
    inside = closed(ground, Loop(ground).report())
    assert not Redaction.objects.filter(photo__in=inside.photo_links.values("photo")).exists()
