"""The search shows what somebody may see, and nothing else."""

import pytest
from django.urls import reverse

from chuangwen.cases import actions


def report(town, text: str = "墙上有小广告", site: int = 0):
    return actions.report(town.actors["grid_worker"], description=text, site=town.sites[site], kind=town.kinds["sticker"])


@pytest.fixture
def case(town):
    return report(town)


def test_the_number_of_a_case_opens_it(town, case, sign_in):
    clerk = sign_in("clerk")
    for text in (case.number, f" {case.number.split('-')[1]} "):
        answer = clerk.get(reverse("search"), {"q": text})
        assert (answer.status_code, answer["Location"]) == (302, reverse("cases:detail", args=[case.pk]))


def test_the_number_of_somebody_elses_case_is_not_found(case, other_town, sign_in):
    answer = sign_in("clerk", other_town).get(reverse("search"), {"q": case.number})
    assert answer.status_code == 200 and answer.context["found"] == {}
    assert case.description not in answer.content.decode()


def test_words_find_cases_sites_units_and_divisions_of_ones_own_area_only(town, other_town, case, sign_in):
    theirs = report(other_town)
    clerk = sign_in("clerk")
    assert [row.pk for row in clerk.get(reverse("search"), {"q": "小广告"}).context["found"]["cases"]] == [case.pk] != [theirs.pk]
    assert clerk.get(reverse("search"), {"q": "主次干道"}).context["found"]["sites"] == [town.sites[0]]
    assert clerk.get(reverse("search"), {"q": "城管局"}).context["found"]["units"] == [town.units["department"]]
    assert clerk.get(reverse("search"), {"q": "社区"}).context["found"]["divisions"] == town.communities
    for foreign in (other_town.sites[0].name, other_town.units["department"].name, other_town.street.name):
        assert clerk.get(reverse("search"), {"q": foreign}).context["found"] == {}


def test_each_thing_found_is_a_link_to_its_page(town, case, sign_in):
    page = sign_in("clerk").get(reverse("search"), {"q": town.sites[0].name}).content.decode()
    assert reverse("places:site", args=[town.sites[0].pk]) in page and reverse("cases:detail", args=[case.pk]) in page


@pytest.mark.parametrize("text", ["", "   ", "没有这样的东西", "%", "_", "'", "<b>", "0" * 100, "9" * 19, "²", "x" * 500])
def test_whatever_is_typed_is_answered(town, case, sign_in, text):
    answer = sign_in("clerk").get(reverse("search"), {"q": text})
    assert answer.status_code == 200 and answer.context["found"] == {}
    assert "<b>" not in answer.content.decode().split('id="search-text"')[1][:200]


def test_a_role_without_the_verbs_finds_nothing(town, case, sign_in):
    found = sign_in("audit_admin").get(reverse("search"), {"q": "小广告"}).context["found"]
    assert "cases" not in found
