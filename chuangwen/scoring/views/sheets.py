"""Score sheets: compute, read down to the observation, compare, sign, download."""

from decimal import Decimal
from typing import Any
from urllib.parse import quote

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from chuangwen.fieldwork.models import Observation, Round
from chuangwen.fieldwork.queries import duplicate_serials, observations
from chuangwen.fieldwork.views.photos import shown
from chuangwen.kernel import access, files, importing, jobs, signatures
from chuangwen.kernel.errors import Missing
from chuangwen.kernel.identifiers import number_in
from chuangwen.kernel.models import Job
from chuangwen.scoring import actions, inputs, queries, words
from chuangwen.scoring.engine import REASONS
from chuangwen.scoring.forms import ComputeForm, SignForm
from chuangwen.scoring.models import Scheme, ScoreRow, ScoreSheet
from chuangwen.scoring.queries import Line
from chuangwen.web import formatting
from chuangwen.web.charts import Chart, Series
from chuangwen.web.form_pages import FormPage, go_to
from chuangwen.web.lists import ChoiceFilter, DateRangeFilter, Empty, ListColumn, ListPage, MultiChoiceFilter, TextFilter
from chuangwen.web.views import AccessMixin, PageMixin

HOME = gettext_lazy("Score sheets")
CHARTED = 40
PAGE_SIZE = 50


def index_of(sheet: ScoreSheet) -> Any:
    """The index as a cell: 94.03%."""
    heads = getattr(sheet, "heads", None)
    head = heads[0] if heads else None
    return formatting.percent(head.rate) if head is not None and head.rate is not None else formatting.EMPTY


class SheetList(ListPage):
    """All score sheets of the area."""

    title = HOME
    required_verb = "scoring.see_scores"
    columns = [
        ListColumn("round", gettext_lazy("Round"), phone="title", sort=("round__name", "-pk")),
        ListColumn("state", gettext_lazy("State"), "scoring/cells/state.html", export="get_state_display", phone="badge"),
        ListColumn("scheme", gettext_lazy("Scheme"), sort=("scheme__name", "scheme__version", "-pk")),
        ListColumn("index", gettext_lazy("Index"), index_of, nowrap=True),
        ListColumn(
            "coverage",
            gettext_lazy("Counted of read"),
            lambda s: f"{s.coverage.get('rows_counted', 0)} / {s.coverage.get('rows_read', 0)}",
            nowrap=True,
        ),
        ListColumn("computed_at", gettext_lazy("Computed"), kind="datetime", sort="computed_at", nowrap=True),
        ListColumn("signed_by", gettext_lazy("Signed by")),
    ]
    search_fields = ["round__name", "scheme__name"]
    search_hint = gettext_lazy("Round or scheme")
    default_sort = ("-computed_at", "-pk")
    export_name = HOME
    empty = Empty(
        gettext_lazy("No score sheets yet"), gettext_lazy("Open a round and compute its scores by a scheme."), icon="trophy"
    )

    def get_filters(self) -> Any:
        return [
            MultiChoiceFilter(key="state", label=_("State"), choices=ScoreSheet.State.choices),
            ChoiceFilter(
                key="round",
                label=_("Round"),
                choices=lambda: access.scoped(self.actor, "fieldwork.see_rounds", Round).values_list("pk", "name")[:500],
            ),
            ChoiceFilter(key="kind", label=_("Arithmetic"), field="scheme__kind", choices=words.KINDS.items()),
            DateRangeFilter(key="on", label=_("Computed"), field="computed_at", more=True),
        ]

    def get_queryset(self) -> Any:
        return queries.sheets(self.actor).prefetch_related(queries.HEADS)

    def row_url(self, row: ScoreSheet) -> str:
        return reverse("scoring:sheet", args=[row.pk])


class SheetPages(AccessMixin):
    """What the pages of one sheet have in common."""


    def find_sheet(self, verb: str = "scoring.see_scores", key: str = "pk") -> ScoreSheet:
        rows = ScoreSheet.objects.select_related(
            "round__division", "scheme", "signed_by__person", "computed_by__person", "supersedes"
        )
        return access.fetch(self.actor, verb, rows, pk=self.kwargs[key])

    def sheet_crumbs(self, sheet: ScoreSheet, itself: bool = False) -> list[tuple[Any, str | None]]:
        crumbs: list[tuple[Any, str | None]] = [(HOME, reverse("scoring:sheets"))]
        if access.scoped(self.actor, "fieldwork.see_rounds", Round).filter(pk=sheet.round_id).exists():
            crumbs.append((sheet.round.name, reverse("fieldwork:round", args=[sheet.round_id])))
        return [*crumbs, (_("Score sheet"), reverse("scoring:sheet", args=[sheet.pk]))] if itself else crumbs


