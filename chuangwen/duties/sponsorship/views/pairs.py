"""Pairs: the list, why one is so, what else could be done with it and at what cost, the move itself."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.generic import View

from chuangwen.duties.sponsorship import actions, queries, words
from chuangwen.duties.sponsorship.actions.living import judged
from chuangwen.duties.sponsorship.arithmetic import explaining
from chuangwen.duties.sponsorship.arithmetic.searching import Standing
from chuangwen.duties.sponsorship.forms import TryForm
from chuangwen.duties.sponsorship.gathering import Question, question_of
from chuangwen.duties.sponsorship.models import PlanPair, PlanPlace, PlanSponsor, PlanWish, SponsorshipPlan
from chuangwen.duties.sponsorship.states import Step, after
from chuangwen.duties.sponsorship.views.inputs import PlanRows, strength_of
from chuangwen.duties.sponsorship.views.plans import PlanPages
from chuangwen.kernel import access
from chuangwen.kernel.errors import Missing
from chuangwen.kernel.identifiers import number_in
from chuangwen.web.form_pages import ActionButton
from chuangwen.web.lists import ListColumn, MultiChoiceFilter

MOST_ALTERNATIVES = 8
MOST_COMPARED = 1_500
"""Pairs of a plan up to which its list says what the next best costs at most: for each row every exchange with another pair is tried."""


class PairList(PlanRows):
    """All pairs as a list that is searched and exported: the table that is signed, line by line."""

    title = export_name = pgettext_lazy("sponsorship", "Pairs")
    columns = [
        ListColumn("place", pgettext_lazy("sponsorship", "Place"), "place.name", phone="title", sort=("place__name", "pk")),
        ListColumn("sponsor", gettext_lazy("Sponsor"), "sponsor.name", sort=("sponsor__name", "pk")),
        ListColumn("kind", gettext_lazy("Kind"), "sponsor.get_kind_display", sort=("sponsor__kind", "pk"), phone="badge", nowrap=True),
        ListColumn("strength", gettext_lazy("Strength"), lambda row: strength_of(row.sponsor), kind="decimal", phone="hidden"),
        ListColumn("by_hand", gettext_lazy("By hand"), sort=("by_hand", "pk"), phone="hidden"),
    ]
    search_fields = ["place__name", "sponsor__name"]
    search_hint = gettext_lazy("Place or sponsor")
    default_sort = ("place", "sponsor__kind", "pk")
    default_size = 50

    def get_page_actions(self) -> Any:
        return []

    def get_queryset(self) -> Any:
        return PlanPair.objects.filter(plan=self.plan).select_related("place", "sponsor")

    @cached_property
    def exact(self) -> bool:
        """Whether the plan was solved again without each pair."""
        return PlanPair.objects.filter(plan=self.plan, next_cost__isnull=False).exists()

    @cached_property
    def question(self) -> Question | None:
        """The plan as the arithmetic takes it, where it is small enough to compare every row of a page with all pairs."""
        small = 0 < PlanPair.objects.filter(plan=self.plan).count() <= MOST_COMPARED
        return question_of(self.plan) if small else None

    @cached_property
    def columns_shown(self) -> list[ListColumn]:
        if self.question is None:
            return self.columns
        title = gettext_lazy("The next best costs, points")
        if self.exact:
            return [*self.columns, ListColumn("next_cost", title, self.next_words, sort=("next_cost", "pk"), export=self.next_exact)]
        return [*self.columns, ListColumn("next_cost", title, self.next_words, export=False)]

    def get_columns(self) -> list[ListColumn]:
        return self.columns_shown

    @property
    def lead(self) -> str:
        """Why the column is not there."""
        if self.question is None:
            return _("What the next best costs stands on the page of each pair: this plan is too large to try it for all.")
        return "" if self.exact else _("The plan was not solved again without each pair: what the next best costs is told as “at most”.")

    @staticmethod
    def next_exact(row: PlanPair) -> float | None:
        return None if row.next_cost is None else round(row.next_cost, 2)

    @cached_property
    def standing(self) -> Standing:
        assert self.question is not None
        return Standing(self.question.problem, set(self.question.pairs))

    @cached_property
    def swaps(self) -> explaining.Swaps:
        assert self.question is not None
        return explaining.Swaps.of(self.question.problem, self.question.pairs)

    def next_words(self, row: PlanPair) -> str:
        """What the best plan without this pair costs more: exactly, or at most, by the best single change."""
        if row.next_cost is not None:
            return words.points(row.next_cost, 2)
        assert self.question is not None
        pair, problem = self.question.number(row), self.question.problem
        if pair in problem.fixed:
            return str(PlanWish.Kind.FIXED.label)
        found = explaining.alternatives(problem, self.question.pairs, pair, 1, self.standing, self.swaps)
        if not found:
            return _("nothing else is possible")
        return pgettext("next best", "at most %(points)s") % {"points": words.points(found[0].cost, 2)}

    def get_filters(self) -> Any:
        return [MultiChoiceFilter(key="kind", label=_("Kind"), choices=PlanSponsor.Kind.choices, field="sponsor__kind")]

    def row_url(self, row: PlanPair) -> str:
        return reverse("duties:sponsorship-pair", args=[row.pk])


class PairPage(PlanPages, View):
    """Why a pair is so; with ``to`` or ``with`` in the address, what that change would cost."""

    required_verb = queries.SEE

    def find_pair(self) -> PlanPair:
        pair = PlanPair.objects.select_related("sponsor", "place").filter(pk=self.kwargs["pk"]).first()
        if pair is None:
            raise Missing(_("There is no such record, or it is not in your area."))
        pair.plan = queries.plan_of(self.actor, pair.plan_id)
        return pair

    @cached_property
    def question(self) -> Question:
        return question_of(self.pair.plan)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.pair = self.find_pair()
        pair, plan, question = self.pair, self.pair.plan, self.question
        self.title = f"{pair.sponsor} – {pair.place}"
        self.breadcrumbs = self.plan_crumbs(plan)
        numbers, standing = question.number(pair), Standing(question.problem, set(question.pairs))
        found = explaining.why(question.problem, question.pairs, numbers, standing)
        may_move = (
            after(plan.state, Step.MOVE) is not None
            and access.scoped(self.actor, "duties.plan_sponsorship", SponsorshipPlan).filter(pk=plan.pk).exists()
        )
        alternatives = explaining.alternatives(question.problem, question.pairs, numbers, MOST_ALTERNATIVES, standing)
        keys = {(a, b): key for key, a, b in plan.pairs.values_list("pk", "sponsor_id", "place_id")}
        rows = [self.alternative(one, keys) for one in alternatives]
        tried = self.tried(request, keys)
        context = self.get_context_data(
            plan=plan, pair=pair, why=words.why(question.problem, found, pair.sponsor.kind), own=words.points(found.points),
            next=words.next_best(pair.next_cost, found.fixed, alternatives[0].cost if alternatives else None), alternatives=rows,
            may_move=may_move, tried=tried,
            form=TryForm(request.GET if request.GET.get("place") else None, plan=plan, but=pair.place_id) if may_move else None,
            beside=self.beside(numbers),
        )  # fmt: skip
        return render(request, "duties/sponsorship/pair.html", context)

    def alternative(self, one: explaining.Alternative, keys: dict[tuple[int, int], int]) -> dict[str, Any]:
        question = self.question
        row: dict[str, Any] = {"place": question.places[one.to], "cost": words.cost(one.cost), "worse": one.cost > 0.05, "partner": None}
        row["fields"] = {"place": question.places[one.to].pk}
        if one.with_pair is not None:
            sponsor, place = question.sponsors[one.with_pair[0]], question.places[one.with_pair[1]]
            row["partner"], row["fields"] = sponsor, {"with": keys[(sponsor.pk, place.pk)]}
        return row

    def tried(self, request: HttpRequest, keys: dict[tuple[int, int], int]) -> dict[str, Any] | None:
        """The change that the address names, judged: points by principle, rules that it would break."""
        key = number_in(request.GET.get("place"))
        place = PlanPlace.objects.filter(plan=self.pair.plan_id, pk=key).first() if key is not None else None
        if place is None or place.pk == self.pair.place_id:
            return None
        if (self.pair.sponsor_id, place.pk) in keys:
            return {"place": place, "twice": True}
        move = judged(self.question, self.pair, place, None)
        names = (("charge", _("Leaders at places that are not theirs")), ("near", _("Ways of offices and departments")))
        names += (("weak", _("Weak places")), ("overload", _("Overload")), ("change", _("New pairs")))
        terms = [(label, words.cost(getattr(move.after, name) - getattr(move.before, name))) for name, label in names]
        breaks = [words.broken(self.question, rule, at) for rule, at in move.breaks]
        return {"place": place, "cost": words.cost(move.cost), "worse": move.cost > 0.05, "terms": terms, "breaks": breaks}

    def beside(self, numbers: tuple[int, int]) -> list[PlanSponsor]:
        """Who else answers for the place."""
        return [self.question.sponsors[i] for i, j in sorted(self.question.pairs) if j == numbers[1] and i != numbers[0]]


class Move(ActionButton):
    """Move a pair; back to the plan."""

    required_verb = "duties.plan_sponsorship"
    done = gettext_lazy("Moved. The plan shows what it cost.")

    def act(self, request: HttpRequest, **kwargs: Any) -> str:
        plan = actions.move_pair(
            self.actor, pair_id=kwargs["pk"], place_id=number_in(request.POST.get("place")), with_pair_id=number_in(request.POST.get("with")),
            expected=number_in(request.POST.get("revision")),
        )  # fmt: skip
        return plan.get_absolute_url()
