"""Photos that are handed in as evidence are looked at; what is found is a doubt, and a person decides it."""

from datetime import timedelta

import pytest

from chuangwen.evidence import queries
from chuangwen.evidence.actions import decide, examine, take_in
from chuangwen.evidence.events import DoubtDecided, PhotosExamined
from chuangwen.evidence.models import Doubt, Examination, Photo
from chuangwen.kernel import clock, events, jobs
from chuangwen.kernel.errors import Conflict, Denied, Missing, Refusal
from chuangwen.kernel.models import AuditEntry
from chuangwen.testing.pictures import camera, jpeg

PLACE = {"lat": 21.66, "lon": 110.92}
"""Where the pictures of ``camera()`` say they were taken."""


@pytest.fixture
def heard(monkeypatch):
    """The events that were said."""
    said: list[object] = []
    for kind in (PhotosExamined, DoubtDecided):
        monkeypatch.setitem(events._listeners, kind, [said.append])
    return said


@pytest.fixture
def by(town):
    """``by("liaison", 3)``: a photo brought by that role, another one for each number."""

    def bring(role: str, number: int = 1, **facts) -> Photo:
        return take_in(town.actors[role], jpeg(number, (640, 480), exif=camera(), quality=90), **facts)

    return bring


def kinds(photo: Photo) -> set[str]:
    return {doubt.kind for doubt in queries.doubts_of([photo.pk])}


def test_a_file_that_was_handed_in_before_is_doubted_at_once(town, by):
    earlier, photo = by("liaison"), by("liaison")
    found = examine(town.actors["liaison"], [photo.pk])
    assert [(doubt.kind, doubt.other_id) for doubt in found] == [("same_file", earlier.pk)]


def test_two_photos_handed_in_together_do_not_doubt_each_other(town, by):
    first, second = by("liaison"), by("liaison")
    assert examine(town.actors["liaison"], [first.pk, second.pk]) == []


@pytest.mark.parametrize(
    ("expected", "doubted"),
    [
        ({"not_before": timedelta(minutes=10)}, set()),
        ({"not_before": timedelta(hours=3)}, {"early"}),
        ({"not_after": timedelta(hours=-3)}, {"late"}),
        ({"not_after": timedelta(minutes=-10)}, set()),
        (PLACE | {"radius_m": 100}, set()),
        ({"lat": 21.67, "lon": 110.92, "radius_m": 300}, {"far"}),
        ({"lat": 21.67, "lon": 110.92, "radius_m": 1500}, set()),
    ],
)
def test_time_and_place_of_capture_are_held_against_what_is_expected(town, by, expected, doubted):
    photo = by("liaison")
    moments = {key: photo.taken_at + value for key, value in expected.items() if isinstance(value, timedelta)}
    assert {one.kind for one in examine(town.actors["liaison"], [photo.pk], **(expected | moments))} == doubted


def test_a_photo_without_any_capture_data_says_so_and_a_page_that_knew_them_does_not(town):
    actor = town.actors["liaison"]
    bare = take_in(actor, jpeg(5))
    known = take_in(actor, jpeg(6), taken_at=clock.now(), **PLACE)
    assert [doubt.kind for doubt in examine(actor, [bare.pk])] == ["no_capture"]
    assert examine(actor, [known.pk]) == []


def test_the_pixels_follow_as_a_job_and_its_end_is_told(town, by, heard):
    photo = by("liaison")
    examine(town.actors["liaison"], [photo.pk], about="cases.case:7")
    assert queries.examined([photo.pk])[photo.pk].state == Examination.State.WAITING and heard == []
    jobs.run_waiting()
    assert queries.examined([photo.pk])[photo.pk].state == Examination.State.DONE
    assert heard == [PhotosExamined((photo.pk,), "cases.case:7", 0)]


def test_only_who_may_hand_in_evidence_may_have_it_examined_and_only_what_is_there(town, by):
    photo = by("liaison")
    with pytest.raises(Denied):
        examine(town.actors["security_admin"], [photo.pk])
    with pytest.raises(Missing):
        examine(town.actors["liaison"], [photo.pk, 10**9])
    assert not Examination.objects.exists()


@pytest.fixture
def doubt(town, by):
    by("liaison")
    return examine(town.actors["liaison"], [by("liaison").pk])[0]


def test_a_decision_is_kept_with_who_when_and_why_and_the_trail_tells_it(town, doubt, heard):
    decide(town.actors["clerk"], doubt.pk, "not_acceptable", "同一张照片")
    doubt.refresh_from_db()
    assert (doubt.decision, doubt.note, doubt.decided_by_id) == ("not_acceptable", "同一张照片", town.accounts["clerk"].pk)
    assert doubt.decided_at is not None and queries.undecided([doubt.photo_id]) == 0
    entry = AuditEntry.objects.get(verb="evidence.decide")
    assert (
        entry.object_id == str(doubt.photo_id) and entry.after["decision"] == "not_acceptable" and entry.before["decision"] == ""
    )
    assert heard == [DoubtDecided(doubt.pk, doubt.photo_id, "", "not_acceptable")]


def test_who_brought_a_photo_does_not_decide_about_it(town, by):
    by("clerk")
    doubt = examine(town.actors["clerk"], [by("clerk").pk])[0]
    with pytest.raises(Conflict):
        decide(town.actors["clerk"], doubt.pk, "genuine")


@pytest.mark.parametrize(("decision", "note"), [("perhaps", ""), ("", ""), ("not_acceptable", "  ")])
def test_a_decision_needs_a_word_and_a_refusal_its_reason(town, doubt, decision, note):
    with pytest.raises(Refusal):
        decide(town.actors["clerk"], doubt.pk, decision, note)
    assert Doubt.objects.get().decision == ""


def test_an_office_decides_about_its_own_area_only(town, other_town, doubt):
    with pytest.raises(Missing):
        decide(other_town.actors["clerk"], doubt.pk, "genuine")
    with pytest.raises(Denied):
        decide(town.actors["liaison"], doubt.pk, "genuine")


def test_what_was_decided_stays_when_a_photo_is_examined_again(town, doubt):
    decide(town.actors["clerk"], doubt.pk, "genuine")
    examine(town.actors["liaison"], [doubt.photo_id])
    jobs.run_waiting()
    assert [(one.pk, one.decision) for one in Doubt.objects.all()] == [(doubt.pk, "genuine")]


def test_an_undecided_doubt_that_no_longer_holds_goes(town, by):
    photo = by("liaison")
    actor = town.actors["liaison"]
    assert {one.kind for one in examine(actor, [photo.pk], not_before=photo.taken_at + timedelta(days=1))} == {"early"}
    assert examine(actor, [photo.pk], not_before=photo.taken_at - timedelta(days=1)) == []
