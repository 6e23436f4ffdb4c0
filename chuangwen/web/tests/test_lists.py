"""What list pages promise: the address says everything, the cost does not grow, nobody acts on what is not theirs."""

import io
import re
from datetime import timedelta
from urllib.parse import quote

import openpyxl
import pytest
from django.apps import apps
from django.db import connection
from django.db.models import Q
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from chuangwen.kernel import access
from chuangwen.kernel.access import Actor, Grant
from chuangwen.kernel.errors import Refusal
from chuangwen.kernel.models import Job
from chuangwen.web import lists
from chuangwen.web.lists import TreeFilter
from chuangwen.web.tests.sample import MORNING, JobList, ask, make_jobs, titles

pytestmark = pytest.mark.django_db


def text(response) -> str:
    return response.content.decode()


def test_the_newest_come_first_and_a_page_holds_twenty():
    make_jobs(45)
    shown = titles(ask())
    assert shown == [f"job {n:04d}" for n in range(44, 24, -1)]


def test_a_page_costs_the_same_number_of_queries_for_ten_and_for_a_thousand_rows():
    make_jobs(10)
    with CaptureQueriesContext(
        connection,
    ) as few:
        ask("?state=queued&sort=title")
    make_jobs(1000)
    with CaptureQueriesContext(connection) as many:
        ask("?state=queued&sort=title")
    assert len(few) == len(many) == 3


def test_no_query_counts_beyond_the_cap(monkeypatch):
    monkeypatch.setattr(lists, "COUNT_CAP", 60)
    make_jobs(100)
    page = text(ask())
    assert "共 60 条以上" in page
    assert len(titles(ask("?page=3"))) == 20
    last = ask("?page=99")
    assert len(titles(last)) == 20
    assert 'rel="next"' not in text(last)
    assert "翻页到此为止" in text(last)


def test_every_row_stands_on_exactly_one_page_even_when_all_sort_alike():
    make_jobs(90, title="the same")
    seen = []
    for number in range(1, 6):
        seen += re.findall(r'name="selected"\s+value="(\d+)"', text(ask(f"?sort=title&page={number}")))
    assert len(seen) == len(set(seen)) == 90


def test_a_page_beyond_the_last_shows_the_last():
    make_jobs(25)
    assert titles(ask("?page=7")) == [f"job {n:04d}" for n in range(4, -1, -1)]


@pytest.mark.parametrize("page", ["0", "-1", "x", "９", "²", "99999999999999999999"])
def test_a_page_number_that_is_none_is_answered(page):
    make_jobs(3)
    assert len(titles(ask(f"?page={quote(page)}"))) == 3


def test_rows_sort_by_a_column_both_ways_and_an_unknown_one_is_left_out():
    make_jobs(3)
    up = ["job 0000", "job 0001", "job 0002"]
    assert titles(ask("?sort=title")) == up
    assert titles(ask("?sort=-title")) == up[::-1]
    assert titles(ask("?sort=error")) == up[::-1]
    assert 'aria-sort="ascending"' in text(ask("?sort=title"))


def test_each_filter_narrows_and_says_so_in_words():
    make_jobs(2, title="a", state="failed", cancel_asked=True)
    make_jobs(3, title="b")
    expected = {
        "?state=failed": 2,
        "?state=failed&state=queued": 5,
        "?kind=other": 0,
        "?stopping=1": 2,
        "?stopping=0": 3,
        "?named=A": 2,
        "?size=small": 5,
        "?size=large": 0,
        "?state=failed&stopping=0": 0,
    }
    for query, count in expected.items():
        response = ask(query)
        assert len(titles(response)) == count, query
        assert "cw-tone-wait" in text(response), query
        assert "全部清除" in text(response), query


def test_taking_a_filter_away_keeps_the_others_and_goes_to_the_first_page():
    make_jobs(3, state="failed")
    page = text(ask("?state=failed&state=queued&named=job&page=2"))
    assert 'href="?state=queued&amp;named=job"' in page
    assert 'href="?state=failed&amp;state=queued"' in page


