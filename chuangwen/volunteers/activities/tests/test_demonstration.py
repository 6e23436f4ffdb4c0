"""The year of activities in the demonstration, on the small town."""

from collections import Counter
from datetime import date, datetime, time
from types import SimpleNamespace

import pytest
from django.apps import apps

from chuangwen.demo.filling.keys import STREET, Keys
from chuangwen.demo.tests.ahead import happened_ahead
from chuangwen.evidence.models import Doubt
from chuangwen.evidence.queries import broken_custody
from chuangwen.kernel import clock
from chuangwen.ledger.install import install_metrics
from chuangwen.ledger.models import Fact

if not apps.is_installed("chuangwen.volunteers"):
    pytest.skip("the room is left out", allow_module_level=True)

from chuangwen.demo.filling.volunteers_activities import fill_volunteers_activities
from chuangwen.volunteers.activities.models import Activity, ActivityEvent, ActivityPhoto, Shift, SignUp, Theme
from chuangwen.volunteers.corps.models import Volunteer
from chuangwen.volunteers.presence.models import Presence, ServiceEntry

TODAY = date(2026, 11, 30)


def test_a_year_of_activities_with_who_came_and_hours_that_fit(town):
    keys = Keys(SimpleNamespace(today=TODAY), datetime.combine(TODAY, time(10, 40), clock.LOCAL), photos=8)
    keys.divisions = {STREET: town.street} | {place.code: place for place in town.communities}
    install_metrics()
    done = fill_volunteers_activities(keys)
    states = Counter(Activity.objects.values_list("state", flat=True))
    assert done["activities"] == Activity.objects.count() > 150 and {"closed", "open", "approved"} <= set(states)
    assert done["activity_presences"] == Presence.objects.count() == ServiceEntry.objects.count() > 200
    titles = set(Activity.objects.values_list("title", flat=True))
    assert {"每周五清洁家园", "文明劝导：礼让斑马线", "我们的节日·重阳节：敬老爱老"} <= titles
    fridays = Activity.objects.filter(title="每周五清洁家园")
    assert {one.first_at.astimezone(clock.LOCAL).weekday() for one in fridays} == {4}
    assert Theme.objects.count() >= 12 and not Activity.objects.filter(generated=False).exists()
    assert not Volunteer.objects.filter(generated=False).exists()
    for shift in Shift.objects.all():
        assert shift.taken == SignUp.objects.filter(shift=shift, state="in").count() <= shift.places
    told = {one.pk: [event.step for event in one.events.order_by("at", "pk")] for one in Activity.objects.filter(state="closed")}
    assert told and all([step for step in steps if step != "photos"] == ["plan", "approve", "open", "hold", "close"] for steps in told.values())
    assert not ActivityEvent.objects.filter(at__gt=keys.now).exists() and not SignUp.objects.filter(asked_at__gt=keys.now).exists()
    photos = list(ActivityPhoto.objects.select_related("activity", "photo__examination"))
    assert done["activity_photos"] == len(photos) >= 2 and {"before", "after", "during"} >= {one.stage for one in photos}
    for one in photos:
        assert one.activity.state in ("held", "closed") and one.photo.generated and one.photo.examination.state == "done"
        assert one.activity.first_at <= one.photo.taken_at <= one.activity.last_at
        assert one.photo.examination.about == f"volunteers.activity:{one.activity_id}"
    assert not Doubt.objects.exists() and not list(broken_custody())
    facts = Fact.objects.filter(metric__code="volunteer-activities", counts=True)
    assert facts.count() == states["closed"] and not facts.filter(generated=False).exists(), "what is closed stands in the ledger"
    came = sum(Fact.objects.filter(metric__code="volunteer-turns").values_list("amount", flat=True))
    assert came == 10_000 * sum(Activity.objects.filter(state="closed").values_list("came", flat=True))


@pytest.mark.parametrize("day", [date(2027, 1, 1), date(2028, 2, 29), date(2026, 1, 31)])
@pytest.mark.parametrize("hour", [0, 23])
def test_nobody_signed_up_was_there_or_decided_in_the_future(town, day, hour):
    keys = Keys(SimpleNamespace(today=day), datetime.combine(day, time(hour, 5), clock.LOCAL), photos=0)
    keys.divisions = {STREET: town.street} | {place.code: place for place in town.communities}
    with clock.at(keys.now):
        fill_volunteers_activities(keys)
    assert happened_ahead(keys.now) == {} and SignUp.objects.filter(shift__starts_at__gt=keys.now).exists()
