"""Silent re-checks: drawn so that anybody can repeat it, done by somebody independent, and no secret told before."""

import difflib
import json
from collections import Counter
from datetime import timedelta
from decimal import Decimal
from math import ceil

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from chuangwen.cases import actions as cases
from chuangwen.cases.errors import Incomplete, NotNow
from chuangwen.cases.models import Case, CaseParty, CasePhoto, Recheck, RecheckDraw, RecheckSettings, State, Verb
from chuangwen.cases.rechecks import actions, drawing, queries, rules
from chuangwen.cases.rechecks.rules import Answering, Candidate, Signs, Weights
from chuangwen.cases.tests.loop import make_photo
from chuangwen.cases.tests.pictures import upload
from chuangwen.kernel import access, clock
from chuangwen.kernel.errors import Denied, Missing, Refusal
from chuangwen.kernel.models import AuditEntry
from chuangwen.people.actors import actor_of
from chuangwen.testing.factories import make_account, make_unit

# -- the draw, by itself --------------------------------------------------------------------------------------------------

FRAME = [(f"20261101-{n:04d}", 1.0 + (n % 7 == 0) * 5) for n in range(1, 201)]


def test_the_number_of_a_case_is_what_anybody_gets_from_sha_256():
    # python -c "import hashlib; print(hashlib.sha256(b'seed:random:20261101-0001').hexdigest()[:16])"
    import hashlib

    digits = hashlib.sha256(b"seed:random:20261101-0001").hexdigest()[:16]
    assert rules.number_of("seed", "random", "20261101-0001") == (int(digits, 16) + 0.5) / 2**64


def test_the_same_seed_draws_the_same_in_whatever_order_the_frame_stands():
    first = rules.drawn(FRAME, "a", Decimal(5), 50, 100)
    assert first == rules.drawn(FRAME[::-1], "a", Decimal(5), 50, 100)
    assert first != rules.drawn(FRAME, "b", Decimal(5), 50, 100)
    assert Counter(how for _case, how in first) == {"random": 5, "risk": 5}
    assert len({case for case, _how in first}) == 10


@given(
    st.integers(0, 60), st.decimals(0, 100, places=2), st.integers(0, 100), st.integers(1, 30), st.text(max_size=8),
)  # fmt: skip
def test_as_many_are_drawn_as_the_share_says_none_twice(count, share, random_part, at_most, seed):
    frame = [(f"{n}", 1.0 + n % 3) for n in range(count)]
    found = rules.drawn(frame, seed, share, random_part, at_most)
    assert len(found) == min(at_most, count, ceil(count * share / 100))
    assert len({case for case, _how in found}) == len(found)
    assert sum(how == "random" for _case, how in found) == int(len(found) * random_part / 100 + 0.5)


def test_what_weighs_six_times_as_much_is_met_about_six_times_as_often():
    heavy = {case for case, weight in FRAME if weight > 1}
    met = Counter(case in heavy for n in range(300) for case, _how in rules.drawn(FRAME, f"s{n}", Decimal(1), 0, 100))
    share = met[True] / met.total()
    expected = 6 * len(heavy) / (6 * len(heavy) + len(FRAME) - len(heavy))
    assert abs(share - expected) < 0.06, (share, expected)


def test_at_random_every_case_has_the_same_chance():
    heavy = {case for case, weight in FRAME if weight > 1}
    met = Counter(case in heavy for n in range(300) for case, _how in rules.drawn(FRAME, f"s{n}", Decimal(1), 100, 100))
    assert abs(met[True] / met.total() - len(heavy) / len(FRAME)) < 0.05


def test_each_sign_adds_its_weight_and_a_plain_case_weighs_one():
    weights = Weights(rebounds=3, doubts=4, rushed=2, rework=2)
    assert rules.weight(Signs(), weights) == 1
    assert rules.weight(Signs(rebounds=0.5), weights) == 2
    assert rules.weight(Signs(rework=1), weights) == 1.5 and rules.weight(Signs(rework=9), weights) == 2
    assert rules.weight(Signs(1.0, True, True, 2), weights) == 1 + 2 + 3 + 1 + 1


