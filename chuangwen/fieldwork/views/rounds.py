"""Rounds: the list, planning, and the page on which everything about a round comes together."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from chuangwen.fieldwork import actions, queries
from chuangwen.fieldwork.forms import PublishedForm, RoundForm
from chuangwen.fieldwork.models import ObservationSheet, Round, RoundSite
from chuangwen.fieldwork.views.photos import shown
from chuangwen.kernel import access
from chuangwen.kernel.identifiers import number_in
from chuangwen.places.queries import divisions
from chuangwen.web import panels
from chuangwen.web.form_pages import ActionButton, FormPage
from chuangwen.web.lists import (
    ChoiceFilter,
    DateRangeFilter,
    Empty,
    ListColumn,
    ListPage,
    MultiChoiceFilter,
    PageAction,
    SavedView,
    TreeFilter,
)
from chuangwen.web.views import AccessMixin, PageMixin

HOME = gettext_lazy("Rounds")
PAGE = "fieldwork.round"
"""The name under which rooms to the right register their panels on a round's page; the subject is the Round."""
STATE_TONES = {"planned": "quiet", "running": "wait", "closed": "ok"}
MOVES = {
    ("planned", "running"): (
        gettext_lazy("Start"),
        "player-play",
        gettext_lazy("Start this round?"),
        gettext_lazy("Observations can then be recorded."),
    ),
    ("running", "closed"): (
        gettext_lazy("Close"),
        "lock",
        gettext_lazy("Close this round?"),
        gettext_lazy("Nothing can be recorded or corrected until it is opened again."),
    ),
    ("closed", "running"): (
        gettext_lazy("Open again"),
        "lock-open",
        gettext_lazy("Open this round again?"),
        gettext_lazy("Score sheets that were signed stay as they are; a correction makes new ones."),
    ),
    ("running", "planned"): (
        gettext_lazy("Back to planned"),
        "arrow-back-up",
        gettext_lazy("Set this round back to planned?"),
        "",
    ),
}
TABS = {
    "indicator": gettext_lazy("By indicator"),
    "area": gettext_lazy("By area"),
    "type": gettext_lazy("By site type"),
    "department": gettext_lazy("By department"),
    "site": gettext_lazy("By site"),
}
MOST_LINES = 300
FIRST_PHOTOS = 12


class RoundList(ListPage):
    """All rounds of the area."""

    title = HOME
    required_verb = "fieldwork.see_rounds"
    columns = [
        ListColumn("name", gettext_lazy("Name"), phone="title", sort="name"),
        ListColumn(
            "state", gettext_lazy("State"), "fieldwork/cells/state.html", export="get_state_display", phone="badge", sort="state"
        ),
        ListColumn("kind", gettext_lazy("Kind"), "get_kind_display"),
        ListColumn("division", gettext_lazy("Assessed area"), sort=("division__path", "-starts_on")),
        ListColumn("starts_on", gettext_lazy("First day"), kind="date", sort="starts_on", nowrap=True),
        ListColumn("ends_on", gettext_lazy("Last day"), kind="date", sort="ends_on", nowrap=True, phone="hidden"),
        ListColumn("read", gettext_lazy("Observations"), kind="int"),
        ListColumn("losses", gettext_lazy("Losses"), kind="int"),
        ListColumn("unplaced", gettext_lazy("Not placed"), kind="int"),
    ]
    search_fields = ["name"]
    search_hint = gettext_lazy("Name of the round")
    default_sort = ("-starts_on", "-pk")
    export_name = HOME
    saved_views = [
        SavedView(gettext_lazy("All")),
        SavedView(gettext_lazy("Under way"), "state=running"),
        SavedView(gettext_lazy("Planned"), "state=planned"),
    ]
    empty = Empty(
        gettext_lazy("No rounds yet"),
        gettext_lazy("Plan the first one, or bring in the sheet of an assessment: it makes its round by itself."),
        icon="clipboard-list",
    )

    def get_filters(self) -> Any:
        return [
            MultiChoiceFilter(key="state", label=_("State"), choices=Round.State.choices),
            ChoiceFilter(key="kind", label=_("Kind"), choices=Round.Kind.choices),
            TreeFilter(key="division", label=_("Assessed area"), tree=lambda: divisions(self.actor)),
            DateRangeFilter(key="on", label=_("First day"), field="starts_on"),
        ]

    def get_queryset(self) -> Any:
        return queries.rounds(self.actor)

    def get_page_actions(self) -> Any:
        found = []
        if self.actor.may("fieldwork.import_observations") and (url := import_url()):
            found.append(PageAction(_("Bring in observations"), url, icon="file-import"))
        if self.actor.may("fieldwork.edit_settings"):
            found.append(PageAction(_("Inspection cap and risk weights"), reverse("fieldwork:field-settings"), icon="settings"))
        if self.actor.may("fieldwork.edit_round"):
            found.append(PageAction(_("Plan a round"), reverse("fieldwork:round-new"), icon="plus", primary=True))
        return found

    def row_url(self, row: Round) -> str:
        return reverse("fieldwork:round", args=[row.pk])


