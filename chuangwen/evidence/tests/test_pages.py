"""Pages: what is doubted, one doubt with its pictures, its decision, the record of a photo; for whom they are, and what they cost."""

import re

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation

from chuangwen.evidence import links
from chuangwen.evidence.actions import decide, examine, take_in
from chuangwen.evidence.models import Doubt, Examination, Photo
from chuangwen.evidence.queries import changed_files, record_of
from chuangwen.kernel import clock, files, jobs
from chuangwen.kernel.errors import Denied, Missing
from chuangwen.testing.pictures import camera, jpeg


@pytest.fixture
def doubt(town) -> Doubt:
    """A file that the liaison handed in twice."""
    actor, content = town.actors["liaison"], jpeg(1, (640, 480), exif=camera())
    take_in(actor, content)
    return examine(actor, [take_in(actor, content).pk], about="cases.case:1")[0]


def many_doubts(town, count: int) -> None:
    """So many photos with a doubt and another photo each."""
    actor = town.actors["liaison"]
    photos = [take_in(actor, jpeg(n, (48, 36))) for n in range(count + 1)]
    for photo in photos[1:]:
        one = Examination.objects.create(
            photo=photo,
            unit=town.units["department"],
            division=town.street,
            state="done",
            asked_at=clock.now(),
            done_at=clock.now(),
        )
        Doubt.objects.create(examination=one, photo=photo, other=photos[0], kind="alike", score=0.5, found_at=clock.now())


@pytest.mark.parametrize(
    "path", ["/evidence/doubts/", "/evidence/doubts/by-unit/", "/evidence/doubts/?decision=undecided&kind=same_file"]
)
def test_the_lists_are_for_those_who_check(doubt, sign_in, path):
    assert sign_in("clerk").get(path).status_code == 200
    assert sign_in("liaison").get(path).status_code == 403


def test_the_list_costs_the_same_for_five_and_for_forty(town, sign_in, django_assert_max_num_queries):
    many_doubts(town, 40)
    clerk = sign_in("clerk")
    with django_assert_max_num_queries(12):
        page = clerk.get("/evidence/doubts/?size=50").content.decode()
    assert page.count("/evidence/doubts/") >= 80


def test_undecided_ones_stand_first(town, sign_in, doubt):
    decide(town.actors["clerk"], doubt.pk, "genuine")
    many_doubts(town, 2)
    numbers = re.findall(r"/evidence/doubts/(\d+)/\"", sign_in("clerk").get("/evidence/doubts/").content.decode())
    assert int(numbers[-1]) == doubt.pk


def test_a_doubt_shows_both_pictures_says_it_plainly_and_takes_a_decision(town, doubt, sign_in):
    clerk = sign_in("clerk")
    page = clerk.get(f"/evidence/doubts/{doubt.pk}/").content.decode()
    assert page.count("<figure") == 2 and "同一个文件此前已提交过" in page and 'value="not_acceptable"' in page
    answer = clerk.post(
        f"/evidence/doubts/{doubt.pk}/decide/", {"decision": "not_acceptable", "note": "重复提交", "next": "/evidence/doubts/"}
    )
    assert answer.status_code == 302 and answer["Location"] == "/evidence/doubts/"
    assert Doubt.objects.get(pk=doubt.pk).decision == "not_acceptable"
    assert "重复提交" in clerk.get(f"/evidence/doubts/{doubt.pk}/").content.decode()


def test_another_town_sees_nothing_of_it(other_town, doubt, sign_in):
    stranger = sign_in("clerk", other_town)
    assert stranger.get(f"/evidence/doubts/{doubt.pk}/").status_code == 404
    assert stranger.post(f"/evidence/doubts/{doubt.pk}/decide/", {"decision": "genuine"}).status_code == 404
    assert f"/evidence/doubts/{doubt.pk}/" not in stranger.get("/evidence/doubts/").content.decode()


def rendered(actor, photo_ids) -> str:
    request = RequestFactory().get("/cases/1/")
    request.actor = actor
    context = Context({"request": request, "photo_ids": photo_ids, "actor": actor})
    return Template("{% load evidence %}{% photo_doubts photo_ids %}").render(context).strip()