def test_who_acted_belongs_to_the_unit_or_works_elsewhere_is_not_sent():
    case = Answering("00010002", ("0005", "00060001"), {7})
    able = Candidate(1, ("0001",), ("0009",))
    assert rules.independent(able, case)
    assert not rules.independent(Candidate(7, ("0001",), ("0009",)), case), "acted on it"
    assert not rules.independent(Candidate(1, ("0001",), ("00050003",)), case), "below the unit"
    assert not rules.independent(Candidate(1, ("0001",), ("0009", "0005")), case), "a second post there"
    assert rules.independent(Candidate(1, ("0001",), ("0006",)), case), "above the unit that did it"
    assert not rules.independent(Candidate(1, ("0002",), ("0009",)), case), "another town"


def test_work_is_shared_evenly():
    people = [Candidate(n, ("0001",), ("0009",)) for n in range(1, 5)]
    numbers = [f"{n}" for n in range(20)]
    found = rules.assigned({number: Answering("0001", (), ()) for number in numbers}, numbers, people, {1: 3}, "x")
    assert Counter(found.values()) == {1: 3, 2: 6, 3: 6, 4: 5} or max(Counter(found.values()).values()) - 3 <= 3
    assert Counter(found.values())[1] < min(Counter(found.values())[n] for n in (2, 3, 4))
    assert rules.assigned({"1": Answering("0002", (), ())}, ["1"], people, {}, "x") == {"1": None}


# -- on the tables --------------------------------------------------------------------------------------------------------


@pytest.fixture
def second(loop):
    """Another inspector of the town, of a unit that answers for nothing."""
    unit = make_unit("第三方测评公司", "assessor", division=loop.town.street)
    return actor_of(make_account("second-inspector", loop.town.roles["inspector"], unit))


def week_old(loop, count: int = 4, **more) -> list[Case]:
    """Cases closed a week ago."""
    found = [loop.at(State.CLOSED, site=None, division=loop.town.communities[0], **more) for _n in range(count)]
    Case.objects.filter(pk__in=[case.pk for case in found]).update(closed_at=clock.now() - timedelta(days=7))
    return found


def drawn(loop, share: int = 100, **more) -> RecheckDraw:
    return drawing.draw(loop.clerk, share=Decimal(share), **more)


def test_what_was_closed_in_the_window_is_drawn_and_goes_to_somebody_independent(loop, second):
    old = week_old(loop)
    loop.at(State.CLOSED, site=loop.town.sites[2])  # closed today: too fresh
    made = drawn(loop)
    rows = list(Recheck.objects.filter(draw=made))
    assert {row.case_id for row in rows} == {case.pk for case in old}
    assert {row.assigned_to_id for row in rows} == {second.account_id}, "the first inspector verified them"
    assert all(row.unit == loop.town.units["department"] for row in rows)
    assert drawing.repeated(made)
    with pytest.raises(Incomplete):
        drawn(loop)  # all are planned


def test_a_record_that_was_changed_does_not_come_out_again(loop, second):
    week_old(loop)
    made = drawn(loop, 50)
    made.refresh_from_db()
    assert drawing.repeated(made), "what comes back from the database is what was stored"
    made.result = [made.result[0]]
    assert not drawing.repeated(made)
    made.refresh_from_db()
    made.frame[0][1] = 9.0
    assert not drawing.repeated(made)


def test_where_nobody_is_independent_nobody_is_sent_and_the_clerk_sees_it(loop):
    week_old(loop, 1)
    drawn(loop)
    row = Recheck.objects.get()
    assert row.assigned_to is None
    assert queries.counts(loop.clerk, clock.today())["unassigned"] == 1