def import_url(round: Round | None = None) -> str:
    """The page that brings in observations, for a round; nothing where there is no such page."""
    from urllib.parse import urlencode

    from chuangwen.web.templatetags.web import url_if

    url = url_if("import-kind", "observations")
    return f"{url}?{urlencode({'round': round.name})}" if url and round else url


class RoundPages(AccessMixin):
    """What the pages of one round have in common."""

    verb = "fieldwork.see_rounds"

    def find_round(self, verb: str = "") -> Round:
        rounds = Round.objects.select_related("division", "edition", "assessor__division")
        return access.fetch(self.actor, verb or self.verb, rounds, pk=self.kwargs["pk"])

    def round_crumbs(self, round: Round) -> list[tuple[Any, str | None]]:
        return [(HOME, reverse("fieldwork:rounds")), (round.name, reverse("fieldwork:round", args=[round.pk]))]


class RoundPage(RoundPages, PageMixin, View):
    """A round: facts, coverage, what was found cut in five ways, what other rooms know of it."""

    required_verb = "fieldwork.see_rounds"
    breadcrumbs = [(HOME, "/fieldwork/rounds/")]

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        round = self.find_round()
        self.title = round.name
        seen = access.scoped(self.actor, "fieldwork.see_observations", queries.Observation).filter(round=round)
        by = request.GET.get("by", "indicator")
        by = by if by in TABS else "indicator"
        slices = queries.breakdown(seen, by)
        may_edit = (
            self.actor.may("fieldwork.edit_round")
            and access.scoped(self.actor, "fieldwork.edit_round", Round).filter(pk=pk).exists()
        )
        coverage = queries.coverage(round, seen)
        photos = list(queries.photos_of(self.actor, round)[: FIRST_PHOTOS + 1])
        context = self.get_context_data(
            round=round,
            round_key=str(round.pk),
            tone=STATE_TONES[round.state],
            coverage=coverage,
            whole=queries.sees_whole_rounds(self.actor),
            drawn=RoundSite.objects.filter(round=round).exclude(purpose=RoundSite.Purpose.RERATE).count(),
            duplicates=queries.duplicate_serials(seen),
            reasons=queries.unplaced_reasons(seen) if coverage["rows_unplaced"] else [],
            unplaced=seen.filter(placed=False).order_by("sheet_id", "source_row", "pk")[:20] if coverage["rows_unplaced"] else [],
            sheets=ObservationSheet.objects.filter(round=round).order_by("-imported_at"),
            slices=slices[:MOST_LINES],
            more_slices=max(0, len(slices) - MOST_LINES),
            by=by,
            by_label=TABS[by],
            tabs=[{"label": label, "url": f"?by={key}#found", "active": key == by} for key, label in TABS.items()],
            photos=[
                photo
                for link in photos[:FIRST_PHOTOS]
                for photo in shown(self.actor, [link.photo], str(link.observation.site or ""))
            ],
            more_photos=len(photos) > FIRST_PHOTOS,
            import_url=import_url(round) if self.actor.may("fieldwork.import_observations") and round.state != "closed" else "",
            may_edit=may_edit,
            may_observe=self.actor.may("fieldwork.observe") and round.state != Round.State.CLOSED,
            moves=[(after, *MOVES[before, after]) for before, after in actions.MOVES_IN_ORDER if before == round.state]
            if may_edit
            else [],
            head_panels=panels.shown(request, PAGE, round, "head"),
            panels=panels.shown(request, PAGE, round),
        )
        return render(request, "fieldwork/round.html", context)


