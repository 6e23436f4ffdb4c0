"""On the phone: my turns and my days, after signing in or by a private link; the calendar behind the link."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from chuangwen.duties.rosters import actions, calendars, queries
from chuangwen.duties.rosters.actions.pooling import link_of, say_day_by_link
from chuangwen.duties.rosters.forms import month_of
from chuangwen.duties.rosters.models import PoolDay, PoolPerson, RosterTurn, TurnChange
from chuangwen.duties.rosters.views.board import asked_day
from chuangwen.kernel import access, clock
from chuangwen.kernel.calendar_text import CONTENT_TYPE
from chuangwen.kernel.errors import Missing
from chuangwen.kernel.identifiers import number_in
from chuangwen.web.form_pages import ActionButton, go_to
from chuangwen.web.views import AccessMixin, PageMixin

NEXT = {"": "cannot", "cannot": "rather", "rather": "prefers", "prefers": ""}
"""A tap says the next word: can, cannot, rather not, gladly, can again."""
LOOK_AHEAD = timedelta(days=62)


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


def upcoming(people: Iterable[PoolPerson]) -> list[RosterTurn]:
    today = clock.today()
    found = queries.turns_of([person.pk for person in people], today, today + LOOK_AHEAD)
    return [turn for turn in found if not turn.called_off]


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
            person=person, others=[one for one in people if one != person], turns=upcoming(people), weeks=weeks_told(person, first),
            month=month_links(first), say=reverse("duties:roster-say", args=[person.pk]), today=clock.today(),
            asked=list(mine.select_related("turn__shift__post__ground", "turn__person", "in_exchange__shift__post")),
            open=set(TurnChange.objects.filter(turn__person__in=people, state__in=("asked", "agreed")).values_list("turn", flat=True)),
        )  # fmt: skip
        return render(request, "duties/rosters/mine.html", context)


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


class _ByLink(AccessMixin, View):
    """Whoever knows the secret; who does not is told nothing."""

    public = True

    def link(self, token: str) -> Any:
        found = link_of(token)
        if found is None:
            raise Http404
        return found


class PrivatePage(_ByLink):
    """A person's turns and days by their link, without signing in. No other name stands on it."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        link = self.link(token)
        if link.person is None:
            raise Http404
        first = month_of(request.GET.get("month"))
        feed = request.build_absolute_uri(reverse("duties:roster-feed", args=[token]))
        context = {
            "title": _("My turns"), "person": link.person, "turns": upcoming([link.person]), "weeks": weeks_told(link.person, first),
            "month": month_links(first), "say": reverse("duties:roster-private-say", args=[token]), "today": clock.today(),
            "webcal": f"webcal://{feed.partition('://')[2]}", "feed": feed, "private": True,
        }  # fmt: skip
        answer = render(request, "duties/rosters/private.html", context)
        answer["Referrer-Policy"], answer["Cache-Control"] = "no-referrer", "private, no-store"
        return answer


class PrivateSay(_ByLink):
    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        link = self.link(token)
        day, word = asked_day(request.POST.get("day")), request.POST.get("word", "")
        if link.person is None or not say_day_by_link(token, day=day, word=word):
            raise Missing(_("There is no such record, or it is not in your area."))
        if request.headers.get("HX-Request") == "true":
            first = day.replace(day=1)
            context = {"weeks": weeks_told(link.person, first), "say": request.path, "today": clock.today(), "month": month_links(first)}
            return render(request, "duties/rosters/month_part.html", context)
        return go_to(f"{reverse('duties:roster-private', args=[token])}?month={day:%Y-%m}")


class FeedText(_ByLink):
    """The calendar itself, as calendar programs do not sign in."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        link = self.link(token)
        text = calendars.calendar_of(link, request.build_absolute_uri("/").rstrip("/"))
        answer = HttpResponse(text.encode(), content_type=CONTENT_TYPE)
        answer["Content-Disposition"] = 'inline; filename="turns.ics"'
        answer["Cache-Control"] = "private, max-age=900"
        return answer
