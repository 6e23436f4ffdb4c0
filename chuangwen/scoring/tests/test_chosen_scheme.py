"""A round says by which scheme it is scored; planning offers all that there are."""

from datetime import date

import pytest
from django.urls import reverse

from chuangwen.fieldwork import actions as fieldwork
from chuangwen.fieldwork import scheme_registry
from chuangwen.fieldwork.models import Round
from chuangwen.kernel import clock
from chuangwen.scoring import actions
from chuangwen.scoring.models import Scheme

FACTS = {"kind": "monthly", "starts_on": "2026-12-01", "ends_on": "2026-12-05"}


@pytest.fixture
def schemes(town):
    """Two versions of a scheme, of which the round takes the older, and a newer one of the same kind."""
    kind = {"kind": "state", "body": {}, "created_at": clock.now()}
    return [Scheme.objects.create(name=name, version=version, **kind) for name, version in (("甲", 1), ("甲", 2), ("乙", 1))]


def test_the_scheme_that_a_round_names_scores_it(town, schemes, sign_in):
    assert ("甲", 1) in {(one.code, one.version) for one in scheme_registry.choices()}
    facts = FACTS | {
        "name": "十二月",
        "edition": town.edition.pk,
        "division": town.street.pk,
        "scheme": "1:甲",
        "rerate_share": "0.1",
    }
    assert sign_in("clerk").post(reverse("fieldwork:round-new"), facts).status_code == 303
    round = Round.objects.get()
    assert (round.scheme_code, round.scheme_version) == ("甲", 1)
    assert actions._scheme_for(round, None) == schemes[0]
    assert actions._scheme_for(round, "乙") == schemes[2], "who asks for another gets it"


def test_a_scheme_that_is_not_there_cannot_be_chosen(town, schemes, sign_in):
    facts = FACTS | {"name": "十二月", "edition": town.edition.pk, "division": town.street.pk, "scheme": "9:丙"}
    assert sign_in("clerk").post(reverse("fieldwork:round-new"), facts).status_code == 422
    told = sign_in("clerk").post(
        "/api/v1/rounds",
        {"name": "一", "division": town.street.code, "starts_on": "2026-12-01", "ends_on": "2026-12-02", "scheme": "丙"},
        content_type="application/json",
    )
    assert told.status_code == 422 and told.json()["code"] == "rounds.no_scheme"


def test_changing_a_round_without_a_word_on_its_share_keeps_it(town):
    clerk = town.actors["clerk"]
    days = {"starts_on": date(2026, 12, 1), "ends_on": date(2026, 12, 5)}
    facts = {"name": "十二月", "kind": "monthly", "edition": town.edition, "division": town.street} | days
    round = fieldwork.plan_round(clerk, rerate_share="0.2", **facts)
    fieldwork.edit_round(clerk, round_id=round.pk, **facts | {"name": "腊月"})
    round.refresh_from_db()
    assert str(round.rerate_share) in ("0.2", "0.200") and round.name == "腊月"
