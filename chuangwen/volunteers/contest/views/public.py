"""Contests for everybody: which are held, and the results of the published: projects of teams with reasons, no persons."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chuangwen.intake.residents.views import OpenPage
from chuangwen.kernel.errors import Missing
from chuangwen.volunteers.contest import queries, rules
from chuangwen.volunteers.contest.views.contest import contest_badge, result_rows


class OpenContests(OpenPage):
    title = gettext_lazy("Contests of volunteer projects")
    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest) -> HttpResponse:
        rows = [(row, contest_badge(row)) for row in queries.public()[:60]]
        return render(request, "volunteers/contest/open_list.html", self.get_context_data(rows=rows))


class OpenContest(OpenPage):
    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        contest = queries.public().filter(pk=pk).first()
        if contest is None:
            raise Missing(_("There is no such contest."))
        self.title = contest.title
        results = result_rows(contest) if contest.state == rules.PUBLISHED else []
        context = self.get_context_data(contest=contest, state=contest_badge(contest), results=results, criteria=list(contest.criteria.all()))
        return render(request, "volunteers/contest/open.html", context)
