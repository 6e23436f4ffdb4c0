"""Pages of cases: who gets in, what they see, and at what cost."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from chuangwen.cases.models import Case, State, Verb
from chuangwen.cases.tests.loop import Loop
from chuangwen.kernel import clock
from chuangwen.people.models import Unit
from chuangwen.standards.models import Responsibility
from chuangwen.testing.factories import LONG_AGO

STAFF = ("clerk", "leader", "unit_head", "liaison", "inspector", "grid_worker")
OTHERS = ("system_admin", "security_admin", "audit_admin")


def page(name: str, *args) -> str:
    return reverse(f"cases:{name}", args=args)


@pytest.mark.parametrize(
    ("name", "allowed"),
    [
        ("list", {*STAFF, "resident"}),
        ("report", {*STAFF, "resident"}),
        ("ownerless", {"clerk"}),
        ("infrastructure", {*STAFF, "resident"}),
        ("ten-disorders", {*STAFF, "resident"}),
        ("deadlines", {"clerk", "leader", "unit_head", "liaison", "inspector"}),
        ("deadline-new", {"clerk"}),
        ("deadline-try", {"clerk", "leader", "unit_head", "liaison", "inspector"}),
        ("loop-settings", {"clerk"}),
        ("rates", {"clerk", "leader", "unit_head", "liaison", "inspector"}),
    ],
)
def test_a_page_opens_for_those_whose_work_it_is_and_for_nobody_else(loop, sign_in, name, allowed):
    for role in (*STAFF, "resident", *OTHERS):
        assert sign_in(role).get(page(name)).status_code == (200 if role in allowed else 403), role


def test_who_is_not_signed_in_is_led_to_sign_in(client, loop):
    case = loop.report()
    for address in (page("list"), page("detail", case.pk), page("report"), page("verb", case.pk, "dispatch")):
        assert client.get(address).status_code == 302


def test_a_case_of_another_town_is_not_there(loop, other_town, sign_in):
    case = loop.at(State.DISPATCHED)
    for role in (*STAFF, "resident"):
        client = sign_in(role, other_town)
        assert client.get(page("detail", case.pk)).status_code == 404, role
        assert client.get(page("point", case.pk)).status_code == 404, role
        assert case.number not in client.get(page("list")).content.decode(), role


def test_no_verb_of_another_towns_case_can_be_done_by_its_address(loop, other_town, sign_in):
    case = loop.at(State.DISPATCHED)
    for role in STAFF:
        client = sign_in(role, other_town)
        for verb in Verb:
            answer = client.post(page("verb", case.pk, verb.value), {"version": case.version, "reason": "x", "note": "x"})
            assert answer.status_code in (403, 404), (role, verb)
    case.refresh_from_db()
    assert case.state == State.DISPATCHED


def test_a_page_offers_a_person_what_they_can_do_now_and_nothing_else(loop, sign_in):
    case = loop.at(State.RECTIFYING)
    address = page("verb", case.pk, "submit")
    assert address in sign_in("liaison").get(page("detail", case.pk)).content.decode()
    for role in ("clerk", "inspector", "leader"):
        assert address not in sign_in(role).get(page("detail", case.pk)).content.decode()


def test_the_liaison_of_the_lead_unit_is_one_tap_away(loop, sign_in):
    case = loop.at(State.DISPATCHED)
    text = sign_in("clerk").get(page("detail", case.pk)).content.decode()
    assert 'href="tel:19900000000"' in text


def test_whoever_may_not_call_is_not_shown_a_number(loop, sign_in):
    case = loop.at(State.DISPATCHED, actor=loop.actors["resident"], site=None, division=loop.town.communities[0])
    assert "tel:" not in sign_in("resident").get(page("detail", case.pk)).content.decode()


def test_the_history_tells_who_did_what_and_why(loop, sign_in):
    case = loop.at(State.REFUSED)
    text = sign_in("clerk").get(page("detail", case.pk)).content.decode()
    assert "不属于我单位职责" in text and loop.town.units["department"].name in text


def fill(loop: Loop, count: int) -> None:
    for number in range(count):
        case = loop.report(description=f"第{number}处问题")
        if number % 2:
            loop.do("dispatch", case)


def queries_of(client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(address).status_code == 200
    return len(seen)


@pytest.mark.parametrize("role", ["clerk", "liaison", "inspector", "grid_worker", "resident"])
def test_the_list_asks_at_most_twelve_times_however_long_it_is(loop, sign_in, role):
    client = sign_in(role)
    fill(loop, 4)
    few = queries_of(client, page("list"))
    fill(loop, 30)
    many = queries_of(client, page("list"))
    assert many == few <= 12


def test_a_case_page_costs_the_same_with_a_long_history(loop, sign_in):
    client, case = sign_in("clerk"), loop.at(State.RECTIFYING)
    few = queries_of(client, page("detail", case.pk))
    for number in range(20):
        loop.do("comment", case, note=f"备注{number}")
    assert queries_of(client, page("detail", case.pk)) == few <= 16


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("state=dispatched", {"dispatched"}),
        ("state=dispatched&state=refused", {"dispatched", "refused"}),
        ("waiting=to_screen", {"reported"}),
        ("waiting=to_arbitrate", {"refused"}),
        ("open=0", {"closed", "rejected"}),
        ("list=infrastructure", set()),
        (
            "list=ten_disorders",
            {"reported", "screened", "dispatched", "refused", "rectifying", "submitted", "closed", "rejected"},
        ),
        ("severity=4", set()),
        ("q=没有这样的字", set()),
    ],
)
def test_filters_keep_what_they_say(loop, sign_in, query, found):
    states = ("reported", "screened", "dispatched", "refused", "rectifying", "submitted", "closed", "rejected")
    numbers = {state: loop.at(state, site=loop.town.sites[2 * (n % 2)]).number for n, state in enumerate(states)}
    text = sign_in("clerk").get(f"{page('list')}?{query}&size=100").content.decode()
    assert {state for state, number in numbers.items() if f"{number}</a>" in text} == found


def test_a_number_read_out_on_the_phone_finds_its_case(loop, sign_in):
    case, other = loop.report(), loop.report()
    text = sign_in("clerk").get(f"{page('list')}?q={case.number.split('-')[1]}").content.decode()
    assert case.number in text and other.number not in text


def test_lists_of_a_unit_hold_its_subtree(loop, sign_in):
    case, town = loop.at(State.DISPATCHED), loop.town
    client = sign_in("clerk")
    assert case.number in client.get(f"{page('list')}?lead={town.units['department'].pk}&open=1").content.decode()
    assert case.number not in client.get(f"{page('list')}?lead={town.units['department2'].pk}").content.decode()


def test_another_towns_unit_is_no_filter(loop, other_town, sign_in):
    loop.at(State.DISPATCHED)
    text = sign_in("clerk").get(f"{page('list')}?lead={other_town.units['department'].pk}").content.decode()
    assert other_town.units["department"].name not in text


def test_what_no_rule_names_a_unit_for_stands_in_the_ownerless_list(loop, sign_in):
    case = loop.at(State.SCREENED)
    Case.objects.filter(pk=case.pk).update(lead_unit=None)
    assert case.number in sign_in("clerk").get(page("ownerless")).content.decode()


@pytest.fixture
def nobody_local(loop):
    """No unit stands for a place itself, so that only named units answer."""
    Unit.objects.filter(kind=Unit.Kind.COMMUNITY).update(division=None)
    Unit.objects.filter(kind=Unit.Kind.TOWN_OFFICE).update(kind=Unit.Kind.DEPARTMENT)


def test_bulk_dispatch_sends_what_has_an_owner_and_tells_what_has_none(loop, nobody_local, sign_in):
    Responsibility.objects.create(unit=loop.town.units["department"], kind=loop.town.kinds["sticker"], starts_on=LONG_AGO)
    owned, ownerless = loop.report(), loop.report(kind=None, site=None, division=loop.town.communities[0])
    answer = sign_in("clerk").post(
        page("list"), {"action": "dispatch", "selected": [owned.pk, ownerless.pk], "confirmed": "1", "note": "请尽快"}
    )
    text = answer.content.decode()
    owned.refresh_from_db()
    ownerless.refresh_from_db()
    assert answer.status_code == 200 and owned.number in text and ownerless.number in text
    assert (owned.state, owned.lead_unit) == (State.DISPATCHED, loop.town.units["department"])
    assert (ownerless.state, ownerless.lead_unit) == (State.SCREENED, None)


def test_bulk_actions_belong_to_the_office(loop, sign_in):
    case = loop.report()
    answer = sign_in("liaison").post(page("list"), {"action": "dispatch", "selected": [case.pk], "confirmed": "1"})
    case.refresh_from_db()
    assert answer.status_code == 403 and case.state == State.REPORTED


def test_pass_and_close_leaves_what_cannot_be_closed_as_it_was(loop, sign_in):
    ready, early = loop.at(State.SUBMITTED), loop.at(State.DISPATCHED, site=loop.town.sites[2])
    text = (
        sign_in("clerk")
        .post(page("list"), {"action": "verify", "selected": [ready.pk, early.pk], "confirmed": "1"})
        .content.decode()
    )
    ready.refresh_from_db()
    early.refresh_from_db()
    assert (ready.state, early.state) == (State.CLOSED, State.DISPATCHED)
    assert "不能进行此操作" in text


def test_the_sheet_has_the_columns_that_people_exchange(loop, sign_in, tmp_path):
    case = loop.at(State.CLOSED)
    answer = sign_in("clerk").get(f"{page('list')}?export=xlsx")
    assert answer["Content-Type"].endswith("sheet")
    book = tmp_path / "out.xlsx"
    book.write_bytes(answer.content)
    import openpyxl

    rows = [list(row) for row in openpyxl.load_workbook(book).active.iter_rows(values_only=True)]
    head = next(row for row in rows if "存在问题" in row)
    for title in (
        "序号",
        "点位编码",
        "街道",
        "社区",
        "类别",
        "点位名称",
        "指标",
        "测评内容",
        "标准",
        "结果",
        "责任单位",
        "专项工作组",
        "照片",
        "整改时限",
        "整改情况",
        "整改照片",
    ):
        assert title in head
    line = dict(zip(head, rows[rows.index(head) + 1], strict=True))
    assert line["存在问题"] == case.description and line["街道"] == loop.town.street.name and line["整改情况"] == "已清理"


def test_a_try_out_names_the_rule_and_the_due_moment(loop, sign_in):
    kind = loop.town.kinds["sticker"]
    client = sign_in("clerk")
    made = client.post(
        page("deadline-new"), {"kind": kind.pk, "amount": 4, "unit": "working_hours", "active": "on", "note": "清除"}
    )
    assert made.status_code == 303
    text = client.get(f"{page('deadline-try')}?kind={kind.pk}&severity=2&source=patrol").content.decode()
    assert "4 个工作小时" in text and "清除" in text
    again = client.post(page("deadline-new"), {"kind": kind.pk, "amount": 5, "unit": "working_hours", "active": "on"})
    assert again.status_code == 422


def test_settings_of_the_loop_are_kept(loop, sign_in):
    facts = {
        "default_amount": 5, "default_unit": "working_days", "arbitration_amount": 2, "arbitration_unit": "working_days",
        "supervise_after_limits": 2, "rebound_days": 10, "rebound_metres": 80, "objection_amount": 1, "objection_unit": "working_days",
    }  # fmt: skip
    client = sign_in("clerk")
    assert client.post(page("loop-settings"), facts).status_code == 303
    shown = client.get(page("loop-settings")).content.decode()
    assert 'value="10"' in shown and 'value="80"' in shown


def test_every_figure_of_the_rates_opens_exactly_the_cases_it_was_made_of(loop, sign_in):
    from chuangwen.cases import queries

    for state in ("reported", "dispatched", "deferred", "submitted", "closed", "closed", "rejected"):
        loop.at(state, site=loop.town.sites[2])
    actor, today = loop.clerk, clock.today()
    counts = queries.counts(actor, today, today, by="lead_unit")
    total = queries.counts(actor, today, today)[None]
    assert total.closed == 2
    for name in queries.FIGURES:
        behind = queries.visible(actor).filter(queries.behind(name, today, today))
        value = {
            "due_left": total.due - total.deferred, "sent_back": total.checked - total.passed_first, "missed": 0,
            "rebounds": Case.objects.filter(rebound_of__isnull=False).count(),
        }.get(name)  # fmt: skip
        assert behind.count() == (getattr(total, name) if value is None else value), name
        for unit, row in counts.items():
            if hasattr(row, name):
                assert behind.filter(lead_unit=unit).count() == getattr(row, name), (name, unit)
    unit = loop.town.units["department"]
    text = sign_in("clerk").get(f"{page('list')}?figure=closed:{today}:{today}&lead_only={unit.pk}&size=100").content.decode()
    assert all(number in text for number in Case.objects.filter(state="closed").values_list("number", flat=True))


def test_the_rates_name_units_and_no_person(loop, sign_in):
    loop.at(State.CLOSED)
    text = sign_in("leader").get(page("rates")).content.decode()
    assert loop.town.units["department"].name in text
    body = text[text.index("<main") : text.index("</main")]
    assert "测试liaison" not in body and "测试inspector" not in body


def test_a_rate_carries_its_interval_and_says_where_units_cannot_be_told_apart(loop, sign_in):
    for n in range(24):
        case = loop.at(State.CLOSED)
        own = {"lead_unit": loop.town.units["department2"]} if n < 12 else {}
        Case.objects.filter(pk=case.pk).update(due_at=clock.now(), in_time=n < 12, rebounded_at=clock.now() if n == 0 else None, **own)
    answer = sign_in("clerk").get(page("rates"))
    rows = answer.context["rows"]
    late, timely = ({cell["rate"].key: cell for cell in row["cells"]} for row in rows)
    assert [row["name"] for row in rows] == ["城管局", "市场监督局"], "whoever is late beyond chance comes first"
    assert (late["closed_in_time"]["side"], timely["closed_in_time"]["side"]) == (-1, 1)
    assert late["closed_in_time"]["told"].high == pytest.approx(0.2425, abs=1e-4), "Wilson, 0 of 12"
    assert {late["rebound"]["side"], timely["rebound"]["side"]} == {0}, "0 and 1 of 12 are not to be told apart"
    assert "难以区分" in answer.content.decode() and "排名" not in answer.content.decode()


def test_the_rates_are_exported_with_their_intervals(loop, sign_in):
    import io

    from openpyxl import load_workbook

    loop.at(State.CLOSED)
    answer = sign_in("clerk").get(f"{page('rates')}?export=xlsx")
    lines = [[cell.value for cell in row] for sheet in load_workbook(io.BytesIO(b"".join(answer))) for row in sheet.iter_rows()]
    head = next(row for row in lines if "立案率" in row)
    line = next(row for row in lines if row[0] == "城管局")
    named = dict(zip(head, line, strict=True))
    assert named["立案率"] == 1 and named["立案率：下限"] == pytest.approx(0.2065, abs=1e-4) and named["立案率：上限"] == 1, "Wilson, 1 of 1"


@pytest.mark.parametrize(
    "query", ["figure=nonsense", "figure=closed:x:y", "waiting=nothing", "round=abc", "lead=999999999999999999999", "site=0x1"]
)
def test_an_address_that_says_nonsense_is_answered_with_a_list(loop, sign_in, query):
    assert sign_in("clerk").get(f"{page('list')}?{query}").status_code == 200
