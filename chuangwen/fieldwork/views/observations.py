"""Observations: the list, one with its photos and history, corrections."""

from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from chuangwen.fieldwork import actions, queries, results
from chuangwen.fieldwork.forms import CorrectForm, PhotosForm
from chuangwen.fieldwork.models import Observation, ObservationPhoto, ObservationSheet, ObservationUnit, Round
from chuangwen.fieldwork.views.photos import shown, taken_in
from chuangwen.kernel import access
from chuangwen.kernel.identifiers import number_in
from chuangwen.kernel.models import AuditEntry
from chuangwen.people.models import Unit
from chuangwen.places.models import Division, Site, SiteType
from chuangwen.places.queries import divisions
from chuangwen.standards.models import Criterion, Indicator, Requirement
from chuangwen.web import panels
from chuangwen.web.form_pages import FormPage
from chuangwen.web.lists import (
    ChoiceFilter,
    DateRangeFilter,
    Empty,
    LinkFilter,
    ListColumn,
    ListPage,
    QFilter,
    SavedView,
    TreeFilter,
)
from chuangwen.web.views import AccessMixin, PageMixin

HOME = gettext_lazy("Observations")
PAGE = "fieldwork.observation"
"""The name under which rooms to the right register their panels on an observation's page; the subject is the Observation."""
MOST_HISTORY = 50


def _departments(observation: Observation) -> str:
    return "、".join(str(unit) for unit in observation.departments.all())


def _working_groups(observation: Observation) -> str:
    return "、".join(unit.name for unit in observation.departments.all() if unit.kind == Unit.Kind.WORKING_GROUP)


def _town(observation: Observation) -> str:
    """The street or town that the site lies in; the area that it counts for where no site says it."""
    return getattr(observation, "town_name", "") or (str(observation.area) if observation.area else "")


def _village(observation: Observation) -> str:
    division = observation.site.division if observation.site else None
    return division.name if division is not None and division.level == Division.Level.VILLAGE else ""


def _requirement(observation: Observation) -> str:
    return observation.criterion.requirement.text if observation.criterion else ""


