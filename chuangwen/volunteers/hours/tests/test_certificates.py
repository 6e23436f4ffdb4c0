"""A certificate says what counts, verifies with the public key alone, and is withdrawn when it says too much."""

import base64
import json

import pytest
from click.testing import CliRunner
from django.urls import reverse

from chuangwen.commands import chuangwen
from chuangwen.commands.certificates import verify_certificate  # noqa: F401 - adds itself to the commands
from chuangwen.kernel import clock, signatures
from chuangwen.kernel.access import SYSTEM
from chuangwen.kernel.errors import Conflict, Denied, Refusal
from chuangwen.papers.layout.pdf import office
from chuangwen.people.actions import make_token
from chuangwen.testing.threads import at_once
from chuangwen.volunteers.corps.models import Membership
from chuangwen.volunteers.corps.tests.standing import make_team, make_volunteer
from chuangwen.volunteers.hours import actions, certificate_code, queries
from chuangwen.volunteers.hours.actions import certifying
from chuangwen.volunteers.hours.models import HoursCertificate
from chuangwen.volunteers.presence.recording import strike

from .ground import at, served

SPAN = {"starts_on": at(0).date().replace(day=1), "ends_on": at(0, day=20).date()}


@pytest.fixture(autouse=True)
def now(db):
    with clock.at(at(20, day=20)):
        yield


@pytest.fixture
def ground(town):
    town.volunteer = make_volunteer(town.communities[0], "张三丰", town.accounts["resident"])
    town.team = make_team(town.communities[0], town.units["department"], "邻里服务队")
    Membership.objects.create(team=town.team, volunteer=town.volunteer, state="member", asked_at=clock.now(), joined_on=at(0).date())
    town.entries = [served(town.volunteer, town.team, at(9, day=day), at(11, 30, day=day), source_id=day) for day in (3, 4)]
    return town


def issued(ground):
    row = actions.ask_certificate(ground.actors["resident"], volunteer_id=ground.volunteer.pk, **SPAN)
    return actions.issue_certificate(ground.actors["clerk"], hours_certificate_id=row.pk)


def run(*words):
    answer = CliRunner().invoke(chuangwen, ["verify-certificate", *words, "--json"])
    return answer.exit_code, json.loads(answer.output)


def test_the_volunteer_asks_and_the_unit_of_the_team_issues_what_counts(ground):
    row = issued(ground)
    assert (row.number, row.minutes, row.unit, row.lines[0]["times"]) == ("志服证〔2026〕1号", 300, ground.units["department"], 2)
    told = certificate_code.genuine(row.code, signatures.public_bytes())
    assert (told.name, told.minutes, told.number) == ("张**", 300, row.number)
    assert queries.verified(row.code).valid
    with pytest.raises(Conflict):
        actions.issue_certificate(ground.actors["clerk"], hours_certificate_id=row.pk)
    backwards = {"starts_on": SPAN["ends_on"], "ends_on": SPAN["starts_on"]}
    with pytest.raises(Refusal):
        actions.ask_certificate(ground.actors["resident"], volunteer_id=ground.volunteer.pk, **backwards)


def test_one_waits_at_a_time_and_nothing_is_issued_for_nothing_or_by_oneself(ground):
    day = at(0, day=19).date()
    row = actions.ask_certificate(ground.actors["resident"], volunteer_id=ground.volunteer.pk, starts_on=day, ends_on=day)
    with pytest.raises(Conflict):
        actions.ask_certificate(ground.actors["clerk"], volunteer_id=ground.volunteer.pk, **SPAN)
    with pytest.raises(Refusal):
        actions.issue_certificate(ground.actors["clerk"], hours_certificate_id=row.pk)
    actions.refuse_certificate(ground.actors["clerk"], hours_certificate_id=row.pk, reason="该时段没有记录")
    ground.volunteer.person = ground.accounts["clerk"].person
    ground.volunteer.save()
    mine = actions.ask_certificate(ground.actors["clerk"], volunteer_id=ground.volunteer.pk, **SPAN)
    with pytest.raises(Denied):
        actions.issue_certificate(ground.actors["clerk"], hours_certificate_id=mine.pk)
    row = actions.issue_certificate(ground.actors["unit_head"], hours_certificate_id=mine.pk)
    assert row.number == "志服证〔2026〕1号", "no number was lost"