def test_the_weekly_job_draws_by_itself_and_tells_how_many_never_which(loop, second):
    from chuangwen.cases.jobs import recheck_job

    old = week_old(loop)
    actions.save_settings(loop.clerk, changes={"share": Decimal(50)})
    assert recheck_job(None) == {"drawn": 2}
    entry = AuditEntry.objects.filter(verb="cases.draw_rechecks").latest("number")
    told = json.dumps([entry.after, entry.before, entry.title, entry.note], ensure_ascii=False)
    assert not any(case.number in told or f'"{case.pk}"' in told for case in old)
    assert entry.after["drawn"] == 2 and entry.kind == "cases.recheckdraw"
    actions.save_settings(loop.clerk, changes={"weekly": False})
    assert recheck_job(None) == {"drawn": 0}


def test_doubts_rework_and_haste_weigh(loop, second):
    from chuangwen.evidence.models import Doubt

    plain, doubted, sent_back = week_old(loop, 3)
    link = CasePhoto.objects.filter(case=doubted, stage="after").get()
    Doubt.objects.filter(photo=link.photo).delete()
    Doubt.objects.create(
        photo=link.photo, examination=link.photo.examination, kind="alike", score=0.9, found_at=clock.now(), decision="cannot_tell",
        decided_at=clock.now(),
    )  # fmt: skip
    CaseDoubts = Doubt.objects.exclude(photo=link.photo)
    CaseDoubts.update(decision="genuine")
    Case.objects.filter(pk=sent_back.pk).update(rework=2)
    weights = dict(drawn(loop).frame)
    assert weights[doubted.number] == weights[plain.number] + 3
    assert weights[sent_back.number] == weights[plain.number] + 1


def test_still_solved_is_told_in_the_history_and_counts(loop, second):
    case = week_old(loop, 1)[0]
    drawn(loop)
    row = Recheck.objects.get()
    done = actions.recheck(
        second, recheck_id=row.pk, result="solved", note="现场干净", photos=[make_photo(second)], lat=21.6, lon=110.9
    )
    assert (done.state, done.result, done.done_by_id) == ("done", "solved", second.account_id)
    event = case.events.order_by("-pk").first()
    assert (event.verb, event.data["result"], event.note) == (Verb.RECHECK, "solved", "现场干净")
    assert Case.objects.get(pk=case.pk).state == State.CLOSED
    with pytest.raises(NotNow):
        actions.recheck(second, recheck_id=row.pk, result="back", photos=[make_photo(second)])


def test_what_is_back_goes_on_as_one_rebound_however_it_is_found(loop, second):
    case = week_old(loop, 1)[0]
    drawn(loop)
    first = cases.rebound(loop.clerk, case_id=case.pk, description="居民又反映")
    done = actions.recheck(second, recheck_id=Recheck.objects.get().pk, result="back", note="又有了", photos=[make_photo(second)])
    assert done.new_case == first, "residents were quicker: the same case, not a second"
    assert Case.objects.filter(rebound_of=case).count() == 1


def test_back_makes_a_case_that_names_the_old_one_and_where_it_was_found(loop, second):
    case = week_old(loop, 1)[0]
    drawn(loop)
    photo = make_photo(second)
    done = actions.recheck(second, recheck_id=Recheck.objects.get().pk, result="back", note="又贴满了", photos=[photo])
    new = done.new_case
    assert (new.rebound_of_id, new.source, new.state, new.description) == (case.pk, "recheck", State.REPORTED, "又贴满了")
    assert list(new.photo_links.values_list("photo", "stage")) == [(photo, "before")]
    assert Case.objects.get(pk=case.pk).rebounded_at is not None


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"result": "solved"}, "cases.photos_missing"),
        ({"result": "back", "note": "又有了"}, "cases.photos_missing"),
        ({"result": "unclear"}, "cases.text_missing"),
        ({"result": "maybe", "note": "?"}, "cases.recheck_result"),
    ],
)
def test_what_is_found_is_shown_or_explained(loop, second, facts, code):
    week_old(loop, 1)
    drawn(loop)
    with pytest.raises(Incomplete) as caught:
        actions.recheck(second, recheck_id=Recheck.objects.get().pk, **facts)
    assert caught.value.code == code
    assert Recheck.objects.get().state == "planned"


