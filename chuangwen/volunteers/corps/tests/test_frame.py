"""The frame of the room: its desk, and the volunteer's own page."""

import pytest
from django.urls import reverse

from chuangwen.kernel import clock
from chuangwen.volunteers.corps.models import Membership
from chuangwen.volunteers.corps.tests.standing import make_team, make_volunteer
from chuangwen.web import panels

pytestmark = pytest.mark.django_db


def test_the_desk_counts_teams_by_kind_and_who_waits(town, sign_in):
    place, unit = town.communities[0], town.units["community"]
    for kind in ("corps", "brigade", "team", "team", "special"):
        make_team(place, unit, f"{kind}队", kind=kind)
    make_volunteer(place, "王甲")
    waiting = make_volunteer(place, "李乙")
    type(waiting).objects.filter(pk=waiting.pk).update(state="applied")
    answer = sign_in("clerk").get(reverse("volunteers:home"))
    figures = answer.context["figures"]
    assert (figures.corps, figures.brigades, figures.teams, figures.special) == (1, 1, 2, 1)
    assert (figures.registered, figures.applied) == (1, 1)
    text = answer.content.decode()
    assert "李乙" in text and "志愿者人数" not in text, "the entry of the navigation names a list of people, not a count"


def test_ones_own_page_shows_teams_and_what_other_parts_bring(town, sign_in, monkeypatch):
    page = sign_in("resident")
    assert "还没有注册" in page.get(reverse("volunteers:me")).content.decode()
    volunteer = make_volunteer(town.communities[0], "王甲", town.accounts["resident"])
    team = make_team(town.communities[0], town.units["community"], "邻里服务队", volunteer)
    Membership.objects.create(team=team, volunteer=volunteer, state="member", asked_at=clock.now(), joined_on=clock.today())
    monkeypatch.setattr(panels, "_panels", dict(panels._panels))
    panels.register(panels.Panel("volunteers.me", "x", "web/messages.html", lambda request, subject: {"of": subject.pk}))
    answer = page.get(reverse("volunteers:me"))
    assert {"of": volunteer.pk} in [context for _template, context in answer.context["panels"]]
    assert answer.content.decode().count("邻里服务队") >= 2, "as a team that is led, and as one's own"
