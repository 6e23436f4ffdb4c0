"""The demonstration has doubted photos of several kinds, some decided; what is doubted was found in the pictures, not written down."""

from types import SimpleNamespace

import pytest
from django.db import transaction

from chuangwen.cases.models import Case, CasePhoto, Source, State
from chuangwen.demo.filling.doubts import STORIES, fill_doubts
from chuangwen.demo.pictures import draw
from chuangwen.demo.tests.conftest import NOW
from chuangwen.evidence import queries
from chuangwen.evidence.actions import take_in_generated
from chuangwen.evidence.intake import prepare
from chuangwen.evidence.models import Doubt, Examination, Redaction


@pytest.fixture
def told(report):
    """More drawn photos than the tests of the town have: of four cases in each state, closed ones with an after photo."""
    from chuangwen.demo.drawing.troubles import TROUBLES

    troubles, rows = list(TROUBLES), []
    for state in (State.CLOSED, State.SUBMITTED, State.RECTIFYING):
        found = Case.objects.filter(state=state, lat__isnull=False).order_by("-reported_at")
        for case in [*found.filter(source=Source.RESIDENT)[:2], *found.exclude(source=Source.RESIDENT)[:4]]:
            for stage in ("before", "after") if state == State.CLOSED else ("before",):
                rows.append((case, stage))
    with transaction.atomic():
        for n, (case, stage) in enumerate(rows):
            scene = f"{('street', 'lane', 'estate', 'wall')[case.pk % 4]}/{troubles[case.pk % len(troubles)]}"
            content = draw(scene, place=case.pk, stage=stage, shot=n, taken_at=case.reported_at, lat=case.lat, lon=case.lon)
            photo = take_in_generated([(prepare(content), None, NOW)])[0]
            CasePhoto.objects.create(case=case, photo=photo, stage=stage)
        return fill_doubts(SimpleNamespace(now=NOW))


def test_doubts_of_several_kinds_wait_and_others_are_decided(told):
    assert told["doubts"] == Doubt.objects.count()
    kinds = set(Doubt.objects.values_list("kind", flat=True))
    assert len(kinds) >= 6 and kinds >= {"alike", "from_before", "same_file", "screenshot"}
    waiting, decided = Doubt.objects.filter(decision=""), Doubt.objects.exclude(decision="")
    assert waiting.exists() and set(decided.values_list("decision", flat=True)) >= {"genuine", "not_acceptable"}
    assert len({doubt.examination_id for doubt in Doubt.objects.all()}) >= len(STORIES) - 2


def test_each_doubted_photo_was_examined_for_a_case_that_shows_it(told):
    for doubt in Doubt.objects.select_related("examination"):
        assert doubt.examination.state == Examination.State.DONE
        case = int(doubt.examination.about.partition(":")[2])
        assert CasePhoto.objects.filter(case=case, photo=doubt.photo_id, stage="after").exists()


def test_the_custody_chain_holds_with_them(told):
    assert list(queries.broken_custody()) == [] and queries.missing_files() == []


def test_some_photos_are_released_and_some_wait(told):
    assert told["releases"] == Redaction.objects.count()
    assert Redaction.objects.filter(confirmed_at__isnull=False).exists() and Redaction.objects.filter(confirmed_at=None).exists()


def test_a_town_without_photos_has_no_doubts(report):
    CasePhoto.objects.all().delete()
    with transaction.atomic():
        assert fill_doubts(SimpleNamespace(now=NOW)) == {"doubts": 0, "releases": 0}
