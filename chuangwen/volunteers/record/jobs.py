"""What the record does by itself: says what is to be answered before it is late, and forgets who complained long ago."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chuangwen.kernel import clock, jobs
from chuangwen.volunteers.record import forgetting
from chuangwen.volunteers.record.actions.base import tell_desk
from chuangwen.volunteers.record.models import RecordObjection, ServiceComplaint

BEFORE = timedelta(days=2)


def remind() -> int:
    """Tell who answers that the last day is near: once each. How many wait so."""
    with transaction.atomic():
        day = clock.today() + BEFORE
        objections = list(RecordObjection.objects.filter(state="open", due_on__lte=day).select_related("unit", "volunteer__division"))
        for row in objections:
            words = _("An objection to a service record has to be answered by %(day)s")
            tell_desk(f"objection-due:{row.pk}", lambda row=row, words=words: words % {"day": row.due_on}, row.unit, row.volunteer.division,
                      row.get_absolute_url())  # fmt: skip
        complaints = list(ServiceComplaint.objects.filter(state="open", due_on__lte=day).select_related("unit", "division"))
        for one in complaints:
            words = _("Complaint %(number)s has to be answered by %(day)s")
            tell_desk(f"complaint-due:{one.pk}", lambda one=one, words=words: words % {"number": one.number, "day": one.due_on}, one.unit,
                      one.division, one.get_absolute_url())  # fmt: skip
    return len(objections) + len(complaints)


@jobs.register("volunteers.record", every=timedelta(hours=12), label=gettext_lazy("Objections and complaints that have to be answered"))
def record_job(run: jobs.Run) -> dict[str, Any]:
    """Remind, and forget."""
    return {"waiting": remind(), "forgotten": forgetting.forget()}
