"""Today at the posts: who leads, who is planned, how many were counted; and the count itself."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from chuangwen.duties.rosters import actions, queries
from chuangwen.duties.rosters.forms import PresentForm
from chuangwen.duties.rosters.models import PostShift
from chuangwen.duties.rosters.views.rosters import HOME
from chuangwen.kernel import access, clock
from chuangwen.web import formatting
from chuangwen.web.form_pages import FormPage
from chuangwen.web.views import PageMixin

BOARD = gettext_lazy("Today at the posts")


def asked_day(text: Any) -> date:
    try:
        day = date.fromisoformat(str(text or ""))
    except ValueError:
        return clock.today()
    return day if date(2000, 1, 1) <= day <= date(2100, 1, 1) else clock.today()


class BoardPage(PageMixin, View):
    """All grounds with a published roster on a day."""

    required_verb = queries.SEE
    title = BOARD

    def get(self, request: HttpRequest) -> HttpResponse:
        day = asked_day(request.GET.get("day"))
        today = clock.today()
        self.lead = formatting.day(day)
        self.breadcrumbs = [(HOME, reverse("duties:rosters"))]
        countable = today - timedelta(days=14) <= day <= today and self.actor.may("duties.count_present")
        mine = set(access.scoped(self.actor, "duties.count_present", PostShift).values_list("pk", flat=True)) if countable else set()
        context = self.get_context_data(
            boards=queries.boards(self.actor, day), day=day, before=day - timedelta(days=1), after=day + timedelta(days=1), today=today,
            countable=mine,
        )  # fmt: skip
        return render(request, "duties/rosters/board.html", context)


class Count(FormPage):
    """How many people were at a post in a shift."""

    required_verb = "duties.count_present"
    title = gettext_lazy("How many people were there")
    done = gettext_lazy("Recorded.")
    form_class = PresentForm
    shift: PostShift

    def prepare(self) -> None:
        rows = PostShift.objects.select_related("post__ground")
        self.shift = access.fetch(self.actor, "duties.count_present", rows, pk=self.kwargs["pk"])
        self.lead = f"{self.shift.post.ground} · {self.shift} {self.shift.hours}"
        self.day = asked_day(self.request.GET.get("day"))
        self.known = self.shift.counted.filter(day=self.day).first()
        record = queries.recorded_elsewhere(self.shift, self.day) if self.known is None else None
        self.found = record.people if record is not None else None
        if record is not None:
            told = {"duty": record.duty, "people": record.people}
            self.explanation = _("From the record of “%(duty)s” of this day: %(people)d people. Correct it where it was different here.") % told

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("duties:rosters")), (BOARD, reverse("duties:roster-board"))]

    def form_arguments(self) -> dict[str, Any]:
        known = self.known
        return {"initial": {"day": self.day, "present": known.present if known else self.found, "note": known.note if known else ""}}

    def act(self, form: Any) -> str:
        counted = actions.count_present(self.actor, shift_id=self.shift.pk, **form.cleaned_data)
        return f"{reverse('duties:roster-board')}?day={counted.day.isoformat()}"
