"""Divisions and grids."""

from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from chuangwen.kernel import access
from chuangwen.kernel.identifiers import number_in
from chuangwen.places import actions, queries
from chuangwen.places.forms import DivisionForm, GridForm
from chuangwen.places.models import Division, Grid
from chuangwen.web.form_pages import ActionButton, FormPage, RowPage
from chuangwen.web.lists import (
    BooleanFilter,
    ChoiceFilter,
    Empty,
    ListColumn,
    ListPage,
    PageAction,
    QFilter,
    TreeFilter,
    import_button,
)
from chuangwen.web.views import AccessMixin, PageMixin

HOME = gettext_lazy("Divisions")


class DivisionTree(PageMixin, View):
    """The tree from the highest division that the person sees; a branch opens where it stands."""

    required_verb = "places.see"
    title = HOME

    def get(self, request: HttpRequest) -> HttpResponse:
        nodes = queries.children(self.actor, None)
        if len(nodes) == 1:
            nodes_below = queries.children(self.actor, nodes[0].division)
        else:
            nodes_below = []
        context = self.get_context_data(
            nodes=nodes,
            below=nodes_below,
            unnamed=queries.unnamed(self.actor).count(),
            may_edit=self.actor.may("places.edit_division"),
            may_import=self.actor.may("kernel.import"),
        )
        return render(request, "places/divisions.html", context)


class Branch(AccessMixin, View):
    """The children of one node, for the tree."""

    required_verb = "places.see"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        division = access.fetch(self.actor, "places.see", Division, pk=pk)
        return render(request, "places/branch.html", {"nodes": queries.children(self.actor, division)})


class DivisionList(ListPage):
    """All divisions of the area, to search in."""

    title = gettext_lazy("Find divisions")
    required_verb = "places.see"
    breadcrumbs = [(HOME, "/places/divisions/")]
    columns = [
        ListColumn("name", gettext_lazy("Name"), phone="title", sort="name"),
        ListColumn("code", gettext_lazy("Division code"), sort="code", nowrap=True),
        ListColumn("level", gettext_lazy("Level"), "get_level_display", sort=("level", "path")),
        ListColumn("short_name", gettext_lazy("Short name")),
        ListColumn("active", gettext_lazy("In use")),
    ]
    search_fields = ["name", "short_name", "^code"]
    search_hint = gettext_lazy("Name or code")
    default_sort = "path"
    export_name = HOME
    empty = Empty(gettext_lazy("No divisions yet"), gettext_lazy("Bring in the public list of your county."), icon="hierarchy-2")

    def get_filters(self) -> Any:
        return [
            TreeFilter(key="division", label=_("Below"), field="self", tree=lambda: queries.divisions(self.actor)),
            ChoiceFilter(key="level", label=_("Level"), choices=Division.Level.choices),
            BooleanFilter(key="active", label=_("In use"), more=True),
        ]

    def get_queryset(self) -> Any:
        return queries.divisions(self.actor)

    def row_url(self, row: Division) -> str:
        return reverse("places:division", args=[row.pk])


class DivisionPage(PageMixin, View):
    """One division: where it stands, what lies in it."""

    required_verb = "places.see"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.division = division = access.fetch(self.actor, "places.see", Division, pk=pk)
        self.title = division.name
        sites = queries.sites(self.actor).filter(division__path__startswith=division.path, active=True)
        gaps = queries.gap_counts(sites)[0]
        context = self.get_context_data(
            division=division,
            nodes=queries.children(self.actor, division),
            grids=queries.grids(self.actor).filter(division=division, parent=None).prefetch_related("children"),
            total=gaps["total"],
            gaps=[(gap, gaps[gap.key]) for gap in queries.GAPS if gaps[gap.key]],
            may_edit=access.scoped(self.actor, "places.edit_division", Division).filter(pk=pk).exists(),
            has_map=bool(division.outline) or sites.filter(lat__isnull=False).exists(),
        )
        return render(request, "places/division.html", context)

    def get_breadcrumbs(self) -> Any:
        seen = queries.divisions(self.actor).filter(path__in=self.division.ancestor_paths[:-1]).order_by("path")
        return [(HOME, reverse("places:divisions")), *((node.name, reverse("places:division", args=[node.pk])) for node in seen)]