class ObservationList(ListPage):
    """Observations of all rounds, or, with ``?round=``, of one."""

    title = HOME
    required_verb = "fieldwork.see_observations"
    columns = [
        ListColumn("site", gettext_lazy("Site"), lambda o: o.site or str(o), phone="title", sort=("site__name", "pk")),
        ListColumn("result", gettext_lazy("Result"), "fieldwork/cells/result.html", phone="badge", nowrap=True),
        ListColumn("criterion", gettext_lazy("Indicator and criterion"), "fieldwork/cells/criterion.html"),
        ListColumn("area", gettext_lazy("Area it counts for"), sort=("area__path", "pk"), phone="hidden"),
        ListColumn("departments", gettext_lazy("Departments"), _departments),
        ListColumn("note", gettext_lazy("What was found")),
        ListColumn("photos", gettext_lazy("Photos"), "fieldwork/cells/photos.html", phone="hidden"),
        ListColumn("serial", gettext_lazy("Serial"), phone="hidden", sort=("serial", "pk"), nowrap=True),
        ListColumn("observed_on", gettext_lazy("Day"), kind="date", sort=("observed_on", "pk"), nowrap=True),
    ]
    # DOMAIN.md section 5: the columns that people exchange; what is done about it is filled in by whoever gets the sheet.
    export_columns = [
        ListColumn("serial", "序号", lambda o: o.serial or str(o.pk)),
        ListColumn("site_code", "点位编码", "site.code", width=20),
        ListColumn("town", "街道", _town),
        ListColumn("village", "社区", _village),
        ListColumn("type", "类别", "site.type.name"),
        ListColumn("site", "点位名称", "site.name", width=24),
        ListColumn("indicator", "指标", "criterion.requirement.indicator.name", width=24),
        ListColumn("requirement", "测评内容", _requirement, width=28),
        ListColumn("criterion", "标准", "criterion.text", width=40),
        ListColumn("note", "存在问题", width=32),
        ListColumn("result", "结果", results.for_sheet, width=8),
        ListColumn("departments", "责任单位", _departments, width=24),
        ListColumn("groups", "专项工作组", _working_groups),
        ListColumn("photos", "照片", lambda o: getattr(o, "page_address", ""), width=24),
        ListColumn("limit", "整改时限", lambda o: ""),
        ListColumn("measure", "整改情况", lambda o: "", width=24),
        ListColumn("after", "整改照片", lambda o: ""),
        ListColumn("loss", "扣分", kind="decimal", width=8, digits=4),
        ListColumn("defects", "问题数", kind="int", width=8),
        ListColumn("observed_on", "日期", kind="date"),
        ListColumn("unplaced", "未归位原因", "unplaced_reason", width=24),
    ]
    search_fields = ["site__name", "^site__code", "=serial", "note", "criterion__text"]
    search_hint = gettext_lazy("Site, code, serial number or words")
    default_sort = "-pk"
    export_name = HOME
    saved_views = [
        SavedView(gettext_lazy("All")),
        SavedView(gettext_lazy("Losses"), "result=loss"),
        SavedView(gettext_lazy("Not placed"), "result=unplaced"),
    ]
    empty = Empty(
        gettext_lazy("No observations yet"),
        gettext_lazy("Bring in the sheet of a round, or record them at the desk."),
        icon="list-search",
    )

    @cached_property
    def round(self) -> Round | None:
        """The round that the address names, if the person may see it."""
        asked = number_in(self.request.GET.get("round"))
        if asked is None:
            return None
        return access.scoped(self.actor, "fieldwork.see_rounds", Round).select_related("edition").filter(pk=asked).first()

    def get_filters(self) -> Any:
        round = self.round
        named = lambda model: lambda value: str(model.objects.get(pk=value))  # noqa: E731 - a word for each linked thing
        of_round: list[Any] = [
            LinkFilter(key="indicator", label=_("Indicator"), field="criterion__requirement__indicator", name=named(Indicator)),
            LinkFilter(key="department", label=_("Department"), name=self.unit_name, condition=lambda pk: _of_unit(Q(unit=pk))),
        ]
        if round is not None:
            links = ObservationUnit.objects.filter(observation__round=round).order_by().values("unit")
            of_round = [
                ChoiceFilter(
                    key="indicator",
                    label=_("Indicator"),
                    field="criterion__requirement__indicator",
                    choices=lambda: Indicator.objects.filter(section__edition=round.edition_id).values_list("pk", "name"),
                ),
                ChoiceFilter(
                    key="department",
                    label=_("Department"),
                    field="departments",
                    choices=lambda: Unit.objects.filter(pk__in=links).order_by("name").values_list("pk", "name"),
                ),
            ]
        photo = ObservationPhoto.objects.filter(observation=OuterRef("pk"))
        return [
            ChoiceFilter(
                key="round",
                label=_("Round"),
                choices=lambda: access.scoped(self.actor, "fieldwork.see_rounds", Round).values_list("pk", "name")[:500],
            ),
            QFilter(
                key="result",
                label=_("Result"),
                options={
                    "loss": (_("something wanting"), queries.LOSS & Q(placed=True)),
                    "fine": (_("nothing wanting"), ~queries.LOSS & Q(placed=True)),
                    "unplaced": (_("not placed"), Q(placed=False)),
                },
            ),
            *of_round,
            ChoiceFilter(
                key="type",
                label=_("Site type"),
                field="site__type",
                choices=lambda: SiteType.objects.values_list("pk", "name"),
                more=round is None,
            ),
            TreeFilter(key="area", label=_("Area it counts for"), tree=lambda: divisions(self.actor), more=True),
            QFilter(
                key="photos",
                label=_("Photos"),
                options={"yes": (_("with photos"), Q(Exists(photo))), "no": (_("without photos"), ~Q(Exists(photo)))},
                more=True,
            ),
            DateRangeFilter(key="on", label=_("Day"), field="observed_on", more=True),
            LinkFilter(
                key="site", label=_("Site"), name=lambda pk: access.scoped(self.actor, "places.see", Site).get(pk=pk).name
            ),
            LinkFilter(key="requirement", label=_("Sub-indicator"), field="criterion__requirement", name=named(Requirement)),
            LinkFilter(key="criterion", label=_("Criterion"), name=named(Criterion)),
            LinkFilter(
                key="place", label=_("Area it counts for"), field="area", name=lambda pk: divisions(self.actor).get(pk=pk).name
            ),
            LinkFilter(
                key="sheet",
                label=_("Sheet"),
                name=lambda pk: ObservationSheet.objects.get(pk=pk, round__in=queries.rounds(self.actor).values("pk")).name,
            ),
            LinkFilter(key="serial", label=_("Serial"), name=lambda value: value[:60]),
        ]

    def unit_name(self, pk: str) -> str:
        return access.scoped(self.actor, "people.see", Unit).get(pk=pk).name

    def get_queryset(self) -> Any:
        return queries.observations(self.actor)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        if self.round is not None:
            url = reverse("fieldwork:round", args=[self.round.pk])
            kwargs = {"breadcrumbs": [(_("Rounds"), reverse("fieldwork:rounds")), (self.round.name, url)]} | kwargs
        return super().get_context_data(**kwargs)

    def sheet_rows(self, columns: Any, queryset: Any) -> Any:
        towns = dict(divisions(self.actor).filter(level=Division.Level.TOWN).values_list("path", "name"))
        step = Division.steplen
        for row in queryset.iterator(chunk_size=1000):
            path = row.site.division.path if row.site and row.site.division else ""
            row.town_name = next((towns[path[:n]] for n in range(len(path), 0, -step) if path[:n] in towns), "")
            if row.photo_links.all():
                row.page_address = self.request.build_absolute_uri(self.row_url(row))
            yield {column.key: column.sheet_value(row) for column in columns}

    def row_url(self, row: Observation) -> str:
        return reverse("fieldwork:observation", args=[row.pk])

    def row_tone(self, row: Observation) -> str:
        return "quiet" if not row.placed else ""


