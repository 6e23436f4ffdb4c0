"""A turn: who has it, who could, at what cost; changes that people ask for."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.generic import View

from chuangwen.duties.rosters import actions, queries, words
from chuangwen.duties.rosters.actions.changing import judge
from chuangwen.duties.rosters.forms import ChangeForm, TurnPersonForm
from chuangwen.duties.rosters.gathering import Question, question_of
from chuangwen.duties.rosters.models import PoolPerson, Roster, RosterTurn, TurnChange
from chuangwen.duties.rosters.naming import Naming, naming
from chuangwen.duties.rosters.states import Step, after
from chuangwen.duties.rosters.views.rosters import HOME, may_plan
from chuangwen.kernel import access, clock
from chuangwen.kernel.codes import mask_name
from chuangwen.kernel.errors import Denied, Missing
from chuangwen.kernel.identifiers import number_in
from chuangwen.web import formatting
from chuangwen.web.form_pages import ActionButton, FormPage
from chuangwen.web.lists import Empty, ListColumn, ListPage, MultiChoiceFilter
from chuangwen.web.views import PageMixin

OFFERED = 8


def told_of(person: PoolPerson, names: Naming, roster: int) -> str:
    """The name where it may be seen, else its first character."""
    return person.name if names.named(person, roster) else mask_name(person.name)




def rows() -> Any:
    return RosterTurn.objects.select_related("roster__ground__division", "shift__post__segment", "shift__post__unit", "person__unit")


class TurnPage(PageMixin, View):
    """Who has a turn; for the office who else could take it, what that costs and what it would break."""

    def check_access(self, request: HttpRequest) -> HttpResponse | None:
        answer = super().check_access(request)
        if answer is None and not any(self.actor.may(verb) for verb in (queries.SEE, queries.OWN)):
            raise Denied(_("Your post does not allow this."))
        return answer

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        turn = self.find(pk)
        roster = turn.roster
        self.title = f"{turn.shift.post} · {turn.shift.name}"
        self.lead = f"{roster.ground} · {formatting.day(turn.day)}"
        sees = access.scoped(self.actor, queries.SEE, Roster).filter(pk=roster.pk).exists()
        back = (str(roster), roster.get_absolute_url()) if sees else (_("My turns"), reverse("duties:my-turns"))
        self.breadcrumbs = [(HOME, reverse("duties:rosters")), back] if sees else [back]
        planning = may_plan(self.actor, roster)
        alive = not turn.called_off and turn.day >= clock.today()
        movable = planning and alive and after(roster.state, Step.MOVE) is not None
        names = naming(self.actor, [roster])
        beside, unshown = self.beside(turn, names)
        context = self.get_context_data(
            turn=turn, roster=roster, movable=movable, beside=beside, unshown=unshown, named=names.named(turn.person, roster.pk),
            changes=self.changes(turn, names),
            may_ask=alive and roster.state == Roster.State.PUBLISHED and self.may_ask(turn),
            withdrawable=set(queries.withdrawable(self.actor).filter(turn=turn).values_list("pk", flat=True)),
            **(self.office(turn) if movable else {}),
        )  # fmt: skip
        return render(request, "duties/rosters/turn.html", context)

    def find(self, pk: int) -> RosterTurn:
        """Seen by whoever sees its roster, and one's own."""
        if self.actor.may(queries.SEE):
            found = rows().filter(pk=pk, roster__in=access.scoped(self.actor, queries.SEE, Roster).values("pk")).first()
            if found is not None:
                return found
        if self.actor.may(queries.OWN):
            found = access.scoped(self.actor, queries.OWN, rows()).filter(pk=pk).first()
            if found is not None:
                return found
        raise Missing(_("There is no such record, or it is not in your area."))

    def may_ask(self, turn: RosterTurn) -> bool:
        verb = "duties.change_turn"
        return self.actor.may(verb) and access.scoped(self.actor, verb, RosterTurn).filter(pk=turn.pk).exists()

    @staticmethod
    def beside(turn: RosterTurn, names: Naming) -> tuple[list[PoolPerson], int]:
        """Who stands beside it by name, and how many others."""
        others = RosterTurn.objects.filter(shift=turn.shift, day=turn.day, called_off=False).exclude(pk=turn.pk)
        shown, unshown = names.split(others.select_related("person"))
        return [one.person for one in shown], unshown

    @staticmethod
    def changes(turn: RosterTurn, names: Naming) -> list[tuple[TurnChange, str, Any]]:
        """What was asked about it, with the other's name; of a turn whose name is not shown nothing, since reasons are personal."""
        if not names.named(turn.person, turn.roster_id):
            return []
        unit = turn.person.unit_id
        return [
            (one, one.other.name if one.other.unit_id == unit else told_of(one.other, names, turn.roster_id), words.change_state(one))
            for one in turn.changes.select_related("other", "in_exchange")
        ]

    def office(self, turn: RosterTurn) -> dict[str, Any]:
        """Who could take it in the order of the rule; what the one that the address names would cost and break."""
        question = question_of(turn.roster)
        free = queries.reserves(question, turn.shift, turn.day)
        offered = [self.offer(question, turn, person) for person in free[:OFFERED] if person.pk != turn.person_id]
        form = TurnPersonForm(self.request.GET if self.request.GET.get("person") else None, turn=turn, pool=question.pool)
        tried = None
        if form.is_bound and form.is_valid():
            tried = self.offer(question, turn, form.chosen)
        return {"offered": offered, "form": form, "tried": tried, "left": max(0, len(free) - OFFERED)}

    @staticmethod
    def offer(question: Question, turn: RosterTurn, person: PoolPerson) -> dict[str, Any]:
        told = judge(question, turn, person)
        return {"person": person, "cost": words.cost(told.cost), "worse": told.cost > 0.05, "broken": told.sentences, "hard": told.hard}


