"""The big screen shows no person, opens its rows to who is signed in, and nothing but itself to who has its link."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from chuangwen.cases.models import Case, State
from chuangwen.kernel import clock
from chuangwen.kernel.access import SYSTEM, VERBS
from chuangwen.kernel.models import AuditEntry
from chuangwen.overview import actions, queries
from chuangwen.overview.models import DisplayLink
from chuangwen.overview.tests.conftest import case_links
from chuangwen.people.models import Person
from tests.routes import routes

MOST_QUERIES = 28


@pytest.fixture
def display(at_work):
    return actions.give_display(SYSTEM, name="一楼大厅", division=at_work.street)


def address(token: str, name: str = "wall-display") -> str:
    return reverse(name, args=[token])


def test_no_name_of_a_person_no_picture_and_no_words_of_anybody_stand_on_it(at_work, display, sign_in):
    Case.objects.update(description="王某某家门口的垃圾", reported_at=clock.now())
    pages = [
        sign_in("leader").get(reverse("wall")),
        Client().get(address(display[1])),
        Client().get(address(display[1], "wall-display-part")),
    ]
    names = list(Person.objects.values_list("name", flat=True)) + list(
        Person.objects.exclude(phone="").values_list("phone", flat=True)
    )
    assert len(names) > 5
    for page in pages:
        text = page.content.decode()
        assert page.status_code == 200 and at_work.street.name in pages[0].content.decode()
        assert [name for name in [*names, "王某某"] if name in text] == []
        assert "<img" not in text and "evidence/" not in text


def test_every_number_opens_its_rows_for_who_is_signed_in(at_work, sign_in):
    client = sign_in("leader")
    links = case_links(client.get(reverse("wall")).content.decode())
    assert len(links) >= 6
    assert [(url, n) for url, n in links if client.get(url).context["rows"].count != n] == []


def test_by_its_link_it_shows_the_same_figures_and_leads_nowhere(at_work, display, sign_in):
    open_page = Client().get(address(display[1])).content.decode()
    assert "<a " not in open_page and 'action="' not in open_page
    own = queries.wall(at_work.actors["leader"], links=False)
    seen = queries.wall(queries.display_actor(display[0]), links=False)
    assert [one.value for one in seen.figures] == [one.value for one in own.figures] and seen.late == own.late


def test_the_link_of_one_area_shows_nothing_of_another(at_work, other_town):
    link, _token = actions.give_display(SYSTEM, name="他镇", division=other_town.street)
    shown = queries.wall(queries.display_actor(link), links=False)
    assert shown.figures[0].value == "0" and shown.late == [] and shown.events == [] and shown.place == other_town.street.name


def test_a_link_changes_nothing_and_reaches_no_other_page(at_work, display):
    actor = queries.display_actor(display[0])
    assert [verb for verb in actor.grants if VERBS[verb].changes] == []
    visitor = Client()
    visitor.get(address(display[1]))
    assert visitor.cookies == {}
    for name in ("home", "leader", "map", "map-squares", "wall", "wall-part", "wall-links", "cases:list"):
        assert visitor.get(reverse(name)).status_code == 302, name
    assert visitor.post(address(display[1])).status_code == 405
    assert visitor.get(reverse("cases:list"), headers={"Authorization": f"Bearer {display[1]}"}).status_code == 302
    assert visitor.get("/api/v1/cases", headers={"Authorization": f"Bearer {display[1]}"}).status_code == 401
    with_token = {route.name for route in routes() if "token" in route.keys and route.name.startswith("wall")}
    assert with_token == {"wall-display", "wall-display-part", "wall-display-outlines"}


def test_a_withdrawn_link_shows_nothing_from_that_moment(at_work, display):
    link, token = display
    names = ("wall-display", "wall-display-part", "wall-display-outlines")
    assert [Client().get(address(token, name)).status_code for name in names] == [200] * 3
    actions.withdraw_display(at_work.actors["system_admin"], link_id=link.pk)
    actions.withdraw_display(at_work.actors["system_admin"], link_id=link.pk)
    assert [Client().get(address(token, name)).status_code for name in names] == [404] * 3
    assert AuditEntry.objects.filter(verb="overview.manage_displays").count() == 2


@pytest.mark.parametrize("token", ["x", "0" * 32, "..", "%00"])
def test_a_secret_that_is_none_is_answered_like_a_withdrawn_one(at_work, token):
    assert Client().get(f"/wall/at/{token}/").status_code in (400, 404)


def test_only_the_hash_of_the_secret_is_kept(display):
    link, token = display
    assert token not in str(DisplayLink.objects.filter(pk=link.pk).values().get()) and len(token) >= 32


def test_who_is_signed_in_is_sent_to_sign_in_again_while_a_display_goes_on(at_work, display, sign_in):
    client = sign_in("leader")
    assert client.get(reverse("wall-part")).status_code == 200
    client.logout()
    assert client.get(reverse("wall-part")).status_code == 302
    assert client.get(address(display[1], "wall-display-part")).status_code == 200


def test_when_it_was_last_seen_is_noted_now_and_then(display, django_assert_max_num_queries):
    Client().get(address(display[1]))
    first = DisplayLink.objects.get().last_seen_at
    assert first is not None
    Client().get(address(display[1], "wall-display-part"))
    assert DisplayLink.objects.get().last_seen_at == first
    DisplayLink.objects.update(last_seen_at=first - timedelta(hours=1))
    Client().get(address(display[1], "wall-display-part"))
    assert DisplayLink.objects.get().last_seen_at >= first


def test_the_administrator_gives_and_withdraws_links_on_pages(town, sign_in):
    client = sign_in("system_admin")
    answer = client.post(reverse("wall-link-new"), {"name": "门厅", "division": town.street.pk})
    link = DisplayLink.objects.get()
    token = answer.context["address"].rstrip("/").rsplit("/", 1)[1]
    assert answer.status_code == 200 and link.token_hash == actions.hash_of(token)
    assert token not in client.get(reverse("wall-links")).content.decode()
    assert Client().get(address(token)).status_code == 200
    assert client.post(reverse("wall-link-withdraw", args=[link.pk])).status_code == 303
    assert "已收回" in client.get(reverse("wall-links")).content.decode()


@pytest.mark.parametrize("role", ["clerk", "leader", "security_admin", "liaison"])
def test_nobody_else_gives_links(town, sign_in, role):
    assert sign_in(role).get(reverse("wall-link-new")).status_code == 403


def test_today_tells_time_place_and_kind(at_work):
    case = Case.objects.filter(state=State.CLOSED).first()
    Case.objects.filter(pk=case.pk).update(closed_at=clock.now())
    shown = queries.wall(at_work.actors["leader"])
    assert any(event.closed and event.kind == case.kind.name and event.place == str(case.division) for event in shown.events)


def test_it_costs_the_same_with_many_cases(at_work, sign_in, django_assert_max_num_queries, django_assert_num_queries):
    client = sign_in("leader")
    client.get(reverse("wall-part"))
    with django_assert_max_num_queries(MOST_QUERIES) as few:
        client.get(reverse("wall-part"))
    town = at_work
    Case.objects.bulk_create(
        Case(
            state=State.SCREENED,
            description="x",
            source="patrol",
            division=town.communities[0],
            reported_at=clock.now(),
            lat=21.6 + n / 9000,
            lon=110.9,
        )
        for n in range(400)
    )
    with django_assert_num_queries(len(few)):
        client.get(reverse("wall-part"))
