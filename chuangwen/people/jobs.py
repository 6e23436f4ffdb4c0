"""What the room does by itself."""

from datetime import timedelta
from typing import Any

from django.contrib.sessions.models import Session

from chuangwen.kernel import clock, jobs
from chuangwen.people.models import SignIn


@jobs.register("people.tidy", every=timedelta(days=1))
def tidy(run: jobs.Run) -> dict[str, Any]:
    """Take away sessions that have ended, and the entries of open sessions that are none any more."""
    ended = Session.objects.filter(expire_date__lt=clock.now()).delete()[0]
    rows = SignIn.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()[0]
    return {"sessions": ended, "entries": rows}