def _of_unit(condition: Q) -> Q:
    return Q(Exists(ObservationUnit.objects.filter(condition, observation=OuterRef("pk"))))


class ObservationPages(AccessMixin):
    """What the pages of one observation have in common."""


    def find(self, verb: str = "fieldwork.see_observations") -> Observation:
        rows = Observation.every.select_related(
            "round",
            "site__type",
            "site__division",
            "criterion__requirement__indicator__section",
            "area",
            "account__person",
            "sheet",
        ).prefetch_related("departments")
        return access.fetch(self.actor, verb, rows, pk=self.kwargs["pk"])

    def crumbs(self, observation: Observation) -> list[tuple[Any, str | None]]:
        listed = reverse("fieldwork:observations") + f"?round={observation.round_id}"
        return [
            (observation.round.name, reverse("fieldwork:round", args=[observation.round_id])),
            (HOME, listed),
        ]


class ObservationPage(ObservationPages, PageMixin, View):
    """One observation: what, where, how it came out, whom it counts for, photos, who changed it and why."""

    required_verb = "fieldwork.see_observations"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        observation = self.find()
        self.title = observation.site.name if observation.site else str(observation)
        self.breadcrumbs = self.crumbs(observation)
        may = access.scoped(self.actor, "fieldwork.edit_observation", Observation).filter(pk=pk).exists()
        links = observation.photo_links.select_related("photo").order_by("pk")
        context = self.get_context_data(
            observation=observation,
            photos=shown(self.actor, [link.photo for link in links], self.title),
            history=history_of(observation),
            may_edit=may and observation.round.state != Round.State.CLOSED,
            sees_site=observation.site is not None
            and access.scoped(self.actor, "places.see", Site).filter(pk=observation.site_id).exists(),
            see_units=set(
                access.scoped(self.actor, "people.see", Unit).filter(observations=observation).values_list("pk", flat=True)
            ),
            head_panels=panels.shown(request, PAGE, observation, "head"),
            panels=panels.shown(request, PAGE, observation),
        )
        return render(request, "fieldwork/observation.html", context)