def test_a_page_of_another_room_includes_them_for_who_may_see_them(town, doubt, django_assert_max_num_queries):
    clerk = town.actors["clerk"]
    with django_assert_max_num_queries(3):
        shown = rendered(clerk, [doubt.photo_id])
    assert 'value="genuine"' in shown and "正在与早先的照片比对" in shown and "/cases/1/" in shown
    assert rendered(town.actors["liaison"], [doubt.photo_id]) == "" and rendered(town.actors["clerk"], []) == ""
    jobs.run_waiting()
    assert "正在与早先的照片比对" not in rendered(town.actors["clerk"], [doubt.photo_id])


def test_photos_without_doubts_are_said_to_be_compared(town):
    photo = take_in(town.actors["liaison"], jpeg(4, (640, 480), exif=camera()))
    assert rendered(town.actors["clerk"], [photo.pk]) == ""
    examine(town.actors["liaison"], [photo.pk])
    jobs.run_waiting()
    assert "未见疑点" in rendered(town.actors["clerk"], [photo.pk])


def test_who_brought_the_photo_is_told_that_somebody_else_decides(town):
    actor = town.actors["clerk"]
    take_in(actor, jpeg(1))
    photo = take_in(actor, jpeg(1))
    examine(actor, [photo.pk])
    shown = rendered(actor, [photo.pk])
    assert "请由其他人员认定" in shown and 'value="genuine"' not in shown


def test_no_sentence_accuses_anybody():
    from chuangwen.evidence import telling

    told = {"minutes": 90, "metres": 400, "signs": ["size"], "regions": [[0, 0, 1, 1]]}
    for kind in Doubt.Kind:
        for language, end, accusing in (
            ("en", ".", r"\b(fake|forge|fraud|cheat|lie)"),
            ("zh-hans", "。", "造假|作假|伪造|弄虚|欺骗|故意|违纪"),
        ):
            with translation.override(language):
                words = telling.sentence(Doubt(kind=kind, score=0.5, detail=told))
            assert words.endswith(end) and not re.search(accusing, words)


def test_the_record_of_a_photo_says_whether_it_is_unchanged(town, doubt, sign_in):
    clerk = sign_in("clerk")
    page = clerk.get(f"/evidence/photo/{doubt.photo_id}/").content.decode()
    assert doubt.photo.file_key in page and doubt.photo.sm3 in page and doubt.photo.custody in page and "上传后未改动" in page
    Photo.objects.filter(pk=doubt.photo_id).update(lat=1.0)
    assert "与记录不符" in clerk.get(f"/evidence/photo/{doubt.photo_id}/").content.decode()


def test_a_changed_file_is_found_by_its_record_and_by_the_check_of_all(town, doubt):
    assert list(changed_files()) == []
    place = files.path_of(doubt.photo.file_key)
    place.write_bytes(place.read_bytes()[:-1] + b"x")
    assert not record_of(town.actors["clerk"], doubt.photo_id).file_holds
    assert {found.photo_id for found in changed_files()} == {doubt.photo_id, doubt.other_id}
    place.unlink()
    assert len(list(changed_files())) == 2


def test_the_record_is_for_who_brought_it_who_sees_a_doubt_and_who_came_from_a_page_with_it(town, other_town, doubt, sign_in):
    other = take_in(town.actors["grid_worker"], jpeg(8))
    inspector = town.actors["inspector"]
    assert record_of(inspector, doubt.photo_id).photo.pk == doubt.photo_id
    assert record_of(town.actors["grid_worker"], other.pk).may_open_original
    for actor in (inspector, town.actors["clerk"], town.actors["liaison"]):
        with pytest.raises(Missing):
            record_of(actor, other.pk)
    clerk = town.accounts["clerk"]
    assert sign_in("clerk").get(links.record_url(other.pk, clerk.pk)).status_code == 200
    assert sign_in("clerk", other_town).get(links.record_url(other.pk, clerk.pk)).status_code == 404
    with pytest.raises(Denied):
        record_of(town.actors["security_admin"], other.pk)


def test_a_photo_is_proposed_for_everybody_from_its_record(town, doubt, sign_in):
    clerk = sign_in("clerk")
    assert "/ask/" in clerk.get(f"/evidence/photo/{doubt.photo_id}/").content.decode()
    assert clerk.post(f"/evidence/releases/{doubt.photo_id}/ask/").status_code == 303
    assert f"/evidence/releases/{doubt.photo_id}/" in clerk.get("/evidence/releases/").content.decode()
    unseen = take_in(town.actors["grid_worker"], jpeg(8))
    assert clerk.post(f"/evidence/releases/{unseen.pk}/ask/").status_code == 404
