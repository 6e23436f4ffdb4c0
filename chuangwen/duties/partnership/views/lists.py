"""All pairs, their needs, what was put in and who came; and what is drawn from a signed plan."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy

from chuangwen.duties.partnership import actions, queries, states, words
from chuangwen.duties.partnership.forms import DrawForm, PairForm
from chuangwen.duties.partnership.models import Partnership, PartnershipInput, PartnershipNeed, PartnershipVisit
from chuangwen.kernel import access, clock
from chuangwen.people.models import Unit
from chuangwen.places.models import Division
from chuangwen.web.form_pages import FormPage
from chuangwen.web.lists import (
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
    import_button,
)

HOME = gettext_lazy("Partnerships")
OPEN_VIEW = "state=paired&state=contacted&state=running"


class PairRows(ListPage):
    """What the lists of this part have in common: the area, and the unit that a link names."""

    required_verb = queries.SEE
    under = "division"
    unit_path = "unit"

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("duties:partnerships"))]

    def of_all(self) -> list[Any]:
        def units_name(value: str) -> str | None:
            found = Unit.objects.filter(pk=value).first()
            return str(found) if found else None

        return [
            TreeFilter(key="area", label=_("Area"), field=self.under, tree=lambda: access.scoped(self.actor, queries.SEE, Division)),
            LinkFilter(key="unit", label=_("Unit"), field=self.unit_path, name=units_name),
        ]


class PairList(PairRows):
    """All pairs: who has not met, in which nothing happens, how far each is."""

    title = export_name = HOME
    template_name = "duties/partnership/list.html"
    columns = [
        ListColumn("place", gettext_lazy("Village or community"), "division.name", sort=("division__path", "pk"), phone="title"),
        ListColumn("unit", gettext_lazy("Unit"), "unit.__str__", sort=("unit__path", "pk")),
        ListColumn("state", gettext_lazy("State"), words.state_badge, export="get_state_display", phone="badge", nowrap=True),
        ListColumn("contact", gettext_lazy("First contact"), words.contact_cell, sort=("contact_due", "pk"), nowrap=True),
        ListColumn("needs", gettext_lazy("Needs met"), lambda row: words.of(row.met_count, row.need_count), nowrap=True),
        ListColumn("package", gettext_lazy("Package done"), lambda row: words.of(row.done_count, row.item_count), nowrap=True),
        ListColumn("input_count", gettext_lazy("Inputs"), kind="int"),
        ListColumn("visit_count", gettext_lazy("Visits"), kind="int", phone="hidden"),
        ListColumn("silence", gettext_lazy("Last record"), words.silence, sort=("last_active_on", "pk"), nowrap=True),
        ListColumn("aim", gettext_lazy("Highlight aimed at"), width=30, phone="hidden"),
    ]
    search_fields = ["unit__name", "unit__short_name", "division__name", "aim"]
    search_hint = gettext_lazy("Unit, village, highlight")
    default_sort = ("division__path", "pk")
    default_size = 50
    saved_views = [
        SavedView(gettext_lazy("All")), SavedView(gettext_lazy("Still open"), OPEN_VIEW),
        SavedView(gettext_lazy("Not met yet"), "state=paired"), SavedView(gettext_lazy("First contact late"), "how=overdue"),
        SavedView(gettext_lazy("Nothing happened"), "how=silent"),
    ]  # fmt: skip
    empty = Empty(
        gettext_lazy("No partnerships yet"),
        gettext_lazy("Draw them from the signed sponsorship plan, bring in a sheet, or pair two by hand."), icon="heart-handshake",
    )  # fmt: skip

    def get_breadcrumbs(self) -> Any:
        return []

    def get_queryset(self) -> Any:
        return queries.counted(queries.pairs(self.actor))

    def get_filters(self) -> Any:
        if not hasattr(self, "_filters"):
            today = clock.today()
            how = {
                "overdue": (_("first contact late"), lambda: queries.overdue(today)),
                "silent": (_("nothing happened"), lambda: queries.silent(today)),
                "late": (_("lines overdue"), lambda: Q(pk__in=late_pairs(today))),
            }
            self._filters = [
                MultiChoiceFilter(key="state", label=_("State"), choices=Partnership.State.choices),
                QFilter(key="how", label=_("What is owed"), options=how), *self.of_all(),
            ]  # fmt: skip
        return self._filters

    def get_page_actions(self) -> Any:
        mine = [PageAction(_("Coverage"), reverse("duties:partner-coverage"), icon="map")]
        if not self.actor.may("duties.pair_units"):
            return mine
        return [
            *mine, *import_button(self.actor, "partnerships"),
            PageAction(_("From a signed plan"), reverse("duties:partnership-draw"), icon="hierarchy-3"),
            PageAction(_("New pair"), reverse("duties:partnership-new"), icon="plus", primary=True),
        ]  # fmt: skip

    def list_context(self) -> dict[str, Any]:
        return super().list_context() | {"figures": None if self.wants_part() else queries.figures(self.actor), "open_view": OPEN_VIEW}

    def row_tone(self, row: Partnership) -> str:
        return "bad" if row.state == states.PAIRED and row.contact_due < clock.today() else ""


def late_pairs(today: Any) -> Any:
    """Running pairs with a line of the package that is overdue."""
    rows = Partnership.objects.filter(state=states.RUNNING, items__dropped="", items__progress__lt=100, items__due_on__lt=today)
    return rows.order_by().values("pk")


class OfPairRows(PairRows):
    """Rows that belong to pairs; a click opens the pair."""

    under = "partnership__division"
    unit_path = "partnership__unit"

    def row_url(self, row: Any) -> str:
        return reverse("duties:partnership", args=[row.partnership_id])


PLACE = ListColumn("place", gettext_lazy("Village or community"), "partnership.division.name", sort=("partnership__division__path", "pk"))
UNIT = ListColumn("unit", gettext_lazy("Unit"), "partnership.unit.__str__", sort=("partnership__unit__path", "pk"))


class NeedList(OfPairRows):
    """The needs of all villages."""

    title = export_name = gettext_lazy("Needs of the villages")
    columns = [
        ListColumn("words", gettext_lazy("What is needed"), phone="title", width=40),
        ListColumn("kind", gettext_lazy("Kind"), "get_kind_display", sort=("kind", "pk"), nowrap=True),
        ListColumn("state", gettext_lazy("State"), words.need_badge, export="get_state_display", sort=("state", "pk"), phone="badge"),
        PLACE, UNIT,
        ListColumn("found_on", gettext_lazy("Found on"), kind="date", sort=("found_on", "pk"), nowrap=True, phone="hidden"),
        ListColumn("answer", gettext_lazy("How it was answered"), width=30, phone="hidden"),
    ]  # fmt: skip
    search_fields = ["words", "answer", "partnership__division__name"]
    search_hint = gettext_lazy("Need or village")
    empty = Empty(gettext_lazy("No needs yet"), gettext_lazy("They are found at the first contact."), icon="list-search")

    def get_queryset(self) -> Any:
        return queries.needs(self.actor)

    def get_filters(self) -> Any:
        if not hasattr(self, "_filters"):
            self._filters = [
                MultiChoiceFilter(key="state", label=_("State"), choices=PartnershipNeed.State.choices),
                MultiChoiceFilter(key="kind", label=_("Kind"), choices=PartnershipNeed.Kind.choices), *self.of_all(),
            ]  # fmt: skip
        return self._filters


class InputList(OfPairRows):
    """What was put in; corrected records are there to be looked at and do not count."""

    title = export_name = gettext_lazy("What was put in")
    columns = [
        ListColumn("name", gettext_lazy("What was put in"), phone="title", sort=("name", "pk")),
        ListColumn("kind", gettext_lazy("Kind"), "get_kind_display", sort=("kind", "pk"), nowrap=True, phone="badge"),
        ListColumn("quantity", gettext_lazy("Quantity"), kind="decimal", digits=0, sort=("quantity", "pk")),
        ListColumn("measure", gettext_lazy("Unit of measure"), nowrap=True),
        ListColumn("value", gettext_lazy("Worth, yuan"), kind="decimal", sort=("value", "pk"), phone="hidden"),
        ListColumn("day", gettext_lazy("Day"), kind="date", sort=("day", "pk"), nowrap=True),
        PLACE, UNIT,
        ListColumn("ledger", gettext_lazy("In the ledger as"), lambda row: str(row.metric) if row.fact_id else "", phone="hidden"),
        ListColumn("counts", gettext_lazy("Counts"), phone="hidden"),
    ]  # fmt: skip
    search_fields = ["name", "partnership__division__name", "partnership__unit__name"]
    search_hint = gettext_lazy("Input, village or unit")
    default_sort = ("-day", "-pk")
    empty = Empty(gettext_lazy("Nothing was put in yet"), gettext_lazy("Inputs are recorded on the page of a pair."), icon="gift")

    def get_queryset(self) -> Any:
        return queries.inputs(self.actor)

    def get_page_actions(self) -> Any:
        return import_button(self.actor, "partner_inputs")

    def get_filters(self) -> Any:
        if not hasattr(self, "_filters"):
            self._filters = [
                MultiChoiceFilter(key="kind", label=_("Kind"), choices=PartnershipInput.Kind.choices),
                QFilter(key="counts", label=_("Counts"), options={"1": (_("yes"), Q(counts=True)), "0": (_("no"), Q(counts=False))}),
                DateRangeFilter(key="day", label=_("Day")), *self.of_all(),
            ]  # fmt: skip
        return self._filters


class VisitList(OfPairRows):
    """Who came and who is to come."""

    title = export_name = gettext_lazy("Visits and teams")
    columns = [
        ListColumn("kind", gettext_lazy("Who comes"), "get_kind_display", phone="title", sort=("kind", "pk")),
        ListColumn("state", gettext_lazy("State"), words.visit_badge, phone="badge", nowrap=True),
        ListColumn("planned_on", gettext_lazy("Planned for"), kind="date", sort=("planned_on", "pk"), nowrap=True),
        ListColumn("held_on", gettext_lazy("Held on"), kind="date", sort=("held_on", "pk"), nowrap=True),
        PLACE, UNIT,
        ListColumn("what", pgettext_lazy("duty", "What was done"), width=40),
        ListColumn("served", gettext_lazy("People served"), kind="int", sort=("served", "pk"), phone="hidden"),
    ]  # fmt: skip
    search_fields = ["what", "partnership__division__name"]
    search_hint = gettext_lazy("What was done, or village")
    default_sort = ("-planned_on", "-pk")
    empty = Empty(gettext_lazy("Nobody came yet"), gettext_lazy("Visits and teams are recorded on the page of a pair."), icon="users-group")

    def get_queryset(self) -> Any:
        return queries.visits(self.actor)

    def get_filters(self) -> Any:
        if not hasattr(self, "_filters"):
            held = {
                "held": (pgettext("partner visit", "held"), Q(held_on__isnull=False)),
                "planned": (pgettext("partner visit", "planned"), Q(held_on__isnull=True, cancelled="")),
            }
            self._filters = [
                MultiChoiceFilter(key="kind", label=_("Kind"), choices=PartnershipVisit.Kind.choices),
                QFilter(key="held", label=_("State"), options=held), DateRangeFilter(key="planned_on", label=_("Day")), *self.of_all(),
            ]  # fmt: skip
        return self._filters


class PairNew(FormPage):
    """Two are paired by hand."""

    required_verb = "duties.pair_units"
    title = gettext_lazy("New pair")
    submit = gettext_lazy("Pair them")

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("duties:partnerships"))]

    def get_form(self, data: Any = None, files: Any = None) -> PairForm:
        return PairForm(data, actor=self.actor)

    def act(self, form: PairForm) -> str:
        return actions.make_pair(self.actor, **form.cleaned_data).get_absolute_url()


class PairDraw(FormPage):
    """All pairs of a signed plan at once."""

    required_verb = "duties.pair_units"
    title = gettext_lazy("Pairs from a signed plan")
    submit = gettext_lazy("Make the pairs")
    explanation = gettext_lazy(
        "Each unit of the plan is paired with the village that it answers for, unless the two are paired already. Leaders make no pair. The "
        "first contact is due by the last working day of the month, at least five working days from now."
    )

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("duties:partnerships"))]

    def get_form(self, data: Any = None, files: Any = None) -> DrawForm:
        return DrawForm(data, actor=self.actor)

    def act(self, form: DrawForm) -> str:
        made = len(actions.draw_pairs(self.actor, plan_id=form.cleaned_data["plan"].pk))
        self.done = ngettext("%(n)d pair was made.", "%(n)d pairs were made.", made) % {"n": made}
        return reverse("duties:partnerships")
