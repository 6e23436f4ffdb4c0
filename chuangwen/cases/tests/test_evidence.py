"""Photos are clear before anybody passes the work: compared, doubts decided by a person, what is not acceptable goes back."""

from datetime import timedelta

import pytest
from django.urls import reverse

from chuangwen.cases import actions, queries
from chuangwen.cases.actions.evidence import handed_in
from chuangwen.cases.models import Case, CasePhoto, State
from chuangwen.cases.tests.loop import compared, look_through, make_photo
from chuangwen.evidence import subjects
from chuangwen.evidence.actions import decide
from chuangwen.evidence.models import Doubt, Examination, Photo
from chuangwen.kernel import clock
from chuangwen.kernel.errors import Refusal


def submitted(loop, **facts) -> Case:
    """A case whose answer came just now; its photos are not compared yet. ``facts`` are what is known of the photo."""
    case = loop.at(State.RECTIFYING)
    photo = make_photo(loop.unit)
    Photo.objects.filter(pk=photo).update(**({"taken_at": clock.now(), "lat": case.lat, "lon": case.lon} | facts))
    return actions.submit(loop.unit, case_id=case.pk, measure="已清理", after_photos=[photo])


def refused(loop, case: Case) -> str:
    with pytest.raises(Refusal) as caught:
        actions.verify(loop.inspector, case_id=case.pk)
    assert caught.value.status == 409 and Case.objects.get(pk=case.pk).state == State.SUBMITTED
    return caught.value.code


def test_the_photos_of_an_answer_are_examined_for_its_place_time_and_before_photos(loop):
    case = loop.report(before_photos=[make_photo(loop.actors["grid_worker"])])
    loop.do("dispatch", case)
    photo = make_photo(loop.unit)
    case = actions.submit(loop.unit, case_id=case.pk, measure="已清理", after_photos=[photo])
    examination = Examination.objects.get(photo=photo)
    assert (examination.lat, examination.lon, examination.not_before) == (case.lat, case.lon, case.reported_at)
    assert examination.unit == loop.town.units["department"] and examination.about == f"cases.case:{case.pk}"
    assert list(examination.befores.all()) == [link.photo for link in CasePhoto.objects.filter(case=case, stage="before")]


def test_work_is_not_passed_while_photos_are_compared(loop):
    case = submitted(loop)
    assert refused(loop, case) == "cases.photos_compared"
    assert actions.verify(loop.inspector, case_id=compared(case).pk).state == State.VERIFIED


def test_work_is_not_passed_while_a_doubt_is_undecided(loop):
    case = compared(submitted(loop, lat=21.70, lon=110.92))  # kilometres away
    assert list(Doubt.objects.values_list("kind", flat=True)) == ["far"]
    assert refused(loop, case) == "cases.doubts_undecided"
    decide(loop.inspector, Doubt.objects.get().pk, "genuine", "相机定位漂移")
    assert actions.verify(loop.inspector, case_id=case.pk).state == State.VERIFIED


def test_a_photo_without_capture_data_is_pointed_out_and_holds_nobody_up(loop, sign_in):
    case = compared(submitted(loop, taken_at=None, lat=None, lon=None))
    assert list(Doubt.objects.values_list("kind", flat=True)) == ["no_capture"]
    assert 'class="ev-doubts"' in sign_in("inspector").get(reverse("cases:detail", args=[case.pk])).content.decode()
    assert case not in Case.objects.filter(queries.in_doubt())
    assert actions.verify(loop.inspector, case_id=case.pk).state == State.VERIFIED


def test_a_photo_found_not_acceptable_sends_the_case_back_with_the_reason_filled_in(loop, sign_in):
    case = compared(submitted(loop, taken_at=clock.now() - timedelta(days=9)))
    decide(loop.inspector, Doubt.objects.get().pk, "not_acceptable", "照片是上周拍的")
    assert refused(loop, case) == "cases.photo_not_acceptable"
    client = sign_in("inspector")
    page = client.get(reverse("cases:detail", args=[case.pk]))
    assert page.context["often"][0]["verb"] == "send_back"
    assert "照片是上周拍的" in client.get(reverse("cases:verb", args=[case.pk, "send_back"])).content.decode()
    loop.do("send_back", case, reason="照片是上周拍的")
    fresh = loop.do("submit", case)
    assert actions.verify(loop.inspector, case_id=fresh.pk).state == State.VERIFIED, "the new photos count, not the old"


def test_the_unit_does_not_see_the_doubts_and_the_verifier_does(loop, sign_in):
    case = compared(submitted(loop, lat=21.70, lon=110.92))
    place = reverse("cases:detail", args=[case.pk])
    assert 'class="ev-doubts"' in sign_in("inspector").get(place).content.decode()
    assert 'class="ev-doubts"' not in sign_in("liaison").get(place).content.decode()
    assert 'class="ev-doubts"' not in sign_in("grid_worker").get(place).content.decode()


def test_what_was_solved_on_the_spot_is_examined_too(loop):
    case = loop.do("solve_on_spot", loop.report())
    assert Examination.objects.filter(about=f"cases.case:{case.pk}", photo__in=handed_in(case)).count() == 1
    worker = loop.actors["grid_worker"]
    once = actions.solve_on_spot(
        worker, description="路边垃圾", measure="已清", before_photos=[make_photo(worker)], after_photos=[make_photo(worker)],
        site=loop.town.sites[2],
    )  # fmt: skip
    examination = Examination.objects.get(about=f"cases.case:{once.pk}")
    assert examination.befores.count() == 1 and examination.not_before is None


def test_the_list_finds_doubtful_photos_to_be_decided_and_ever(loop, sign_in):
    case = compared(submitted(loop, lat=21.70, lon=110.92))
    loop.at(State.SUBMITTED, site=loop.town.sites[2])
    client = sign_in("clerk")

    def listed(word: str) -> list[int]:
        rows = client.get(f"{reverse('cases:list')}?doubtful={word}").context["rows"].objects
        return [row.pk for row in rows]

    assert listed("1") == [case.pk]
    look_through(case)
    assert listed("1") == [] and case.pk in listed("any")
    assert list(Case.objects.filter(queries.in_doubt())) == []


def test_a_photo_of_somebody_else_is_not_handed_in(loop):
    case = loop.at(State.RECTIFYING)
    with pytest.raises(Refusal) as caught:
        actions.submit(loop.unit, case_id=case.pk, measure="已清理", after_photos=[make_photo(loop.clerk)])
    assert caught.value.code == "cases.photo_unknown" and not Examination.objects.filter(about=f"cases.case:{case.pk}").exists()


def test_a_doubt_names_its_case_to_those_who_see_it(loop, other_town):
    case = loop.at(State.REPORTED)
    found = subjects.of(loop.clerk, f"cases.case:{case.pk}")
    assert (found.label, found.url) == (case.number, reverse("cases:detail", args=[case.pk]))
    assert subjects.of(other_town.actors["clerk"], f"cases.case:{case.pk}") is None
    assert subjects.of(loop.clerk, "cases.case:x") is None