def history_of(observation: Observation) -> list[dict[str, Any]]:
    """What the audit trail holds of an observation, newest first, in words. Two queries."""
    labels = {
        "loss": _("Points lost"),
        "grade": _("Grade"),
        "conform": _("Conforms"),
        "defects": _("Number of defects"),
        "note": _("What was found"),
        "severity": _("Severity"),
        "area": _("Area it counts for"),
        "departments": _("Departments it counts for"),
        "photos": _("Photos"),
    }
    entries = list(
        AuditEntry.objects.filter(kind="fieldwork.observation", object_id=str(observation.pk)).order_by("-number")[:MOST_HISTORY]
    )
    told = [side for entry in entries for side in (entry.before or {}, entry.after or {})]
    units = {pk for side in told for pk in side.get("departments") or []}
    areas = {side["area"] for side in told if side.get("area")}
    names = {
        "departments": dict(Unit.objects.filter(pk__in=units).values_list("pk", "name")) if units else {},
        "area": dict(Division.objects.filter(pk__in=areas).values_list("pk", "name")) if areas else {},
    }

    def word(key: str, value: Any) -> str:
        if value in (None, "", []):
            return "—"
        if key == "departments":
            return "、".join(names["departments"].get(pk, f"#{pk}") for pk in value)
        if key == "area":
            return names["area"].get(value, f"#{value}")
        if key == "severity":
            return str(results.SEVERITIES.get(value, value))
        if key == "photos":
            return str(len(value))
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        return str(value)

    lines = []
    for entry in entries:
        before, after = entry.before or {}, entry.after or {}
        first = entry.verb == "fieldwork.observe"
        changed = [
            f"{labels[key]}: {word(key, before.get(key))} → {word(key, after[key])}"
            if not first
            else f"{labels[key]}: {word(key, after[key])}"
            for key in labels
            if key in after
            and (not first and (key not in before or before[key] != after[key]) or first and after[key] not in (None, ""))
        ]
        lines.append(
            {
                "at": entry.at,
                "title": _("Recorded") if first else _("Corrected"),
                "who": entry.actor_name,
                "text": "\n".join(changed),
                "note": entry.note,
                "icon": "plus" if first else "pencil",
                "tone": "quiet" if first else "wait",
            }
        )
    return lines


class Correct(ObservationPages, FormPage):
    """Correct an observation, with a reason."""

    required_verb = "fieldwork.edit_observation"
    title = gettext_lazy("Correct the observation")
    submit = gettext_lazy("Correct")
    done = gettext_lazy("The observation was corrected.")
    template_name = "fieldwork/correct.html"

    def prepare(self) -> None:
        self.observation = self.find("fieldwork.edit_observation")
        self.lead = str(self.observation.site or self.observation)

    def get_breadcrumbs(self) -> Any:
        here = reverse("fieldwork:observation", args=[self.observation.pk])
        return [*self.crumbs(self.observation), (self.observation.site or str(self.observation), here)]

    def get_form(self, data: Any = None, files: Any = None) -> CorrectForm:
        return CorrectForm(data, actor=self.actor, observation=self.observation)

    def extra_context(self) -> dict[str, Any]:
        return {"observation": self.observation}

    def act(self, form: CorrectForm) -> str:
        data = form.cleaned_data
        before = {"note": self.observation.note, "severity": self.observation.severity, "area": self.observation.area}
        wanted = {name: data[name] for name in ("loss", "grade", "conform", "defects") if name in data}
        wanted = {name: value if value is not None or name != "grade" else "" for name, value in wanted.items()}
        changes = {name: value for name, value in wanted.items() if value != getattr(self.observation, name)}
        changes |= {name: data[name] for name in before if data[name] != before[name]}
        departments = list(data["departments"])
        if {unit.pk for unit in departments} != {unit.pk for unit in self.observation.departments.all()}:
            changes["departments"] = departments
        actions.correct_observation(self.actor, observation_id=self.observation.pk, reason=data["reason"], **changes)
        return reverse("fieldwork:observation", args=[self.observation.pk])


class AddPhotos(ObservationPages, FormPage):
    """Add photos to an observation."""

    required_verb = "fieldwork.edit_observation"
    title = gettext_lazy("Add photos")
    form_class = PhotosForm
    submit = gettext_lazy("Add")
    done = gettext_lazy("The photos were added.")

    def prepare(self) -> None:
        self.observation = self.find("fieldwork.edit_observation")

    def get_breadcrumbs(self) -> Any:
        here = reverse("fieldwork:observation", args=[self.observation.pk])
        return [*self.crumbs(self.observation), (self.observation.site or str(self.observation), here)]

    def act(self, form: PhotosForm) -> str:
        photos = taken_in(self.actor, form.cleaned_data["photos"])
        actions.add_photos(self.actor, observation_id=self.observation.pk, photos=photos)
        return reverse("fieldwork:observation", args=[self.observation.pk])
