"""Titles that are warned or suspended: where honours are kept, on the unit's page, until when; and withdrawn with the result that gave them."""

from datetime import timedelta

import pytest
from django.urls import reverse

from chuangwen.kernel import clock
from chuangwen.kernel.errors import Refusal
from chuangwen.messaging.models import Received
from chuangwen.scoring.appraisal import actions, queries, words
from chuangwen.scoring.appraisal.models import Consequence, ManualEntry

from .ground import make_case, make_scheme

WARNED = [{"list": "black", "times": 1, "within": 1, "step": "title_warned", "words": "对文明单位称号予以预警"}]


def url(name, *args):
    return reverse(f"scoring:{name}", args=args)


@pytest.fixture
def warned(ground):
    """The title of the unit that did worst, proposed to be warned."""
    ground.scheme = make_scheme("称号预警", consequences=WARNED)
    published = actions.publish_appraisal(ground.clerk, appraisal_id=ground.signed().pk)
    return Consequence.objects.get(appraisal=published)


def confirmed(ground, found, **more):
    return actions.decide_consequence(ground.leader, consequence_id=found.pk, confirmed=True, **more)


def test_a_title_stands_as_warned_once_it_is_confirmed_and_up_to_its_last_day(ground, warned):
    assert not queries.standing_titles(ground.clerk).exists(), "proposed is not confirmed"
    until = clock.today() + timedelta(days=30)
    confirmed(ground, warned, until=until)
    assert list(queries.standing_titles(ground.clerk)) == [warned]
    with clock.at(clock.now() + timedelta(days=30)):
        assert queries.standing_titles(ground.clerk).exists(), "the last day counts"
    with clock.at(clock.now() + timedelta(days=31)):
        assert not queries.standing_titles(ground.clerk).exists()


def test_without_a_day_a_warning_lasts_half_a_year_and_a_day_of_the_past_is_refused(ground, warned):
    for days in (0, -1, 4 * 366):
        with pytest.raises(Refusal) as refused:
            confirmed(ground, warned, until=clock.today() + timedelta(days=days))
        assert refused.value.code == "scoring.title_until"
    assert confirmed(ground, warned).until == clock.today() + timedelta(days=183)


def test_a_step_that_is_no_title_has_no_last_day(ground):
    published = actions.publish_appraisal(ground.clerk, appraisal_id=ground.signed().pk)
    talk = Consequence.objects.get(appraisal=published)
    assert talk.kind == "talk"
    assert confirmed(ground, talk, until=clock.today() + timedelta(days=5)).until is None


def test_it_is_written_where_honours_are_kept_and_on_the_units_pages(ground, warned, sign_in):
    honour = {"unit": ground.unit, "day": clock.today(), "entered_at": clock.now(), "link": "https://example.org/"}
    kept = ManualEntry.objects.create(kind="荣誉", words="区级文明单位", **honour)
    ManualEntry.objects.create(kind="信息采用", words="简报采用", **honour)
    page = sign_in("clerk")
    places = [url("appraisal-entries"), reverse("people:unit", args=[ground.unit.pk]), url("appraisal-entry", kept.pk)]
    for place in places:
        assert "称号预警" not in page.get(place).content.decode().replace(warned.appraisal.scheme.name, ""), place
    confirmed(ground, warned)
    for place in places:
        text = page.get(place).content.decode()
        assert str(words.TITLE_STANDS["title_warned"]) in text, place
    for place in places[:2]:
        assert warned.grounds in page.get(place).content.decode(), place
    entries = {entry.kind: words.title_of(entry)[0] for entry in queries.entries(ground.clerk)}
    assert entries["荣誉"] and entries["信息采用"] == ""
    shown = page.get(url("appraisal-consequence", warned.pk)).content.decode()
    assert warned.grounds in shown and str(ground.unit) in shown


def test_the_unit_sees_its_own_and_nobody_elses(ground, warned):
    confirmed(ground, warned)
    assert list(queries.standing_titles(ground.liaison)) == [warned]
    other = Consequence.objects.filter(pk=warned.pk)
    other.update(unit=ground.town.units["community"])
    assert not queries.standing_titles(ground.liaison).exists()


def test_it_is_withdrawn_when_the_result_is_recomputed_and_no_longer_gives_it(ground, warned):
    confirmed(ground, warned)
    for _ in range(40):
        make_case(ground.unit)
    for _ in range(40):
        make_case(ground.town.units["community2"], in_time=False)
    second = ground.computed(reason="更正记录")
    assert queries.standing_titles(ground.clerk).exists(), "until the new version is published"
    actions.publish_appraisal(ground.clerk, appraisal_id=ground.signed(second).pk)
    warned.refresh_from_db()
    assert (warned.state, warned.withdrawn_at is not None) == ("withdrawn", True) and "2" in warned.note
    assert not queries.standing_titles(ground.clerk).exists()
    assert Received.objects.filter(account=ground.liaison.account_id, notice__title__contains="撤回").exists()
    assert Consequence.objects.get(appraisal=second).unit == ground.town.units["community2"]


def test_it_stays_where_the_new_version_gives_it_too(ground, warned):
    confirmed(ground, warned)
    make_case(ground.town.units["community"])
    second = ground.computed(reason="补录")
    actions.publish_appraisal(ground.clerk, appraisal_id=ground.signed(second).pk)
    warned.refresh_from_db()
    assert warned.state == "confirmed" and list(queries.standing_titles(ground.clerk)) == [warned]
