"""Facts: the list, one fact with its chain of corrections and its evidence, correcting, taking back, adding evidence."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.generic import View

from chuangwen.cases.views.photo_pages import PhotoPage
from chuangwen.evidence.links import photo_url
from chuangwen.kernel import access
from chuangwen.ledger import actions, operations, queries, words
from chuangwen.ledger.forms import CorrectForm, MorePhotosForm, ReasonForm
from chuangwen.ledger.models import Fact, FactPhoto, Metric
from chuangwen.ledger.views.metrics import HOME, may_buttons
from chuangwen.people.models import Unit
from chuangwen.places import queries as places
from chuangwen.web import formatting
from chuangwen.web.form_pages import FormPage
from chuangwen.web.lists import (
    ChoiceFilter,
    DateRangeFilter,
    Empty,
    LinkFilter,
    ListColumn,
    ListPage,
    MultiChoiceFilter,
    PageAction,
    QFilter,
    SavedView,
    TreeFilter,
)
from chuangwen.web.templatetags.web import badge
from chuangwen.web.views import PageMixin

FACTS = gettext_lazy("Facts")
STATES = {
    "counts": (gettext_lazy("counts"), Q(counts=True)),
    "replaced": (gettext_lazy("replaced"), Q(counts=False, void=False)),
    "void": (pgettext_lazy("ledger", "taken back"), Q(void=True)),
}


def cell_state(fact: Fact) -> Any:
    return badge(*words.standing(fact))


def read_day(text: str) -> str | None:
    """The word for a day in the address; None for what is none."""
    return _("on %(day)s") % {"day": formatting.day(date.fromisoformat(text))}


class FactList(ListPage):
    """Every fact that one may see, with what was replaced."""

    title = export_name = FACTS
    required_verb = "ledger.see"
    columns = [
        ListColumn(
            "metric", gettext_lazy("Metric"), "metric.name", sort=("metric__order", "-ends_on", "-pk"), phone="title", width=22
        ),
        ListColumn(
            "state", gettext_lazy("State"), cell_state, export=lambda row: words.standing(row)[0], phone="badge", nowrap=True
        ),
        ListColumn("told", gettext_lazy("Quantity"), sort="amount", nowrap=True, export=False),
        ListColumn("days", gettext_lazy("Day"), words.of_fact, sort=("ends_on", "pk"), nowrap=True, export=False),
        ListColumn("division", pgettext_lazy("ledger", "Place"), "division", export="division.name"),
        ListColumn("unit", gettext_lazy("Unit"), "unit", sort=("unit__path", "-ends_on"), export="unit.name"),
        ListColumn("operation", gettext_lazy("Special operation"), phone="hidden"),
        ListColumn("source", pgettext_lazy("ledger", "Source"), "get_source_display", phone="hidden"),
        ListColumn(
            "has_photo",
            gettext_lazy("Evidence"),
            lambda row: badge(_("photo"), "ok", "photo") if row.has_photo else "",
            phone="hidden",
            export=False,
        ),
    ]
    export_columns = [
        ListColumn("metric", gettext_lazy("Metric"), "metric.name", width=22),
        ListColumn("quantity", gettext_lazy("Quantity"), "quantity", kind="decimal"),
        ListColumn("out_of", gettext_lazy("Of how many"), "out_of", kind="decimal"),
        ListColumn("measure", gettext_lazy("Unit of measure"), "metric.measure"),
        ListColumn("starts_on", gettext_lazy("From"), kind="date"),
        ListColumn("ends_on", gettext_lazy("Day"), kind="date"),
        ListColumn("division", pgettext_lazy("ledger", "Place"), "division.name"),
        ListColumn("site", gettext_lazy("Site"), "site.name"),
        ListColumn("unit", gettext_lazy("Unit"), "unit.name"),
        ListColumn("operation", gettext_lazy("Special operation")),
        ListColumn("source", pgettext_lazy("ledger", "Source"), "get_source_display"),
        ListColumn("source_words", gettext_lazy("Record"), width=30),
        ListColumn("state", gettext_lazy("State"), lambda row: words.standing(row)[0]),
        ListColumn("generated", gettext_lazy("generated"), lambda row: _("yes") if row.generated else ""),
        ListColumn("note", pgettext_lazy("ledger", "Note"), width=30),
    ]
    search_fields = ["metric__name", "note", "source_words", "operation"]
    search_hint = gettext_lazy("Metric, record, note")
    default_sort = ("-ends_on", "-pk")
    saved_views: Any = [
        SavedView(gettext_lazy("All")),
        SavedView(gettext_lazy("counts"), "state=counts"),
        SavedView(gettext_lazy("Replaced"), "state=replaced"),
    ]
    empty = Empty(
        gettext_lazy("Nothing in the ledger yet"),
        gettext_lazy("Enter what was done today, or bring in the sheet that you keep."),
        icon="notebook",
    )

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("ledger:metrics"))]

    def get_queryset(self) -> QuerySet[Fact]:
        return queries.with_evidence(queries.facts(self.actor))

    def get_filters(self) -> Sequence[Any]:
        return self.all_filters

    @cached_property
    def all_filters(self) -> list[Any]:
        actor = self.actor
        named = list(Metric.objects.order_by("order").values_list("pk", "name"))
        return [
            ChoiceFilter(key="metric", label=_("Metric"), choices=named),
            DateRangeFilter(key="on", field="ends_on", label=_("Day")),
            QFilter(key="state", label=_("State"), options=STATES),
            TreeFilter(key="division", label=pgettext("ledger", "Place"), tree=lambda: places.divisions(actor), more=True),
            TreeFilter(key="unit", label=_("Unit"), tree=lambda: seen_units(actor), more=True),
            MultiChoiceFilter(key="source", label=pgettext("ledger", "Source"), choices=Fact.Source.choices, more=True),
            QFilter(
                key="evidence", label=_("Evidence"), more=True,
                options={"yes": (_("with photos"), _photographed()), "no": (_("without photos"), ~_photographed())},
            ),
            LinkFilter(
                key="operation", label=_("Special operation"), name=lambda name: _("of no operation") if name == queries.OF_NONE else name[:60],
                condition=lambda name: Q(operation="" if name == queries.OF_NONE else name),
            ),
            LinkFilter(key="standing", label=_("Standing"), name=read_day, condition=lambda day: self.holding(day)),
        ]  # fmt: skip

    def holding(self, day: str) -> Q:
        """What stands on a day: of stocks the newest of each place and unit, narrowed as the list is."""
        source = access.scoped(self.actor, "ledger.see", Fact)
        for one in self.all_filters:
            if one.key in ("division", "unit", "operation", "metric") and one.key in self.state.values:
                source = one.apply(source, self.state.values[one.key])
        return Q(pk__in=queries.standing(queries.of_kind(source, True), date.fromisoformat(day)).values("pk"))

    def get_page_actions(self) -> list[PageAction]:
        return [PageAction(_("Totals"), reverse("ledger:totals"), icon="sum"), *may_buttons(self.actor)]

    def row_tone(self, row: Fact) -> str:
        return "" if row.counts else "quiet"


def seen_units(actor: access.Actor) -> QuerySet[Unit]:
    """The units by which somebody may narrow: those of the scope, their own where the scope is their own records."""
    own = {grant.scope for grant in actor.scopes("ledger.see")} == {access.OWN}
    return Unit.objects.filter(pk__in=actor.unit_ids) if own else access.scoped(actor, "ledger.see", Unit)


def _photographed() -> Q:
    return Q(Exists(FactPhoto.objects.filter(fact=OuterRef("pk"))))


def find(actor: access.Actor, pk: int, verb: str = "ledger.see") -> Fact:
    """A fact with all that its page says. Raises Missing, Denied."""
    return access.fetch(
        actor,
        verb,
        queries.facts(actor, verb).select_related("entered_by__person", "metric", "division", "unit", "site", "grid"),
        pk=pk,
    )


def shown(fact: Fact, account: int | None) -> list[dict[str, Any]]:
    """Photos of a fact for the component that shows them."""
    return [
        {
            "url": photo_url(link.photo_id, account),
            "thumbnail": photo_url(link.photo_id, account, "thumb"),
            "caption": "",
            "alt": _("Evidence"),
        }
        for link in fact.photos.all()
    ]


class FactPage(PageMixin, View):
    """A fact, its chain, its evidence."""

    required_verb = "ledger.see"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        fact = find(self.actor, pk)
        chain = queries.chain_of(fact)
        this = next((one for one in chain if one.pk == fact.pk), fact)
        newest = chain[-1] if chain else fact
        self.title = f"{fact.metric.name} {fact.told}"
        self.breadcrumbs = [(HOME, reverse("ledger:metrics")), (fact.metric.name, fact.metric.get_absolute_url())]
        may_correct = fact.counts and access.scoped(self.actor, "ledger.correct", Fact).filter(pk=pk).exists()
        context = self.get_context_data(
            fact=fact,
            days=words.of_fact(fact),
            state=badge(*words.standing(fact)),
            newest=newest if newest.pk != fact.pk else None,
            photos=shown(this, self.actor.account_id),
            chain=[(one, badge(*words.standing(one)), shown(one, self.actor.account_id)) for one in reversed(chain)]
            if len(chain) > 1
            else [],
            operation_url=operations.address(self.actor, fact.operation),
            may_correct=may_correct,
            may_add=fact.counts
            and access.scoped(self.actor, "ledger.enter", Fact).filter(pk=pk).exists()
            and self.actor.may("evidence.add"),
        )
        return render(request, "ledger/fact.html", context)


class OfFact(FormPage):
    """A page on which something is done to one fact."""

    verb = "ledger.correct"

    def prepare(self) -> None:
        self.fact = find(self.actor, self.kwargs["pk"], self.verb)
        told = (self.fact, words.of_fact(self.fact), self.fact.division, self.fact.unit)
        self.lead = " · ".join(dict.fromkeys(map(str, told)))  # a community and its committee are often called the same

    def get_breadcrumbs(self) -> Any:
        return [
            (HOME, reverse("ledger:metrics")),
            (FACTS, reverse("ledger:facts")),
            (str(self.fact), self.fact.get_absolute_url()),
        ]


class FactCorrect(PhotoPage, OfFact):
    """Put a quantity right by a new fact."""

    required_verb = "ledger.correct"
    title = gettext_lazy("Correct the fact")
    explanation = gettext_lazy("The old fact stays as it was written and counts no longer; the new one names it.")

    def make_form(self, data: Any = None, files: Any = None) -> CorrectForm:
        return CorrectForm(data, files, actor=self.actor, fact=self.fact)

    def act(self, form: CorrectForm) -> str:
        facts = form.cleaned_data
        made = actions.correct_fact(
            self.actor, fact_id=self.fact.pk, quantity=facts["quantity"], out_of=facts.get("out_of"), reason=facts["reason"],
            note=facts["note"], photos=form.photos("photos"), uid=facts.get("uid"),
        )  # fmt: skip
        return made.get_absolute_url()


class FactWithdraw(OfFact):
    """Take a fact back."""

    required_verb = "ledger.correct"
    title = gettext_lazy("Take the fact back")
    form_class = ReasonForm
    tone = "danger"
    submit = gettext_lazy("Take it back")
    explanation = gettext_lazy("It counts no longer. It stays in the ledger with the reason, for everybody to see.")

    def act(self, form: ReasonForm) -> str:
        return actions.withdraw_fact(self.actor, fact_id=self.fact.pk, reason=form.cleaned_data["reason"]).get_absolute_url()


class FactPhotos(PhotoPage, OfFact):
    """Add evidence."""

    required_verb = "ledger.enter"
    verb = "ledger.enter"
    title = gettext_lazy("Add evidence")

    def make_form(self, data: Any = None, files: Any = None) -> MorePhotosForm:
        return MorePhotosForm(data, files, actor=self.actor)

    def act(self, form: MorePhotosForm) -> str:
        return actions.add_photos(self.actor, fact_id=self.fact.pk, photos=form.photos("photos")).get_absolute_url()