class Move(ActionButton):
    """Give a turn to somebody else by hand."""

    required_verb = "duties.plan_roster"
    done = gettext_lazy("Moved.")

    def act(self, request: HttpRequest, **kwargs: Any) -> str:
        person = access.fetch(self.actor, "duties.plan_roster", PoolPerson, pk=number_in(request.POST.get("person")))
        turn = actions.move_turn(
            self.actor, turn_id=kwargs["pk"], person=person, accept=request.POST.get("accept") == "1",
            expected=number_in(request.POST.get("revision")),
        )  # fmt: skip
        return turn.get_absolute_url()


class ChangeAsk(FormPage):
    """Ask somebody to take a turn, for one of theirs or without."""

    required_verb = "duties.change_turn"
    title = gettext_lazy("Ask for a change")
    submit = pgettext_lazy("turn", "Ask")
    done = gettext_lazy("Asked. It is changed once they agree, and the office approves where the rule says so.")
    turn: RosterTurn

    def prepare(self) -> None:
        self.turn = access.fetch(self.actor, "duties.change_turn", rows(), pk=self.kwargs["pk"], called_off=False)
        self.lead = f"{self.turn.roster.ground} · {self.turn} · {self.turn.person}"

    def get_breadcrumbs(self) -> Any:
        return [(_("My turns"), reverse("duties:my-turns")), (self.turn.shift.post.name, self.turn.get_absolute_url())]

    def get_form(self, data: Any = None, files: Any = None) -> ChangeForm:
        question = question_of(self.turn.roster)
        free = queries.reserves(question, self.turn.shift, self.turn.day)
        return ChangeForm(data, turn=self.turn, names=naming(self.actor, [self.turn.roster]), free=free, pool=question.pool)

    def act(self, form: ChangeForm) -> str:
        actions.ask_change(
            self.actor, turn_id=self.turn.pk, other=form.chosen, in_exchange=form.exchange, reason=form.cleaned_data["reason"]
        )
        return self.turn.get_absolute_url()


class ChangeList(ListPage):
    """Changes that were asked for: those one may answer or decide."""

    title = export_name = gettext_lazy("Changes of turns")
    required_verb = "duties.change_turn"
    columns = [
        ListColumn("turn", pgettext_lazy("roster", "Turn"), lambda row: f"{row.turn.shift.post} {row.turn.shift.name}", phone="title"),
        ListColumn("day", gettext_lazy("Day"), "turn.day", kind="date", sort=("turn__day", "pk"), nowrap=True),
        ListColumn("exchange", gettext_lazy("In exchange"), lambda row: str(row.in_exchange) if row.in_exchange else "", phone="hidden"),
        ListColumn("state", gettext_lazy("State"), words.change_state, export="get_state_display",
                   nowrap=True, phone="badge"),
        ListColumn("act", pgettext_lazy("turn change", "Answer"), "duties/rosters/cells/change.html", export=False),
    ]  # fmt: skip
    search_fields = ["turn__shift__post__name", "turn__shift__post__ground__name"]
    search_hint = gettext_lazy("Post or ground")
    default_sort = ("-asked_at", "-pk")
    empty = Empty(gettext_lazy("Nobody asks for a change"), gettext_lazy("Whoever cannot take a turn asks another on the page of the turn."))

    @cached_property
    def columns_shown(self) -> list[ListColumn]:
        """With who asks whom: by name where it may be seen, else the first character and the unit."""
        first, *rest = self.columns
        from_ = ListColumn("from", pgettext_lazy("turn change", "From"), lambda row: self.called(row, row.turn.person))
        to = ListColumn("to", pgettext_lazy("turn change", "To"), lambda row: self.called(row, row.other))
        return [first, rest[0], from_, to, *rest[1:]]

    def get_columns(self) -> list[ListColumn]:
        return self.columns_shown

    @cached_property
    def names(self) -> Naming:
        return naming(self.actor, Roster.objects.filter(pk__in=queries.changes(self.actor).order_by().values("turn__roster")))

    def called(self, row: TurnChange, person: PoolPerson) -> str:
        name = told_of(person, self.names, row.turn.roster_id)
        return name if name == person.name else f"{name}（{person.unit}）"

    @cached_property
    def may_decide(self) -> bool:
        """Whether the answers of the office stand beside the rows."""
        return self.actor.may("duties.approve_change")

    def get_queryset(self) -> Any:
        return queries.changes(self.actor)

    def get_filters(self) -> Any:
        return [MultiChoiceFilter(key="state", label=_("State"), choices=TurnChange.State.choices)]

    def row_url(self, row: TurnChange) -> str:
        return row.turn.get_absolute_url()

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("duties:rosters"))]


class ChangeAnswer(ActionButton):
    required_verb = "duties.change_turn"
    done = gettext_lazy("Answered.")

    def act(self, request: HttpRequest, **kwargs: Any) -> None:
        actions.answer_change(self.actor, change_id=kwargs["pk"], yes=request.POST.get("yes") == "1")


class ChangeWithdraw(ActionButton):
    """Take back what was asked for a turn, while nobody has answered."""

    required_verb = "duties.change_turn"
    done = gettext_lazy("Withdrawn: the turn stays where it is.")

    def act(self, request: HttpRequest, **kwargs: Any) -> None:
        actions.withdraw_change(self.actor, change_id=kwargs["pk"])


class ChangeDecide(ActionButton):
    required_verb = "duties.approve_change"
    done = gettext_lazy("Decided.")

    def act(self, request: HttpRequest, **kwargs: Any) -> None:
        actions.decide_change(self.actor, change_id=kwargs["pk"], yes=request.POST.get("yes") == "1")