class DivisionEdit(FormPage):
    """Make a division below one (or at the top), or change one."""

    required_verb = "places.edit_division"
    parent: Division | None = None
    division: Division | None = None

    def prepare(self) -> None:
        if "pk" in self.kwargs:
            self.division = access.fetch(self.actor, "places.edit_division", Division, pk=self.kwargs["pk"])
            self.title = self.division.name
            self.cancel_url = reverse("places:division", args=[self.division.pk])
            return
        self.title = _("New division")
        self.cancel_url = reverse("places:divisions")
        if under := self.request.GET.get("under"):
            self.parent = access.fetch(self.actor, "places.edit_division", Division, pk=under)
            self.cancel_url = reverse("places:division", args=[self.parent.pk])

    def get_breadcrumbs(self) -> Any:
        above = self.division or self.parent
        return [
            (HOME, reverse("places:divisions")),
            *([(above.name, reverse("places:division", args=[above.pk]))] if above else []),
        ]

    def get_form(self, data: Any = None, files: Any = None) -> DivisionForm:
        return DivisionForm(data, parent=self.parent, division=self.division)

    def act(self, form: DivisionForm) -> str:
        facts = form.cleaned_data
        if self.division is not None:
            division = actions.edit_division(self.actor, division_id=self.division.pk, **facts | {"code": facts["code"] or None})
        else:
            division = actions.create_division(self.actor, parent=self.parent, **facts)
        return reverse("places:division", args=[division.pk])


class DivisionRemove(ActionButton):
    required_verb = "places.edit_division"

    def act(self, request: HttpRequest, pk: int) -> str:
        division = access.fetch(self.actor, "places.edit_division", Division, pk=pk)
        above = Division.objects.filter(path=division.path[: -Division.steplen]).first()
        actions.remove_division(self.actor, division_id=pk)
        self.done = _("Removed: %(name)s.") % {"name": division.name}
        return reverse("places:division", args=[above.pk]) if above else reverse("places:divisions")


class Outlines(AccessMixin, View):
    """GeoJSON of outlines: those right below ``?under=``, or of a level; without either the person's highest divisions."""

    required_verb = "places.see"

    def get(self, request: HttpRequest) -> HttpResponse:
        rows = queries.divisions(self.actor)
        under, level = request.GET.get("under", ""), request.GET.get("level", "")
        if under:
            node = access.fetch(self.actor, "places.see", Division, pk=under)
            rows = rows.filter(path__startswith=node.path, depth__lte=node.depth + 1)
        if (number := number_in(level)) is not None:
            rows = rows.filter(level=number)
        return JsonResponse(queries.outlines(rows))


class GridList(ListPage):
    """Grids and the small grids in them."""

    title = gettext_lazy("Grids")
    required_verb = "places.see"
    columns = [
        ListColumn("name", gettext_lazy("Name"), phone="title", sort="name"),
        ListColumn("code", gettext_lazy("Grid code"), sort="code", nowrap=True),
        ListColumn("division", gettext_lazy("Division"), sort="division__path"),
        ListColumn("parent", gettext_lazy("In the grid"), "parent.name"),
    ]
    search_fields = ["name", "^code", "division__name"]
    search_hint = gettext_lazy("Name, code or community")
    default_sort = "code"
    export_name = gettext_lazy("Grids")
    page_actions = [
        PageAction(gettext_lazy("New grid"), "/places/grids/new/", icon="plus", primary=True, verb="places.edit_grid")
    ]
    empty = Empty(
        gettext_lazy("No grids yet"), gettext_lazy("Bring in a sheet of grids, or make the first one."), icon="grid-4x4"
    )

    def get_filters(self) -> Any:
        small = {"large": (_("grids"), Q(parent__isnull=True)), "small": (_("small grids"), Q(parent__isnull=False))}
        return [
            TreeFilter(key="division", label=_("Division"), tree=lambda: queries.divisions(self.actor)),
            QFilter(key="size_of", label=_("Kind"), options=small),
        ]

    def get_queryset(self) -> Any:
        return queries.grids(self.actor).select_related("division", "parent")

    def get_page_actions(self) -> Any:
        found = super().get_page_actions()
        return [*import_button(self.actor, "grids"), *found] if self.actor.may("places.edit_grid") else found

    def row_url(self, row: Grid) -> str:
        return (
            reverse("places:grid-edit", args=[row.pk])
            if self.actor.may("places.edit_grid")
            else reverse("places:sites") + f"?grid={row.pk}"
        )


class GridEdit(RowPage):
    """Make or change a grid."""

    required_verb = "places.edit_grid"
    rows = Grid.objects.select_related("division", "parent")
    list_name, new_title = "places:grids", gettext_lazy("New grid")
    breadcrumbs = [(gettext_lazy("Grids"), "/places/grids/")]
    template_name = "places/grid_form.html"

    def get_form(self, data: Any = None, files: Any = None) -> GridForm:
        return GridForm(data, actor=self.actor, grid=self.row)

    def extra_context(self) -> dict[str, Any]:
        return {"grid": self.row}

    def act(self, form: GridForm) -> str:
        if self.row is not None:
            actions.edit_grid(self.actor, grid_id=self.row.pk, **form.cleaned_data)
        else:
            actions.create_grid(self.actor, **form.cleaned_data)
        return self.cancel_url


class GridRemove(ActionButton):
    required_verb = "places.edit_grid"
    done = gettext_lazy("Removed.")

    def act(self, request: HttpRequest, pk: int) -> str:
        actions.remove_grid(self.actor, grid_id=pk)
        return reverse("places:grids")