def ranking_chart(lines: list[Line], title: Any) -> Chart | None:
    """Bars of rates in the order of ranks, each with its rank in its name; what has no rate is left out."""
    drawn = [line for line in lines if line.row.rate is not None][:CHARTED]
    if len(drawn) < 2:
        return None
    names = [f"{line.row.rank} {line.row.name}" if line.row.rank else line.row.name for line in drawn]
    rates = [(line.row.rate or Decimal(0)) * 100 for line in drawn]
    lowest = min(rates)
    height = "md" if len(drawn) <= 8 else "lg" if len(drawn) <= 20 else "xl"
    return Chart(
        "bar",
        title,
        names,
        [Series(_("Rate"), rates)],
        unit="%",
        digits=2,
        low=0 if lowest < 60 else 50,
        high=100,
        horizontal=True,
        links=[reverse("scoring:figure", args=[line.row.sheet_id, line.row.pk]) for line in drawn],
        height=height,
        note=_("A click opens the observations behind a bar."),
    )


class SheetPage(SheetPages, PageMixin, View):
    """A score sheet: the index with its coverage, every cut of it, what was published, earlier and later ones."""

    required_verb = "scoring.see_scores"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        sheet = self.find_sheet()
        self.title = _("Score sheet of %(round)s") % {"round": sheet.round.name}
        self.lead = str(sheet.scheme)
        self.breadcrumbs = self.sheet_crumbs(sheet)
        tables = queries.tables_of_sheet(sheet)
        others = list(queries.sheets(self.actor).filter(round=sheet.round_id).exclude(pk=pk).order_by("-computed_at")[:20])
        heads = queries.heads_of(others)
        uncounted = [(REASONS.get(code, code), count) for code, count in (sheet.coverage.get("reasons") or {}).items()]
        context = self.get_context_data(
            sheet=sheet,
            index=next(iter(tables.get("index", [])), None),
            total=next(iter(tables.get("total", [])), None),
            sections=tables.get("section", []),
            indicators=tables.get("indicator", []),
            first_groups=cuts(tables, "department", "unit"),
            other_groups=cuts(tables, "area", "site_type"),
            uncounted=uncounted,
            serials=sheet.coverage.get("duplicate_serials") or [],
            beside=queries.beside_published(sheet) if sheet.scheme.kind != "deduction" else None,
            hints=queries.near_names_of(sheet),
            others=[(other, heads.get(other.pk)) for other in others],
            later=[other for other in others if other.supersedes_id == sheet.pk],
            may_sign=sheet.state != ScoreSheet.State.SIGNED
            and access.scoped(self.actor, "scoring.sign", ScoreSheet).filter(pk=pk).exists(),
            may_compute=access.scoped(self.actor, "scoring.compute", Round).filter(pk=sheet.round_id).exists(),
            fingerprint=signatures.fingerprint(signatures.public_bytes()),
            file_name=file_name(sheet),
            is_ours=sheet.key_fingerprint != "",
        )
        return render(request, "scoring/sheet.html", context)


def cuts(tables: dict[str, list[Line]], *levels: str) -> list[tuple[str, str, list[Line], Chart | None]]:
    """The tables of these levels that there are, those of units and departments with their chart."""
    return [
        (
            level,
            words.level(level),
            tables[level],
            ranking_chart(tables[level], words.level(level)) if level in ("department", "unit") else None,
        )
        for level in levels
        if tables.get(level)
    ]


def _name(row: ScoreRow) -> str:
    """The name of a figure; the index and the total of a sheet have none of their own."""
    return words.level(row.level) if row.level in ("index", "total") else row.name


class FigureList(SheetPages, ListPage):
    """All figures of a sheet, also of criteria and single sites; exported as they are printed."""

    title = gettext_lazy("All figures")
    required_verb = "scoring.see_scores"
    columns = [
        ListColumn("name", gettext_lazy("Name"), _name, phone="title", sort=("name", "pk")),
        ListColumn("level", gettext_lazy("Score level"), lambda row: words.level(row.level), phone="badge", sort="order"),
        ListColumn("possible", gettext_lazy("Possible"), kind="decimal", digits=4, sort=("possible", "pk")),
        ListColumn("got", gettext_lazy("Got"), kind="decimal", digits=4, sort=("got", "pk")),
        ListColumn("rate", gettext_lazy("Rate"), kind="percent", sort=("rate", "pk")),
        ListColumn("rank", gettext_lazy("Rank"), kind="int", sort=("rank", "pk")),
        ListColumn("counted", gettext_lazy("Rows counted"), kind="int", sort=("counted", "pk")),
        ListColumn("read", gettext_lazy("Rows read"), kind="int", sort=("read", "pk")),
        ListColumn("note", gettext_lazy("Remark"), phone="hidden"),
    ]
    search_fields = ["name", "key"]
    search_hint = gettext_lazy("Name")
    default_sort = "order"
    default_size = 50
    export_name = gettext_lazy("Scores")

    def get_filters(self) -> Any:
        return [
            MultiChoiceFilter(key="level", label=_("Score level"), choices=words.LEVELS.items()),
            TextFilter(key="group", label=_("Peer group"), field="peer_group", more=True),
        ]

    def get_queryset(self) -> Any:
        return ScoreRow.objects.filter(sheet=self.find_sheet()).defer("possible_exact", "got_exact")

    def get_breadcrumbs(self) -> Any:
        return self.sheet_crumbs(self.find_sheet(), itself=True)

    def row_url(self, row: ScoreRow) -> str:
        return reverse("scoring:figure", args=[row.sheet_id, row.pk])