def test_a_day_range_means_whole_days_of_the_offices_time_zone():
    make_jobs(1, title="just before midnight", created_at=MORNING.replace(hour=23, minute=59))
    make_jobs(1, title="midnight", created_at=MORNING.replace(hour=0) + timedelta(days=1))
    assert titles(ask("?created_from=2026-11-21&created_to=2026-11-21")) == ["just before midnight"]
    assert titles(ask("?created_from=2026-11-22")) == ["midnight"]
    assert titles(ask("?created_to=2026-11-21")) == ["just before midnight"]
    assert len(titles(ask("?created_from=2026-11-22&created_to=2026-11-21"))) == 2, "days in the wrong order are turned round"
    assert len(titles(ask("?created_to=9999-12-31"))) == 2


@pytest.mark.parametrize(
    "query", ["?state=nonsense", "?kind=x", "?created_from=2026-13-40", "?stopping=maybe", "?size=huge", "?job=abc"]
)
def test_a_filter_that_is_not_understood_is_said_and_not_silently_dropped(query):
    make_jobs(1)
    assert "无法识别，未采用" in text(ask(query))


def test_a_link_from_elsewhere_filters_and_is_named():
    wanted = make_jobs(3)[1]
    wanted.refresh_from_db()
    response = ask(f"?job={wanted.pk}")
    assert titles(response) == ["job 0001"]
    assert "Job: job 0001" in text(response)


def test_every_word_of_a_search_must_be_found():
    make_jobs(1, title="alpha")
    Job.objects.update(error="the disk was full")
    make_jobs(1, title="beta")
    assert titles(ask("?q=disk+full")) == ["alpha"]
    assert titles(ask("?q=ALPHA")) == ["alpha"]
    assert titles(ask("?q=alph")) == [], "a whole-value field is not searched in parts"
    assert titles(ask("?q=disk+empty")) == []
    assert len(titles(ask("?q=%00%20"))) == 2


def test_a_list_without_rows_says_what_to_do_first_and_a_filter_without_matches_how_to_go_on():
    assert "Start one first." in text(ask())
    assert "清除全部筛选" in text(ask("?named=x"))


def test_htmx_gets_the_table_alone_and_the_back_button_the_whole_page():
    make_jobs(1)
    asking = {"HX-Request": "true", "HX-Target": "list"}
    assert "<html" not in text(ask(headers=asking))
    assert "<html" in text(ask(headers=asking | {"HX-History-Restore-Request": "true"}))
    assert "<html" in text(ask())
    assert "HX-Target" in ask()["Vary"]


def test_a_saved_view_is_marked_while_its_filters_and_no_others_hold():
    make_jobs(1, state="failed")
    active = re.compile(r'nav-link text-nowrap active"\s+href="([^"]*)"')
    assert active.findall(text(ask())) == ["?"]
    assert active.findall(text(ask("?state=failed&sort=title"))) == ["?state=failed"]
    assert active.findall(text(ask("?state=failed&stopping=1"))) == []


def sheet_of(response) -> list[tuple]:
    book = openpyxl.load_workbook(io.BytesIO(response.content))
    return [row for row in book.worksheets[0].iter_rows(values_only=True) if any(cell is not None for cell in row)]


def test_the_sheet_holds_all_pages_of_what_the_list_shows_in_its_order():
    make_jobs(30)
    make_jobs(2, title="=1+1", state="failed")
    rows = sheet_of(ask("?state=failed&export=xlsx"))
    head = next(n for n, row in enumerate(rows) if row[0] == "Title")
    assert [row[0] for row in rows[head + 1 :]] == ["=1+1", "=1+1"]
    rows = sheet_of(ask("?sort=title&state=queued&export=xlsx"))
    assert [row[0] for row in rows[-30:]] == [f"job {n:04d}" for n in range(30)]
    assert rows[-1][3] == 29, "numbers stay numbers"


