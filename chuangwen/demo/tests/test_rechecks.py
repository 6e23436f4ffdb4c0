"""The demonstration's silent re-checks are draws that come out again, walked by somebody independent."""

from chuangwen.cases.models import CaseEvent, Recheck, RecheckDraw
from chuangwen.cases.rechecks import drawing


def test_every_draw_comes_out_again(report):
    draws = list(RecheckDraw.objects.all())
    assert len(draws) == 5 and all(drawing.repeated(made) for made in draws)


def test_what_was_found_agrees_with_the_stories_and_is_told_in_the_history(report):
    done = Recheck.objects.filter(state="done").select_related("new_case")
    assert done.count() > 20 and Recheck.objects.filter(state="planned").exists()
    for row in done:
        assert (row.result == "back") == (row.new_case is not None)
        assert row.new_case is None or row.new_case.rebound_of_id == row.case_id
        assert CaseEvent.objects.filter(case=row.case_id, verb="recheck", at=row.done_at).exists()
        acted = CaseEvent.objects.filter(case=row.case_id, account=row.assigned_to).exclude(verb="recheck")
        assert not acted.exists(), "nobody looks again at their own work"