class RoundEdit(RoundPages, FormPage):
    """Plan a round, or change one."""

    required_verb = "fieldwork.edit_round"
    round: Round | None = None

    def prepare(self) -> None:
        self.title = _("Plan a round")
        if "pk" in self.kwargs:
            self.round = self.find_round("fieldwork.edit_round")
            self.title = _("Change the round")

    def get_breadcrumbs(self) -> Any:
        return self.round_crumbs(self.round) if self.round else [(HOME, reverse("fieldwork:rounds"))]

    def get_form(self, data: Any = None, files: Any = None) -> RoundForm:
        return RoundForm(data, actor=self.actor, round=self.round)

    def act(self, form: RoundForm) -> str:
        if self.round is not None:
            round = actions.edit_round(self.actor, round_id=self.round.pk, **form.cleaned_data)
        else:
            round = actions.plan_round(self.actor, **form.cleaned_data)
        return reverse("fieldwork:round", args=[round.pk])


class RoundMove(ActionButton):
    """Start, close or open again."""

    required_verb = "fieldwork.edit_round"

    def act(self, request: HttpRequest, pk: int) -> str:
        round = actions.move_round(self.actor, round_id=pk, state=request.POST.get("state", "")[:20])
        self.done = _("The round is now “%(state)s”.") % {"state": round.get_state_display()}
        return reverse("fieldwork:round", args=[pk])


class RoundPublished(RoundPages, FormPage):
    """Bring a publisher's figures, to stand beside ours."""

    required_verb = "fieldwork.edit_round"
    title = gettext_lazy("Figures that were published")
    form_class = PublishedForm
    submit = gettext_lazy("Keep these figures")
    done = gettext_lazy("The published figures stand beside ours now.")
    explanation = gettext_lazy(
        "What an assessment company or a higher office published for this round. The score sheet shows it beside what the same "
        "observations give here: what differs, and which rows had been left out."
    )

    def prepare(self) -> None:
        self.round = self.find_round("fieldwork.edit_round")

    def get_breadcrumbs(self) -> Any:
        return self.round_crumbs(self.round)

    def act(self, form: PublishedForm) -> str:
        actions.set_published(self.actor, round_id=self.round.pk, figures=form.cleaned_data["file"])
        return reverse("fieldwork:round", args=[self.round.pk])


class RoundUnpublished(ActionButton):
    """Forget a publisher's figures."""

    required_verb = "fieldwork.edit_round"
    done = gettext_lazy("The published figures were removed.")

    def act(self, request: HttpRequest, pk: int) -> str:
        actions.set_published(self.actor, round_id=pk, figures=None)
        return reverse("fieldwork:round", args=[pk])


class RoundPhotos(RoundPages, PageMixin, View):
    """All photos of a round, each with where it was taken."""

    required_verb = "fieldwork.see_observations"
    title = gettext_lazy("Photos of the round")
    size = 60

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        round = self.find_round()
        found = queries.photos_of(self.actor, round)
        page = min(number_in(request.GET.get("page")) or 1, 10_000)
        links = list(found[(page - 1) * self.size : page * self.size + 1])
        self.breadcrumbs = self.round_crumbs(round)
        context = self.get_context_data(
            round=round,
            entries=[
                (link.observation, shown(self.actor, [link.photo], str(link.observation.site or link.observation))[0])
                for link in links[: self.size]
            ],
            page_number=page,
            earlier=page - 1,
            later=page + 1 if len(links) > self.size else 0,
        )
        return render(request, "fieldwork/round_photos.html", context)


class RoundCriteria(RoundPages, PageMixin, View):
    """Which criteria of the edition were looked at, how often, and which no checklist asks for."""

    required_verb = "fieldwork.see_observations"
    title = gettext_lazy("Coverage of the criteria")

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        round = self.find_round()
        seen = access.scoped(self.actor, "fieldwork.see_observations", queries.Observation)
        lines = queries.criterion_coverage(round, seen)
        wanted = request.GET.get("only", "")
        chosen = {
            "unseen": lambda line: not line.read,
            "unlisted": lambda line: not line.listed,
        }.get(wanted)
        self.breadcrumbs = self.round_crumbs(round)
        tabs = [
            {"label": _("All"), "url": "?", "active": chosen is None, "count": len(lines)},
            {
                "label": _("Not looked at"),
                "url": "?only=unseen",
                "active": wanted == "unseen",
                "count": sum(1 for line in lines if not line.read),
            },
            {
                "label": _("On no checklist"),
                "url": "?only=unlisted",
                "active": wanted == "unlisted",
                "count": sum(1 for line in lines if not line.listed),
            },
        ]
        context = self.get_context_data(
            round=round, lines=[line for line in lines if chosen is None or chosen(line)], tabs=tabs, total=len(lines)
        )
        return render(request, "fieldwork/round_criteria.html", context)