class FigurePage(SheetPages, PageMixin, View):
    """One figure, down to the observations: which counted, which did not and why."""

    required_verb = "scoring.see_scores"

    def get(self, request: HttpRequest, pk: int, row: int) -> HttpResponse:
        sheet = self.find_sheet()
        figure = ScoreRow.objects.filter(sheet=sheet, pk=row).first()
        if figure is None:
            raise Missing(_("There is no such figure on this score sheet."))
        figure.sheet = sheet
        self.title = (
            f"{words.level(figure.level)}：{figure.name}" if figure.level not in ("index", "total") else words.level(figure.level)
        )
        self.lead = f"{sheet.round.name} · {sheet.scheme}"
        self.breadcrumbs = self.sheet_crumbs(sheet, itself=True)
        behind = queries.behind(figure)
        only = request.GET.get("only", "")
        chosen = [line for line in behind.found if only not in ("counted", "uncounted") or line["counted"] == (only == "counted")]
        page = min(number_in(request.GET.get("page")) or 1, 1_000_000)
        lines = chosen[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
        known = self.known([line["id"] for line in lines if line["kind"] == "observation"])
        ties = words.tied(sheet.rows.filter(level=figure.level, rank=figure.rank)) if figure.rank else set()
        parts = sheet.rows.filter(parent=figure.key).exclude(pk=figure.pk).order_by("order") if figure.level in PARTS else []
        parts = [part for part in parts if part.level == PARTS[figure.level]][:200] if parts else []
        context = self.get_context_data(
            sheet=sheet,
            figure=figure,
            rank=words.rank_in_words(figure, ties),
            why=words.why_unranked(figure, sheet.scheme.body),
            behind=behind,
            lines=[(line, known.get(line["id"])) for line in lines],
            parts=parts,
            part_word=words.level(PARTS.get(figure.level, "")),
            total=len(chosen),
            tabs=[
                {"label": _("All"), "url": "?", "active": only not in ("counted", "uncounted"), "count": len(behind.found)},
                {"label": _("Counted"), "url": "?only=counted", "active": only == "counted", "count": behind.counted},
                {
                    "label": _("Not counted"),
                    "url": "?only=uncounted",
                    "active": only == "uncounted",
                    "count": len(behind.found) - behind.counted,
                },
            ],
            page_number=page,
            earlier=page - 1,
            later=page + 1 if page * PAGE_SIZE < len(chosen) else 0,
            only=only,
        )
        return render(request, "scoring/figure.html", context)

    def known(self, keys: list[int]) -> dict[int, Any]:
        """The observations that still stand in the tables and that the person may see, with their photos."""
        found = {}
        for observation in observations(self.actor).filter(pk__in=keys):
            photos = [link.photo for link in observation.photo_links.all()]
            found[observation.pk] = {
                "observation": observation,
                "photos": shown(self.actor, photos[:3], str(observation.site or "")),
            }
        return found


PARTS = {
    "index": "section",
    "section": "indicator",
    "indicator": "sub_indicator",
    "sub_indicator": "criterion",
}


class Compute(FormPage):
    """Choose a scheme and have a job compute; the page shows how far it is."""

    required_verb = "scoring.compute"
    form_class = ComputeForm
    submit = gettext_lazy("Compute")
    done = ""
    template_name = "scoring/compute.html"

    def prepare(self) -> None:
        self.round = access.fetch(self.actor, "scoring.compute", Round, pk=self.kwargs["pk"])
        self.title = _("Compute scores")
        self.lead = self.round.name
        asked = number_in(self.request.GET.get("job"))
        own = Job.objects.filter(kind="scoring.compute", account_id=self.actor.account_id, arguments__round=self.round.pk)
        self.job = own.filter(pk=asked).first() if asked is not None else None

    def get_breadcrumbs(self) -> Any:
        return [(_("Rounds"), reverse("fieldwork:rounds")), (self.round.name, reverse("fieldwork:round", args=[self.round.pk]))]

    def form_arguments(self) -> dict[str, Any]:
        return {"actor": self.actor, "fitting": inputs.fitting_kind(self.round)}

    def extra_context(self) -> dict[str, Any]:
        return {"job": self.job, "round": self.round}

    def act(self, form: ComputeForm) -> str:
        scheme: Scheme = form.cleaned_data["scheme"]
        job = jobs.start(
            self.actor,
            "scoring.compute",
            {"round": self.round.pk, "scheme": scheme.pk, "actor": importing.carry(self.actor)},
            title=f"{self.round.name} · {scheme}"[:200],
        )
        return reverse("scoring:compute", args=[self.round.pk]) + f"?job={job.pk}"


class Sign(SheetPages, FormPage):
    """What is about to be signed, once more; then the signature, for good."""

    required_verb = "scoring.sign"
    form_class = SignForm
    title = gettext_lazy("Sign the score sheet")
    submit = gettext_lazy("Sign")
    done = gettext_lazy("The score sheet is signed.")
    confirm = gettext_lazy("Sign this score sheet?")
    confirm_detail = gettext_lazy("A signed score sheet never changes and cannot be withdrawn; a correction makes a new one.")
    template_name = "scoring/sign.html"

    def prepare(self) -> None:
        self.sheet = self.find_sheet("scoring.sign")
        self.lead = str(self.sheet)

    def get_breadcrumbs(self) -> Any:
        return self.sheet_crumbs(self.sheet, itself=True)

    def extra_context(self) -> dict[str, Any]:
        round_rows = Observation.objects.filter(round=self.sheet.round_id)
        beside = queries.beside_published(self.sheet) if self.sheet.scheme.kind != "deduction" else None
        return {
            "sheet": self.sheet,
            "index": next(iter(self.sheet.rows.filter(level="index")), None),
            "uncounted": [(REASONS.get(code, code), count) for code, count in (self.sheet.coverage.get("reasons") or {}).items()],
            "duplicates": duplicate_serials(round_rows)[:20],
            "hints": queries.near_names_of(self.sheet),
            "different": [entry for entry in beside["rows"] if entry["differs"]] if beside else [],
            "open_round": self.sheet.round.state != Round.State.CLOSED,
        }

    def act(self, form: SignForm) -> str:
        sheet = actions.sign_sheet(self.actor, sheet_id=self.sheet.pk)
        return reverse("scoring:sheet", args=[sheet.pk])


def file_name(sheet: ScoreSheet) -> str:
    return f"{sheet.round.name}-{sheet.pk}.cwscore"


class Download(SheetPages, AccessMixin, View):
    """The signed file."""

    required_verb = "scoring.see_scores"

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        sheet = self.find_sheet()
        if sheet.state != ScoreSheet.State.SIGNED:
            raise Missing(_("This score sheet is not signed: there is no file yet."))
        response = FileResponse(files.path_of(sheet.file_key).open("rb"), content_type="application/octet-stream")
        response["Content-Disposition"] = (
            f"attachment; filename=\"sheet-{sheet.pk}.cwscore\"; filename*=UTF-8''{quote(file_name(sheet))}"
        )
        return response


class CompareSheets(SheetPages, PageMixin, View):
    """What differs between two sheets of a round: rates, places, who moved."""

    required_verb = "scoring.see_scores"
    title = gettext_lazy("What differs")

    def get(self, request: HttpRequest, pk: int, other: int) -> HttpResponse:
        after, before = self.find_sheet(), self.find_sheet(key="other")
        if after.computed_at < before.computed_at:
            return go_to(reverse("scoring:compare", args=[other, pk]))
        self.lead = after.round.name
        self.breadcrumbs = self.sheet_crumbs(after, itself=True)
        lines = queries.differences(
            before.rows.filter(level__in=queries.COMPARED).order_by("order"),
            after.rows.filter(level__in=queries.COMPARED).order_by("order"),
        )
        context = self.get_context_data(
            before=before,
            after=after,
            pair=[(before, _("Earlier")), (after, _("Later"))],
            groups=compared_groups(lines, request.GET.get("all") == "1"),
            same=sum(1 for line in lines if line["same"]),
            shows_all=request.GET.get("all") == "1",
            before_word=_("Earlier: %(moment)s") % {"moment": formatting.moment(before.computed_at)},
            after_word=_("Later: %(moment)s") % {"moment": formatting.moment(after.computed_at)},
        )
        return render(request, "scoring/compare.html", context)


def compared_groups(lines: list[dict[str, Any]], everything: bool) -> list[tuple[str, list[dict[str, Any]]]]:
    """The lines by level, those that are the same left out unless ``everything`` is wanted."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for line in lines:
        if everything or not line["same"]:
            groups.setdefault(line["level"], []).append(line)
    return [(words.level(level), members) for level, members in groups.items()]
