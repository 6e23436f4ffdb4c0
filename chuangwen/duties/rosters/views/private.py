"""What stands behind a private link: a person's turns and days, changes that they ask for and answer, the calendar. Nobody signs in here."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import View

from chuangwen.duties.rosters import actions, calendars, partners, queries, words
from chuangwen.duties.rosters.actions.changing import whole_turns
from chuangwen.duties.rosters.actions.pooling import link_of, say_day_by_link
from chuangwen.duties.rosters.forms import month_of
from chuangwen.duties.rosters.models import PoolPerson, RosterTurn
from chuangwen.duties.rosters.views.board import asked_day
from chuangwen.duties.rosters.views.mine import month_links, weeks_told
from chuangwen.kernel import clock
from chuangwen.kernel.calendar_text import CONTENT_TYPE
from chuangwen.kernel.codes import mask_name
from chuangwen.kernel.errors import Missing, Refusal
from chuangwen.web.form_pages import go_to
from chuangwen.web.views import AccessMixin


class _ByLink(AccessMixin, View):
    """Whoever knows the secret; who does not is told nothing."""

    public = True

    def link(self, token: str) -> Any:
        found = link_of(token)
        if found is None:
            raise Http404
        return found

    def person(self, token: str) -> PoolPerson:
        """Whose link it is; the link of a unit is nobody's."""
        person = self.link(token).person
        if person is None:
            raise Http404
        return person


def private(answer: HttpResponse) -> HttpResponse:
    # Not "no-referrer": browsers then send forms without an origin, and the check against forged ones refuses them.
    answer["Referrer-Policy"], answer["Cache-Control"] = "same-origin", "private, no-store"
    return answer


class PrivatePage(_ByLink):
    """A person's turns and days by their link, without signing in, and what they are asked. Of others no more than the first character."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        return self.page(request, token, self.person(token))

    @staticmethod
    def page(request: HttpRequest, token: str, person: PoolPerson, refused: Refusal | None = None) -> HttpResponse:
        first, today = month_of(request.GET.get("month")), clock.today()
        own = partners.asked_by(person)
        feed = request.build_absolute_uri(reverse("duties:roster-feed", args=[token]))
        context = {
            "title": _("My turns"), "person": person, "turns": queries.upcoming([person]),
            "weeks": weeks_told(person, first), "month": month_links(first), "say": reverse("duties:roster-private-say", args=[token]),
            "today": today, "webcal": f"webcal://{feed.partition('://')[2]}", "feed": feed, "private": True, "token": token,
            "asked": [(one, mask_name(one.turn.person.name)) for one in partners.asked_of(person)], "refused": refused,
            "own": [(one, mask_name(one.other.name), words.change_state(one)) for one in own], "open": {one.turn_id for one in own if one.open},
        }  # fmt: skip
        return private(render(request, "duties/rosters/private.html", context, status=refused.status if refused else 200))


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


class PrivateChange(_ByLink):
    """Ask for a change of one of one's turns: to swap it, or that somebody stands in."""

    def turn(self, person: PoolPerson, pk: int) -> RosterTurn:
        rows = whole_turns().filter(person=person, called_off=False, roster__published_at__isnull=False, day__gte=clock.today())
        found = rows.filter(pk=pk).first()
        if found is None:
            raise Http404
        return found

    def get(self, request: HttpRequest, token: str, pk: int) -> HttpResponse:
        return self.page(request, token, self.turn(self.person(token), pk))

    def page(self, request: HttpRequest, token: str, turn: RosterTurn, refused: Refusal | None = None) -> HttpResponse:
        context = {
            "title": _("Ask for a change"), "turn": turn, "person": turn.person, "offered": partners.offered_changes(turn), "refused": refused,
            "token": token, "reason": request.POST.get("reason", "")[:200],
        }  # fmt: skip
        return private(render(request, "duties/rosters/private_change.html", context, status=refused.status if refused else 200))

    def post(self, request: HttpRequest, token: str, pk: int) -> HttpResponse:
        turn = self.turn(self.person(token), pk)
        try:
            actions.ask_change_by_link(token, turn_id=turn.pk, to=request.POST.get("to", "")[:40], reason=request.POST.get("reason", ""))
        except Missing:
            raise
        except Refusal as refused:
            return self.page(request, token, turn, refused)
        return go_to(reverse("duties:roster-private", args=[token]))


class PrivateAnswer(_ByLink):
    """Say yes or no to a change that one is asked for."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, token: str, pk: int) -> HttpResponse:
        person = self.person(token)
        try:
            actions.answer_change_by_link(token, change_id=pk, yes=request.POST.get("yes") == "1")
        except Missing:
            raise
        except Refusal as refused:
            return PrivatePage.page(request, token, person, refused)
        return go_to(reverse("duties:roster-private", args=[token]))


class PrivateWithdraw(_ByLink):
    """Take back a change that one asked for."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, token: str, pk: int) -> HttpResponse:
        person = self.person(token)
        try:
            actions.withdraw_change_by_link(token, change_id=pk)
        except Missing:
            raise
        except Refusal as refused:
            return PrivatePage.page(request, token, person, refused)
        return go_to(reverse("duties:roster-private", args=[token]))


class FeedText(_ByLink):
    """The calendar itself, as calendar programs do not sign in."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        link = self.link(token)
        text = calendars.calendar_of(link, request.build_absolute_uri("/").rstrip("/"))
        answer = HttpResponse(text.encode(), content_type=CONTENT_TYPE)
        answer["Content-Disposition"] = 'inline; filename="turns.ics"'
        answer["Cache-Control"] = "private, max-age=900"
        return answer