def test_only_whoever_is_sent_can_do_it(loop, second):
    week_old(loop, 1)
    drawn(loop)
    row = Recheck.objects.get()
    for actor in (loop.inspector, *(loop.actors[role] for role in ("leader", "grid_worker", "clerk", "liaison"))):
        with pytest.raises((Denied, Missing)):
            actions.recheck(actor, recheck_id=row.pk, result="unclear", note="看不清")


def test_somebody_else_is_sent_only_if_independent(loop, second):
    week_old(loop, 1)
    drawn(loop)
    row = Recheck.objects.get()
    with pytest.raises(Incomplete) as caught:
        actions.assign(loop.clerk, recheck_id=row.pk, account=loop.town.accounts["inspector"])
    assert caught.value.code == "cases.not_independent"
    third = make_account(
        "third-inspector", loop.town.roles["inspector"], make_unit("测评二公司", "assessor", division=loop.town.street)
    )
    actions.assign(loop.clerk, recheck_id=row.pk, account=third)
    assert Recheck.objects.get().assigned_to == third
    actions.drop(loop.clerk, recheck_id=row.pk, reason="场地封闭")
    assert Recheck.objects.get().state == "dropped"
    assert len(drawn(loop).result) == 1, "what was dropped can be drawn again"


def test_who_has_to_do_with_the_case_by_now_is_not_let_do_it(loop, second):
    case = week_old(loop, 1)[0]
    drawn(loop)
    unit = make_unit("外包公司", parent=loop.town.units["department"], division=loop.town.street)
    from chuangwen.people.models import Account, Post

    person = Account.objects.get(pk=second.account_id).person
    Post.objects.create(person=person, unit=unit, kind="member", starts_on=clock.today())
    with pytest.raises(Refusal) as caught:
        actions.recheck(second, recheck_id=Recheck.objects.get(case=case).pk, result="unclear", note="?")
    assert caught.value.code == "cases.not_independent"


# -- the secret -----------------------------------------------------------------------------------------------------------

PLACES = ("cases:rechecks", "cases:recheck-draws", "cases:list", "cases:survival", "cases:rates")


def test_nobody_of_the_unit_learns_that_a_recheck_is_planned(loop, second, sign_in):
    """Even somebody whose post in that unit may see re-checks, draws and the trail."""
    case = week_old(loop, 1)[0]
    helper = loop.town.units["department2"]
    CaseParty.objects.create(case=case, unit=helper, part="assist")
    drawn(loop)
    row, made = Recheck.objects.get(), RecheckDraw.objects.get()
    from chuangwen.people.models import Role, RoleGrant

    nosy = Role.objects.create(code="nosy", name="好奇")
    for verb in ("cases.see", "cases.see_rechecks", "cases.draw_rechecks", "cases.see_rates", "kernel.see_audit"):
        RoleGrant.objects.create(role=nosy, verb=verb, scope="all")
    squad = make_unit("下属中队", parent=loop.town.units["department"], division=loop.town.street)
    insiders = {
        "lead": actor_of(make_account("nosy-lead", nosy, loop.town.units["department"])),
        "below": actor_of(make_account("nosy-below", nosy, squad)),
        "helper": actor_of(make_account("nosy-helper", nosy, helper)),
    }
    outsider = actor_of(make_account("nosy-other", nosy, make_unit("不相干单位", division=loop.town.street)))
    assert queries.visible(outsider).count() == 1, "the same post elsewhere sees it"
    for name, actor in insiders.items():
        assert not queries.visible(actor).exists(), name
        assert queries.counts(actor, clock.today())["planned"] == 0, name
        with pytest.raises(Missing):
            access.fetch(actor, "cases.draw_rechecks", Recheck, pk=row.pk)
        assert not access.scoped(actor, "cases.draw_rechecks", RecheckDraw).exists(), "the seed would tell which"
    # Done, it is no secret any more.
    actions.recheck(second, recheck_id=row.pk, result="solved", photos=[make_photo(second)])
    assert all(queries.visible(actor).count() == 1 for actor in insiders.values())
    assert access.scoped(insiders["lead"], "cases.draw_rechecks", RecheckDraw).get() == made


