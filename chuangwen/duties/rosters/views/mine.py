"""On the phone: my turns and my days, after signing in."""

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
from chuangwen.duties.rosters.forms import month_of
from chuangwen.duties.rosters.models import PoolDay, PoolPerson, TurnChange
from chuangwen.duties.rosters.naming import naming
from chuangwen.duties.rosters.views.board import asked_day
from chuangwen.duties.rosters.views.turns import told_of
from chuangwen.kernel import access, clock
from chuangwen.kernel.identifiers import number_in
from chuangwen.web.form_pages import ActionButton
from chuangwen.web.views import PageMixin

NEXT = {"": "cannot", "cannot": "rather", "rather": "prefers", "prefers": ""}
"""A tap says the next word: can, cannot, rather not, gladly, can again."""


def month_links(first: date) -> dict[str, str]:
    before, after = first - timedelta(days=1), (first.replace(day=28) + timedelta(days=4)).replace(day=1)
    return {"this": f"{first:%Y-%m}", "before": f"{before:%Y-%m}", "after": f"{after:%Y-%m}", "words": f"{first.year}年{first.month}月"}


def weeks_told(person: PoolPerson, first: date) -> list[list[dict[str, Any] | None]]:
    """The weeks of the month as the template takes them: the day, what was said, what the next tap says."""
    labels = dict(PoolDay.Word.choices)
    return [
        [
            None if day is None else {
                "day": day.day, "iso": day.day.isoformat(), "word": day.word, "label": labels.get(PoolDay.Word(day.word)) if day.word else "",
                "next": NEXT[day.word], "turns": day.turns, "open": day.open,
            }
            for day in week
        ]
        for week in queries.person_month(person, first)
    ]  # fmt: skip


class MyTurns(PageMixin, View):
    """My turns ahead, what I am asked, and the month in which a tap says a day."""

    required_verb = "duties.own_turns"
    title = gettext_lazy("My turns")

    def get(self, request: HttpRequest) -> HttpResponse:
        people = queries.own_people(self.actor)
        asked = number_in(request.GET.get("as"))
        person = next((one for one in people if one.pk == asked), people[0] if people else None)
        first = month_of(request.GET.get("month"))
        if person is None:
            return render(request, "duties/rosters/mine_none.html", self.get_context_data())
        self.lead = str(person.unit)
        mine = TurnChange.objects.filter(other__in=people, state=TurnChange.State.ASKED)
        context = self.get_context_data(
            person=person, others=[one for one in people if one != person], turns=queries.upcoming(people), weeks=weeks_told(person, first),
            month=month_links(first), say=reverse("duties:roster-say", args=[person.pk]), today=clock.today(),
            asked=list(mine.select_related("turn__shift__post__ground", "turn__person", "in_exchange__shift__post")),
            open=set(TurnChange.objects.filter(turn__person__in=people, state__in=("asked", "agreed")).values_list("turn", flat=True)),
            own=self.asked_for(people),
        )  # fmt: skip
        return render(request, "duties/rosters/mine.html", context)


    def asked_for(self, people: list[PoolPerson]) -> list[tuple[TurnChange, str]]:
        """What this person asked and nobody has answered, with the other's name where it may be seen."""
        rows = TurnChange.objects.filter(turn__person__in=people, state=TurnChange.State.ASKED)
        own = list(rows.select_related("turn__shift__post", "turn__roster", "other", "in_exchange__shift__post").order_by("turn__day", "pk"))
        names = naming(self.actor, [one.turn.roster for one in own])
        return [(one, told_of(one.other, names, one.turn.roster_id)) for one in own]


class PersonDays(PageMixin, View):
    """The days of somebody of a unit's pool, for whoever keeps it: entered for those who have no phone."""

    required_verb = "duties.keep_pool"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        person = access.fetch(self.actor, "duties.keep_pool", PoolPerson.objects.select_related("unit"), pk=pk)
        first = month_of(request.GET.get("month"))
        self.title, self.lead = _("Days of %(person)s") % {"person": person}, str(person.unit)
        self.breadcrumbs = [(gettext_lazy("People for posts"), reverse("duties:roster-people"))]
        context = self.get_context_data(
            person=person, weeks=weeks_told(person, first), month=month_links(first), say=reverse("duties:roster-say", args=[person.pk]),
            today=clock.today(), keeper=True,
        )  # fmt: skip
        return render(request, "duties/rosters/days.html", context)


class SayDay(ActionButton):
    """A tap on a day: one's own, or of somebody of the pool that one keeps."""

    required_verb = "duties.own_turns"

    def check_access(self, request: HttpRequest) -> HttpResponse | None:
        if self.actor.may("duties.keep_pool"):
            return None
        return super().check_access(request)

    def act(self, request: HttpRequest, **kwargs: Any) -> str | HttpResponse:
        key, day, word = kwargs["pk"], asked_day(request.POST.get("day")), request.POST.get("word", "")
        actions.say_day(self.actor, pool_id=key, day=day, word=word)
        person = PoolPerson.objects.get(pk=key)
        if request.headers.get("HX-Request") == "true":
            first = day.replace(day=1)
            context = {"weeks": weeks_told(person, first), "say": request.path, "today": clock.today(), "month": month_links(first)}
            return render(request, "duties/rosters/month_part.html", context)
        own = person.account_id == self.actor.account_id
        page = reverse("duties:my-turns") if own else reverse("duties:roster-person-days", args=[key])
        return f"{page}?month={day:%Y-%m}" + (f"&as={key}" if own else "")