class Parted(JobList):
    """What still runs first, the oldest before; then what is over, the newest before."""

    def stretches(self):
        over = Q(state__in=("done", "failed"))
        return [(~over, ("created_at", "pk")), (over, ("-created_at", "-pk"))]


@pytest.mark.parametrize(("running", "over"), [(25, 33), (20, 3), (0, 45), (45, 0), (21, 21), (3, 2)])
def test_a_default_order_of_stretches_shows_every_row_once_page_by_page_and_in_the_sheet(running, over):
    make_jobs(running)
    Job.objects.bulk_create(
        Job(kind="sample", title=f"over {n:04d}", state="done", created_at=MORNING + timedelta(minutes=n), not_before=MORNING)
        for n in range(over)
    )
    right = [f"job {n:04d}" for n in range(running)] + [f"over {n:04d}" for n in reversed(range(over))]
    pages = -(-len(right) // 20)
    seen = [title for number in range(1, pages + 1) for title in titles(ask(f"?page={number}", page=Parted))]
    assert seen == right
    assert titles(ask("?page=99", page=Parted)) == right[(pages - 1) * 20 :]
    assert [row[0] for row in sheet_of(ask("?export=xlsx", page=Parted))[-len(right) :]] == right
    assert titles(ask("?sort=-title&size=100", page=Parted)) == sorted(right, reverse=True)


def test_what_a_row_says_is_escaped_wherever_it_stands():
    make_jobs(1, title='<b>"&\'</b>')
    page = text(ask())
    assert "<b>" not in page and page.count("&lt;b&gt;&quot;&amp;&#x27;&lt;/b&gt;") == 2, "in the cell and in the words beside the box"


def test_an_export_is_told_to_whoever_listens_and_too_large_a_one_is_refused(monkeypatch):
    make_jobs(3)
    told = []

    def hear(sender, rows, conditions, **_more):
        told.append((sender, rows, conditions))

    lists.list_exported.connect(hear)
    try:
        ask("?named=job&export=xlsx")
    finally:
        lists.list_exported.disconnect(hear)
    assert told == [(JobList, 3, ["Named: job"])]
    monkeypatch.setattr(JobList, "export_cap", 2)
    with pytest.raises(Refusal) as refused:
        ask("?export=xlsx")
    assert refused.value.status == 413


def stopped() -> list[str]:
    return sorted(Job.objects.filter(state="cancelled").values_list("title", flat=True))


def keys(count: int) -> list[int]:
    return list(Job.objects.order_by("title").values_list("pk", flat=True)[:count])


def test_an_action_is_done_to_the_chosen_rows_and_to_no_others():
    make_jobs(5)
    response = ask(method="post", data={"action": "stop", "selected": keys(2)})
    assert response.status_code == 302
    assert stopped() == ["job 0000", "job 0001"]


def test_an_action_on_all_that_match_reaches_every_page_and_respects_the_filter():
    make_jobs(50)
    make_jobs(2, title="other", state="failed")
    ask("?state=failed", method="post", data={"action": "stop", "scope": "all"})
    assert stopped() == ["other", "other"]
    ask("?state=queued", method="post", data={"action": "stop", "scope": "all"})
    assert len(stopped()) == 52


def test_rows_outside_the_list_cannot_be_reached_by_their_keys():
    make_jobs(1)
    Job.objects.update(kind="secret")
    ask(method="post", data={"action": "stop", "selected": keys(1)})
    assert stopped() == []


def test_nothing_chosen_changes_nothing():
    make_jobs(2)
    assert ask(method="post", data={"action": "stop"}).status_code == 302
    assert stopped() == []


@pytest.mark.parametrize("key", ["abc", "1; drop", "", "9" * 40, "\x00"])
def test_keys_that_are_none_are_refused_and_change_nothing(key):
    make_jobs(2)
    try:
        ask(method="post", data={"action": "stop", "selected": key})
    except Refusal as refused:
        assert refused.status == 400
    assert stopped() == []


def test_an_action_with_questions_asks_first_says_what_is_wrong_and_then_acts_with_the_answers():
    make_jobs(3)
    choice = {"action": "stop_because", "selected": keys(2)}
    page = text(ask(method="post", data=choice))
    assert "Stop because：2 条" in page
    assert page.count('name="selected"') == 2
    assert stopped() == []
    wrong = ask(method="post", data=choice | {"confirmed": "1", "reason": ""})
    assert wrong.status_code == 422
    assert "invalid-feedback" in text(wrong)
    assert stopped() == []
    ask(method="post", data=choice | {"confirmed": "1", "reason": "double", "expected": "2"})
    assert set(Job.objects.filter(state="cancelled").values_list("error", flat=True)) == {"double"}


def test_whoever_was_told_another_number_of_rows_is_asked_again():
    make_jobs(3)
    page = ask(method="post", data={"action": "stop_surely", "scope": "all", "confirmed": "1", "expected": "2"})
    assert "条目数量在您确认期间有变化" in text(page)
    assert stopped() == []
    ask(method="post", data={"action": "stop_surely", "scope": "all", "confirmed": "1", "expected": "3"})
    assert len(stopped()) == 3


def test_more_rows_than_an_action_may_take_are_refused():
    import dataclasses

    make_jobs(4)

    class Small(JobList):
        bulk_actions = [dataclasses.replace(JobList.bulk_actions[0], cap=3)]

    with pytest.raises(Refusal):
        ask(method="post", data={"action": "stop", "scope": "all"}, page=Small)
    assert stopped() == []


def test_an_action_that_the_post_does_not_grant_is_neither_shown_nor_done():
    make_jobs(1)
    visitor = Actor(account_id=1, grants={})
    assert 'value="hidden"' not in text(ask(actor=visitor))
    with pytest.raises(Refusal) as refused:
        ask(method="post", data={"action": "hidden", "scope": "all"}, actor=visitor)
    assert refused.value.status == 403
    keeper = Actor(account_id=1, grants={"kernel.see_jobs": (Grant(access.ALL),)})
    assert 'value="hidden"' in text(ask(actor=keeper))


def test_a_stranger_is_sent_to_sign_in_and_a_page_with_a_verb_refuses_whoever_lacks_it():
    class Guarded(JobList):
        required_verb = "kernel.see_jobs"

    class Open(JobList):
        def check_access(self, request):
            return super().check_access(request)

    answer = ask(actor=access.NOBODY, page=Open)
    assert answer.status_code == 302
    assert "next=/sample/" in answer["Location"]
    with pytest.raises(Refusal):
        ask(actor=Actor(account_id=1), page=Guarded)


def test_a_tree_filter_takes_a_node_with_all_below_it_and_steps_down_one_level_at_a_time():
    division = apps.get_model("places", "Division")
    city = division.add_root(name="City", level=2)
    north = city.add_child(name="North", level=3)
    city.add_child(name="South", level=3)
    mill = north.add_child(name="Mill", level=4)
    mill.add_child(name="Mill lane", level=5)
    chosen = TreeFilter(key="place", label="Place", tree=division, field="self")

    def read(path):
        return chosen.read(RequestFactory().get("/", {"place": path}).GET)

    assert [name.strip("\u3000") for _path, name in chosen.around("")] == ["City"]
    assert [name for _path, name in read(north.path).options] == ["City", "\u3000North", "\u3000\u3000Mill"]
    below = chosen.apply(division.objects.all(), read(north.path))
    assert sorted(below.values_list("name", flat=True)) == ["Mill", "Mill lane", "North"]
    assert read("") is None
    with pytest.raises(lists.NotUnderstood):
        read("zzzz")