def test_hours_struck_later_withdraw_it_and_a_correction_upwards_does_not(ground):
    row = issued(ground)
    clerk, head = ground.actors["clerk"], ground.actors["unit_head"]
    proposal = actions.propose_correction(clerk, service_entry_id=ground.entries[0].pk, minutes=160, reason="漏记")
    actions.agree_correction(head, hours_correction_id=proposal.pk)
    row.refresh_from_db()
    assert row.state == "issued"
    strike(ground.entries[1], "未到场")
    row.refresh_from_db()
    assert row.state == "withdrawn" and row.reason
    found = queries.verified(row.code)
    assert found.genuine and not found.valid


def test_one_letter_changed_or_another_key_is_found(ground):
    code = issued(ground).code
    raw = base64.urlsafe_b64decode(code + "=" * (-len(code) % 4))
    more = base64.urlsafe_b64encode(raw.replace(b'"minutes":300', b'"minutes":900')).decode().rstrip("=")
    assert certificate_code.decode(more)[0].minutes == 900, "it reads well"
    assert certificate_code.genuine(more, signatures.public_bytes()) is None and not queries.verified(more).genuine
    assert certificate_code.genuine(code, bytes(32)) is None
    for wrong in ("", "x", "A" * 300, code[:-9], "志愿" * 200):
        assert not queries.verified(wrong).genuine


def test_a_genuine_code_that_is_not_on_file_is_not_valid(ground):
    code = issued(ground).code
    HoursCertificate.objects.all().delete()
    assert not queries.verified(code).valid and queries.verified(code).problem


def test_the_command_needs_only_the_public_key(ground, tmp_path, settings):
    code = issued(ground).code
    key = base64.b64encode(signatures.public_bytes()).decode()
    settings.HOME = tmp_path / "elsewhere"  # another machine: no key of this installation there
    assert run(code, "--key", key) == (0, {
        "ok": True, "problems": [], "number": "志服证〔2026〕1号", "name": "张**", "hours": "5", "first": "2026-11-01", "last": "2026-11-20",
        "organ": "城管局", "issued_on": "2026-11-20", "key": signatures.fingerprint(base64.b64decode(key)),
    })  # fmt: skip
    assert run(f"https://example.org/volunteers/hours/verify/{code}/", "--key", key, "--name", "张三丰")[0] == 0
    assert run(code, "--key", key, "--name", "张三峰")[0] == 1
    assert run(code)[0] == 1, "another key"
    pdf = certificate_code.code_in(b"%PDF-1.7\n%%EOF\n" + certificate_code.CODE_MARK + code.encode() + b"\n")
    assert pdf == code


@pytest.mark.skipif(office() is None, reason="LibreOffice is not installed")
def test_the_pdf_bears_its_code_and_a_changed_byte_is_found(ground, sign_in, tmp_path):
    row = issued(ground)
    answer = sign_in("resident").get(reverse("volunteers:hours-certificate-pdf", args=[row.pk]))
    assert answer.status_code == 200 and answer.content.startswith(b"%PDF")
    place = tmp_path / "证明.pdf"
    place.write_bytes(answer.content)
    assert run(str(place))[0] == 0
    place.write_bytes(answer.content[:300] + bytes([answer.content[300] ^ 1]) + answer.content[301:])
    code, told = run(str(place))
    assert code == 1 and "改动" in told["problems"][0]
    row.refresh_from_db()
    assert certifying.certificate_pdf(row, "x") == answer.content, "made once"


