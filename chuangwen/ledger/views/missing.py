"""Which units have not reported what they report at a rhythm."""

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import View

from chuangwen.kernel import clock
from chuangwen.ledger import actions, missing, rules, words
from chuangwen.ledger.models import Metric
from chuangwen.ledger.views.metrics import HOME
from chuangwen.web.form_pages import ActionButton, go_to
from chuangwen.web.views import PageMixin

NOT_REPORTED = gettext_lazy("Not reported yet")
EARLIEST = date(2000, 1, 1)


def asked(values: Any) -> tuple[str, date]:
    """The rhythm and the day that an address or a form names; else this week."""
    rhythm = values.get("rhythm", "")
    try:
        day = date.fromisoformat(values.get("day", ""))
    except ValueError:
        day = clock.today()
    today = clock.today()
    return rhythm if rhythm in Metric.Rhythm.values else Metric.Rhythm.WEEK.value, min(max(day, EARLIEST), today)


class MissingPage(PageMixin, View):
    """``?rhythm=week&day=…``: units by what is due in the day, week or month."""

    required_verb = "ledger.see"
    title = NOT_REPORTED
    lead = gettext_lazy("What units report at a rhythm by the dictionary. A fact that is there anyway, entered or by a sheet, is a report.")

    def get(self, request: HttpRequest) -> HttpResponse:
        rhythm, day = asked(request.GET)
        found = missing.due(self.actor, rhythm, day)
        today = clock.today()
        self.breadcrumbs = [(HOME, reverse("ledger:metrics"))]
        later = found.last + timedelta(days=1)
        context = self.get_context_data(
            found=found, rhythm=rhythm, day=day, days=words.days(found.first, found.last), rhythms=Metric.Rhythm.choices,
            earlier=(found.first - timedelta(days=1)).isoformat(), later=later.isoformat() if later <= today else "",
            running=found.last >= today, may_remind=self.actor.may("ledger.remind") and bool(found.lacking),
            complete=[one for one in found.units if not one.metrics], since=rules.bucket_of(rhythm, today)[0],
        )  # fmt: skip
        return render(request, "ledger/missing.html", context)


class Remind(ActionButton):
    """Remind the units that lack something."""

    required_verb = "ledger.remind"

    def act(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        rhythm, day = asked(request.POST)
        count = actions.remind(self.actor, rhythm=rhythm, day=day)
        messages.success(request, ngettext("%(n)d unit was reminded.", "%(n)d units were reminded.", count) % {"n": count})
        return go_to(f"{reverse('ledger:missing')}?rhythm={rhythm}&day={day.isoformat()}")
