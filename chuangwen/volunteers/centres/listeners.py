"""What centres hear: an activity that was held is one of the centre that held it."""

from chuangwen.kernel import events
from chuangwen.volunteers.activities.events import ActivityClosed
from chuangwen.volunteers.centres.counting import count_activities


@events.hears(ActivityClosed)
def activity_closed(event: ActivityClosed) -> None:
    count_activities([event.activity_id])