def test_anybody_verifies_by_page_and_by_api_and_sees_no_name(ground, client):
    row = issued(ground)
    body = client.get(reverse("volunteers:hours-verify-code", args=[row.code])).content.decode()
    assert "真实有效" in body and "张**" in body and "三丰" not in body
    told = client.post("/api/v1/volunteer-hours/verify", {"code": row.code}, content_type="application/json").json()
    assert told["genuine"] and told["valid"] and told["minutes"] == 300 and told["name"] == "张**"
    actions.withdraw_certificate(ground.actors["clerk"], hours_certificate_id=row.pk, reason="重新开具")
    assert "已经失效" in client.get(reverse("volunteers:hours-verify"), {"code": row.code}).content.decode()
    assert "不真实" in client.get(reverse("volunteers:hours-verify"), {"code": "x"}).content.decode()


def test_one_sees_ones_own_record_by_page_api_and_sheet_and_nobody_elses(ground, sign_in, client):
    page = sign_in("resident")
    body = page.get(reverse("volunteers:hours-mine")).content.decode()
    assert "5 小时" in body and "清洁家园" in body
    assert page.get(reverse("volunteers:hours-mine"), {"export": "xlsx"}).status_code == 200
    other = served(make_volunteer(ground.communities[0], "别人"), ground.team, at(9), at(10))
    assert page.get(reverse("volunteers:hours-entry", args=[other.pk])).status_code == 404
    assert page.get(reverse("volunteers:hours-record", args=[ground.volunteer.pk])).status_code == 403
    headers = {"Authorization": f"Bearer {make_token(SYSTEM, ground.accounts['resident'], 'test')}"}
    assert client.get("/api/v1/volunteer-hours/mine", headers=headers).json()["minutes"] == 300
    rows = client.get("/api/v1/volunteer-hours/mine/entries?limit=1", headers=headers).json()
    assert [row["minutes"] for row in rows["items"]] == [150] and rows["next"]


def test_the_desk_corrects_settles_and_issues_by_forms_alone(ground, sign_in):
    clerk, head, entry = sign_in("clerk"), sign_in("unit_head"), ground.entries[0]
    post = lambda page, name, key, **body: page.post(reverse(f"volunteers:{name}", args=[key]), body)  # noqa: E731
    assert post(clerk, "hours-correct", entry.pk, hours=2, minutes=0, reason="早退").status_code == 303
    proposal = entry.proposals.get()
    assert "早退" in head.get(reverse("volunteers:hours-entry", args=[entry.pk])).content.decode()
    assert post(head, "hours-agree", proposal.pk, answer="").status_code == 303
    other = served(ground.volunteer, ground.team, at(10, day=4), at(12, day=4), source_id=44)
    from chuangwen.volunteers.hours import scanning

    scanning.look()
    doubt = other.doubts.get().doubt
    assert "两" in clerk.get(reverse("volunteers:hours-doubt", args=[doubt.pk])).content.decode()
    assert post(clerk, "hours-strike", doubt.pk, entries=[other.pk], reason="重复").status_code == 303
    other.refresh_from_db()
    assert not other.counts
    today = clock.today()
    assert post(clerk, "hours-certificate-new", ground.volunteer.pk, starts_on=today.replace(day=1), ends_on=today).status_code == 303
    row = HoursCertificate.objects.get()
    assert post(clerk, "hours-certificate-issue", row.pk).status_code == 303
    row.refresh_from_db()
    assert row.minutes == 270 and row.number in clerk.get(reverse("volunteers:hours-certificates")).content.decode()
    assert clerk.get(reverse("volunteers:hours-stars")).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_certificates_issued_at_the_same_moment_have_numbers_without_gap_or_double(shared_database, ground):
    keys = []
    for n in range(4):
        person = make_volunteer(ground.communities[0], f"志愿{n}", number=f"N{n}")
        served(person, ground.team, at(9), at(11), source_id=n)
        keys.append(actions.ask_certificate(SYSTEM, volunteer_id=person.pk, **SPAN).pk)
    signatures.private_key()

    def issue(n):
        with clock.at(at(20, day=20)):
            return actions.issue_certificate(SYSTEM, hours_certificate_id=keys[n]).number

    assert sorted(at_once(issue, 4)) == [f"志服证〔2026〕{n}号" for n in (1, 2, 3, 4)]