def test_no_page_export_or_answer_of_the_unit_differs_by_a_planned_recheck(loop, second, sign_in):
    from django.test import Client

    from chuangwen.people.models import Role, RoleGrant

    case = week_old(loop, 1)[0]
    nosy = Role.objects.create(code="nosy", name="好奇")
    for verb in (
        "cases.see",
        "cases.see_rechecks",
        "cases.draw_rechecks",
        "cases.see_rates",
        "cases.comment",
        "kernel.see_audit",
    ):
        RoleGrant.objects.create(role=nosy, verb=verb, scope="all")
    account = make_account("nosy-lead", nosy, loop.town.units["department"])
    client = Client()
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    addresses = [
        "/", *(reverse(name) for name in PLACES), reverse("cases:detail", args=[case.pk]), reverse("cases:rechecks") + "?state=planned",
    ]  # fmt: skip
    exports = [reverse("cases:rechecks") + "?export=xlsx", reverse("cases:list") + "?export=xlsx"]

    def seen() -> list[str]:
        return [plain(client.get(address).content.decode()) for address in addresses]

    def sheets() -> list[list]:
        return [cells(client.get(address)) for address in exports]

    def in_trail() -> int:
        return client.get(reverse("audit")).content.decode().count(case.number)

    before, before_sheets, told = seen(), sheets(), in_trail()
    drawn(loop)
    assert Recheck.objects.filter(state="planned").count() == 1
    for address, now, then in zip(addresses, seen(), before, strict=True):
        assert differences(then, now) == [], address
    assert sheets() == before_sheets
    row, made = Recheck.objects.get(), RecheckDraw.objects.get()
    for address in (reverse("cases:recheck", args=[row.pk]), reverse("cases:recheck-drawn", args=[made.pk])):
        assert client.get(address).status_code == 404
    for verb in ("assign", "drop"):
        assert client.get(reverse(f"cases:recheck-{verb}", args=[row.pk])).status_code == 404
    assert in_trail() == told, "the trail tells of a draw and names no case"


def differences(then: str, now: str) -> list[str]:
    return [
        line
        for line in difflib.unified_diff(then.split("<"), now.split("<"), lineterm="", n=0)
        if line[:2] not in ("--", "++", "@@")
    ]


def plain(html: str) -> str:
    """A page without what differs each time it is asked for."""
    import re

    html = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", html)
    return re.sub(r'"csrf[^"]*":\s*"[^"]*"|X-CSRFToken[^}]*|nonce="[^"]*"|/photos/[^"]*|chart-[0-9a-f]{12}', "", html)


def cells(answer) -> list:
    import io

    from openpyxl import load_workbook

    content = b"".join(answer) if answer.streaming else answer.content
    return [[cell.value for cell in row] for row in load_workbook(io.BytesIO(content)).active.iter_rows(min_row=2)]


# -- pages ----------------------------------------------------------------------------------------------------------------


