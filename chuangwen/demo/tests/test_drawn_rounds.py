"""The demonstration's drawn rounds: drawn by the published procedure, one walked and rated again, one under way."""

import pytest

from chuangwen.fieldwork import draw_file, planning_queries, progress, rerating
from chuangwen.fieldwork.models import Draw, Observation, Round, RoundSite
from chuangwen.people.actors import actor_of
from chuangwen.people.models import Account

pytestmark = pytest.mark.usefixtures("report")


def clerk():
    return actor_of(Account.objects.get(username="clerk"))


def test_every_draw_of_the_demonstration_repeats():
    draws = Draw.objects.select_related("round")
    assert sorted(draw.procedure for draw in draws) == ["chuangwen-draw-1", "chuangwen-draw-1", "chuangwen-rerate-1"]
    for draw in draws:
        assert draw_file.verify(planning_queries.document_of(draw)).ok
    assert all(draw.round.generated and draw.seed.startswith("演示") for draw in draws)


def test_the_round_under_way_is_partly_walked_by_three_teams():
    round = Round.objects.get(draws__procedure="chuangwen-draw-1", state="running")
    found = progress.of_round(clerk(), round)
    assert len(found.teams) >= 3 and 0 < found.whole.done < found.whole.places and found.whole.skipped == 1
    assert found.whole.mean.low < found.whole.mean.value < found.whole.mean.high
    assert round.teams.filter(members__account__username="inspector").exists()
    assert round.site_links.filter(purpose="added", reason__gt="").exists()


def test_the_round_that_is_over_was_rated_again_by_other_teams():
    round = Round.objects.get(draws__procedure="chuangwen-rerate-1")
    assert round.state == "closed"
    for place in RoundSite.objects.filter(round=round, purpose="rerate").select_related("rerate_of"):
        assert place.team_id != place.rerate_of.team_id and place.done_at
    report = rerating.report(clerk(), round)
    assert report.pairs > 30 and 0.6 < report.raw.value < 1 and report.differences
    assert Observation.every.filter(round=round, rerating=True).count() == report.pairs