def test_from_the_draw_to_a_rebound_by_pages_alone(loop, second, sign_in):
    from django.test import Client

    from chuangwen.people.models import Account

    case = week_old(loop, 1)[0]
    clerk = sign_in("clerk")
    answer = clerk.post(reverse("cases:recheck-draw"), {"division": "", "share": "100"})
    made = RecheckDraw.objects.get()
    assert answer.status_code == 303 and answer["Location"] == reverse("cases:recheck-drawn", args=[made.pk])
    shown = clerk.get(answer["Location"]).content.decode()
    assert made.seed in shown and made.frame_hash in shown and case.number in shown
    inspector = Client()
    inspector.force_login(
        Account.objects.get(pk=second.account_id), backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    listed = inspector.get(reverse("cases:rechecks"))
    assert case.number in listed.content.decode()
    row = Recheck.objects.get()
    place = reverse("cases:recheck", args=[row.pk])
    assert 'name="result"' in inspector.get(place).content.decode()
    assert 'name="result"' not in clerk.get(place).content.decode(), "the clerk looks, the inspector goes"
    assert inspector.post(place, {"result": "back", "note": "又有了"}).status_code == 422
    sent = inspector.post(place, {"result": "back", "note": "又有了", "photos": upload(7)})
    assert sent.status_code == 303
    assert Recheck.objects.get().new_case.rebound_of == case
    assert Recheck.objects.get().new_case.number in clerk.get(place).content.decode() or Recheck.objects.get().result == "back"
    assert clerk.post(place, {"result": "back"}).status_code == 403


def test_settings_are_kept_and_what_cannot_be_is_put_right(loop, sign_in):
    client, place = sign_in("clerk"), reverse("cases:recheck-settings")
    facts = {
        "share": "7.5", "at_most": 50, "random_part": 40, "weekly": "on", "from_days": 2, "to_days": 20, "days_to_visit": 5,
        "weight_rebounds": 3, "weight_doubts": 4, "weight_rushed": 2, "weight_rework": 2, "rushed_percent": 10,
    }  # fmt: skip
    assert client.post(place, facts).status_code == 303
    kept = RecheckSettings.objects.get()
    assert (kept.share, kept.at_most, kept.weekly, kept.to_days) == (Decimal("7.50"), 50, True, 20)
    assert client.post(place, facts | {"from_days": 30}).status_code == 422
    assert client.post(place, facts | {"share": "101"}).status_code == 422
    assert sign_in("liaison").get(place).status_code == 403


def test_the_list_asks_no_more_however_long_it_is(loop, second, sign_in):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def asked() -> int:
        client.get(reverse("cases:rechecks"))
        with CaptureQueriesContext(connection) as seen:
            client.get(reverse("cases:rechecks"))
        return len([query for query in seen if '"cases_' in query["sql"]])

    client = sign_in("clerk")
    week_old(loop, 2)
    drawn(loop)
    few = asked()
    week_old(loop, 6)
    drawn(loop)
    assert asked() == few and few <= 10


# -- the phone ------------------------------------------------------------------------------------------------------------


def test_a_phone_carries_what_is_to_be_looked_at_and_sends_what_was_found(loop, second):
    import uuid

    from chuangwen.cases.rechecks import entries
    from chuangwen.evidence.models import Photo
    from chuangwen.phone import entries as phone
    from chuangwen.phone import sections
    from chuangwen.phone.entries import Incoming

    case = week_old(loop, 1)[0]
    drawn(loop)
    carried = entries.carry(second)
    assert [(one["case"], len(one["after"])) for one in carried] == [(case.number, 1)]
    assert entries.carry(loop.inspector) == []
    assert phone.find("cases.recheck") is not None and sections.find(second, "cases.rechecks") is not None
    photo = Photo.objects.get(pk=make_photo(second))
    data = {"recheck": carried[0]["id"], "result": "back", "note": "又有了", "photos": [str(photo.uid), "no uid"]}
    entry = Incoming(uuid.uuid4(), "cases.recheck", clock.now() - timedelta(hours=3), data, {photo.uid: photo})
    answer = entries.handle(second, entry)
    assert answer["result"] == "back" and answer["case"] and len(entry.notes) == 1
    assert Recheck.objects.get().done_at == clock.now() - timedelta(hours=3)
    assert entries.carry(second) == []
    for broken in ({}, {"recheck": True}, {"recheck": "1"}):
        with pytest.raises(Incomplete):
            entries.handle(second, Incoming(uuid.uuid4(), "cases.recheck", clock.now(), broken))
