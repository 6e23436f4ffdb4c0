"""Sites, what stands on them, gaps, site types."""

from typing import Any

import segno
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from chuangwen.kernel import access
from chuangwen.kernel.identifiers import number_in
from chuangwen.places import actions, labels, queries
from chuangwen.places.forms import AssetForm, SiteForm, SiteTypeForm
from chuangwen.places.hours import in_words
from chuangwen.places.models import Asset, Division, Site, SiteType
from chuangwen.places.sheets.sites import ASSET_ALIASES
from chuangwen.web import panels
from chuangwen.web.form_pages import ActionButton, FormPage, RowPage
from chuangwen.web.lists import (
    BulkAction,
    ChoiceFilter,
    Empty,
    LinkFilter,
    ListColumn,
    ListPage,
    PageAction,
    QFilter,
    SavedView,
    TreeFilter,
    import_button,
)
from chuangwen.web.views import AccessMixin, PageMixin

HOME = gettext_lazy("Sites")
PAGE = "places.site"
"""The name under which rooms to the right register their panels on a site's page; the subject is the Site."""
MOST_CODES = 400
"""Codes on one printed page; who wants more filters the list."""


def town_of(site: Site) -> str:
    """The name of the town or street above the community a site lies in, from what ``with_town`` prefetched."""
    return getattr(site, "town_name", "") or ""


def asset_in_words(site: Site, kind: str) -> Any:
    """A count as the sheet writes it: a number, 有 for some that were not counted, empty for not known."""
    for asset in site.assets.all():
        if asset.kind == kind:
            return "有" if asset.quantity is None else asset.quantity
    return None


def site_filters(view: Any) -> list[Any]:
    """The filters that list and map share."""
    return [
        ChoiceFilter(key="type", label=_("Site type"), choices=lambda: SiteType.objects.values_list("pk", "name")),
        TreeFilter(key="division", label=_("Division"), tree=lambda: queries.divisions(view.actor)),
        QFilter(key="gap", label=_("Gap"), options={gap.key: (gap.label, gap.condition) for gap in queries.GAPS}),
        QFilter(
            key="manager",
            label=_("Property manager"),
            more=True,
            options={
                "yes": (_("has one"), Q(has_manager=True)),
                "no": (_("has none"), Q(has_manager=False)),
                "unknown": (_("not known"), Q(has_manager__isnull=True)),
            },
        ),
        QFilter(
            key="point",
            label=_("Coordinates"),
            more=True,
            options={"yes": (_("has coordinates"), Q(lat__isnull=False)), "no": (_("without coordinates"), Q(lat__isnull=True))},
        ),
        QFilter(
            key="use", label=_("In use"), more=True, options={"out": (_("out of use"), Q(active=False)), "all": (_("both"), Q())}
        ),
        LinkFilter(
            key="grid",
            label=_("Grid"),
            name=lambda value: queries.grids(view.actor).get(pk=value).name,
            condition=lambda value: Q(grid=value) | Q(grid__parent=value),
        ),
    ]


def wanted_sites(view: Any) -> Any:
    """Sites of the area; those out of use only when asked for."""
    rows = queries.sites(view.actor)
    return rows if view.request.GET.get("use") in ("out", "all") else rows.filter(active=True)


def set_active(active: bool) -> Any:
    def do(request: HttpRequest, queryset: Any, _facts: dict[str, Any]) -> str:
        keys = list(queryset.values_list("pk", flat=True))
        for key in keys:
            actions.set_site_active(request.actor, site_id=key, active=active)
        return _("%(count)d sites changed.") % {"count": len(keys)}

    return do


class SiteList(ListPage):
    """All sites of the area."""

    title = HOME
    required_verb = "places.see"
    columns = [
        ListColumn("name", gettext_lazy("Name"), phone="title", sort="name"),
        ListColumn("code", gettext_lazy("Site code"), sort="code", nowrap=True),
        ListColumn("type", gettext_lazy("Site type"), "type.name", sort=("type__order", "code"), phone="badge"),
        ListColumn("division", gettext_lazy("Division"), sort=("division__path", "code")),
        ListColumn("grid", gettext_lazy("Grid"), "grid.name"),
        ListColumn("has_manager", gettext_lazy("Property manager"), "places/cells/manager.html"),
        ListColumn("households", gettext_lazy("Households"), kind="int", sort="households", phone="hidden"),
        ListColumn("extinguishers", gettext_lazy("Extinguishers"), "places/cells/extinguishers.html"),
        ListColumn("point", gettext_lazy("On the map"), "places/cells/point.html", phone="hidden"),
    ]
    export_columns = [
        ListColumn("code", "点位编码"),
        ListColumn("name", "点位名称", width=24),
        ListColumn("type", "点位类型", "type.name"),
        ListColumn("town", "街道", town_of),
        ListColumn("village", "社区", lambda site: site.division.name if site.division and site.division.level == 5 else ""),
        ListColumn("grid", "网格", "grid.code"),
        ListColumn("address", "地址", width=30),
        ListColumn("lon", "经度", "given_lon"),
        ListColumn("lat", "纬度", "given_lat"),
        ListColumn("datum", "坐标系", lambda site: site.get_datum_display() if site.given_lat is not None else ""),
        ListColumn("has_manager", "有无物业", lambda site: {True: "有", False: "无"}.get(site.has_manager)),
        ListColumn("households", "户数", kind="int"),
        ListColumn("hours", "开放时间", lambda site: in_words(site.opens_at, site.closes_at)),
        *[
            ListColumn(kind.value, aliases[0], lambda site, kind=kind.value: asset_in_words(site, kind))
            for kind, aliases in ASSET_ALIASES.items()
        ],
        ListColumn("note", "备注"),
    ]
    search_fields = ["name", "^code", "address"]
    search_hint = gettext_lazy("Name, code or address")
    default_sort = "code"
    export_name = HOME
    saved_views = [
        SavedView(gettext_lazy("All")),
        SavedView(gettext_lazy("Without a manager"), "gap=unmanaged"),
        SavedView(gettext_lazy("Without a manager and extinguishers"), "gap=unmanaged_bare"),
        SavedView(gettext_lazy("Without coordinates"), "gap=pointless"),
    ]
    bulk_actions = [
        BulkAction(
            "out",
            gettext_lazy("Take out of use"),
            set_active(False),
            icon="archive",
            verb="places.edit_site",
            confirm=gettext_lazy("What was found there stays."),
        ),
        BulkAction("in", gettext_lazy("Put back into use"), set_active(True), icon="arrow-back-up", verb="places.edit_site"),
    ]
    empty = Empty(
        gettext_lazy("No sites yet"), gettext_lazy("Bring in a sheet of sites, or make the first one."), icon="map-pins"
    )

    def get_filters(self) -> Any:
        return site_filters(self)

    def get_page_actions(self) -> Any:
        query = self.request.GET.urlencode()
        found = [PageAction(_("Map"), reverse("places:map") + (f"?{query}" if query else ""), icon="map-2")]
        found.append(PageAction(_("Codes to print"), reverse("places:codes") + (f"?{query}" if query else ""), icon="qrcode"))
        if self.actor.may("places.edit_site"):
            found += import_button(self.actor, "sites")
            found.append(PageAction(_("New site"), reverse("places:site-new"), icon="plus", primary=True))
        return found

    def get_queryset(self) -> Any:
        return wanted_sites(self).select_related("type", "division", "grid").prefetch_related("assets")

    def sheet_rows(self, columns: Any, queryset: Any) -> Any:
        towns = dict(Division.objects.filter(level=Division.Level.TOWN).values_list("path", "name")) if queryset.exists() else {}
        step = Division.steplen
        for site in queryset.iterator(chunk_size=1000):
            path = site.division.path if site.division else ""
            site.town_name = next((towns[path[:n]] for n in range(len(path), 0, -step) if path[:n] in towns), "")
            yield {column.key: column.sheet_value(site) for column in columns}

    def row_url(self, row: Site) -> str:
        return reverse("places:site", args=[row.pk])

    def row_tone(self, row: Site) -> str:
        return "quiet" if not row.active else ""


class SitePoints(SiteList):
    """The sites that the list would show, as GeoJSON."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return JsonResponse(
            queries.site_points(self.filtered(wanted_sites(self))),
            json_dumps_params={"ensure_ascii": False, "separators": (",", ":")},
        )


class SiteMap(SiteList):
    """The sites that the list would show, on a map."""

    title = gettext_lazy("Map of sites")
    template_name = "places/map.html"
    breadcrumbs = [(HOME, "/places/sites/")]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        query = request.GET.urlencode()
        points = reverse("places:points") + (f"?{query}" if query else "")
        outlines = reverse("places:outlines")
        return render(
            request,
            self.template_name,
            self.get_context_data(
                points=points,
                outlines=outlines,
                chips=self.chips(),
                list_url=reverse("places:sites") + (f"?{query}" if query else ""),
            ),
        )


class SiteCodes(SiteList):
    """The codes to hang up at the sites that the list would show: an inspector's phone finds the site by it, a resident reports there."""

    title = gettext_lazy("Codes of sites")
    template_name = "places/codes.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        rows = self.filtered(wanted_sites(self).select_related("type", "division").order_by("code"))
        if number := number_in(request.GET.get("only")):
            rows = rows.filter(pk=number)
        count, sites = rows.count(), rows[:MOST_CODES]
        codes = [labels.code_of(site, request.build_absolute_uri) for site in sites]
        query = request.GET.copy()
        query.pop("only", None)
        return render(
            request,
            self.template_name,
            self.get_context_data(
                labels=[
                    (site, segno.make_qr(code, error="m").svg_inline(border=2, omitsize=True))
                    for site, code in zip(sites, codes, strict=True)
                ],
                words=labels.words(),
                left_out=count - len(codes),
                back=reverse("places:site", args=[number])
                if number and codes
                else reverse("places:sites") + f"?{query.urlencode()}",
            ),
        )


class SitePage(PageMixin, View):
    """One site: where it is, what stands on it, and what other rooms know of it."""

    required_verb = "places.see"
    breadcrumbs = [(HOME, "/places/sites/")]

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        rows = Site.objects.select_related("type", "division", "grid").prefetch_related("assets")
        site = access.fetch(self.actor, "places.see", rows, pk=pk)
        self.title = site.name
        above = (
            list(queries.divisions(self.actor).filter(path__in=site.division.ancestor_paths).order_by("path"))
            if site.division
            else []
        )
        context = self.get_context_data(
            site=site,
            above=above,
            head_panels=panels.shown(request, PAGE, site, "head"),
            panels=panels.shown(request, PAGE, site),
            may_edit=access.scoped(self.actor, "places.edit_site", Site).filter(pk=pk).exists(),
            may_count=access.scoped(self.actor, "places.edit_asset", Site).filter(pk=pk).exists(),
            asset_form=AssetForm(),
        )
        return render(request, "places/site.html", context)


class SitePoint(AccessMixin, View):
    """One site and its neighbours within the same division, as GeoJSON for the small map of its page."""

    required_verb = "places.see"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        site = access.fetch(self.actor, "places.see", Site, pk=pk)
        return JsonResponse(queries.site_points(Site.objects.filter(pk=site.pk)))


class SiteEdit(FormPage):
    """Make or change a site."""

    required_verb = "places.edit_site"
    site: Site | None = None

    def prepare(self) -> None:
        self.title, self.cancel_url = _("New site"), reverse("places:sites")
        if "pk" in self.kwargs:
            self.site = access.fetch(
                self.actor, "places.edit_site", Site.objects.select_related("division", "grid"), pk=self.kwargs["pk"]
            )
            self.title, self.cancel_url = self.site.name, reverse("places:site", args=[self.site.pk])

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("places:sites"))]

    def get_form(self, data: Any = None, files: Any = None) -> SiteForm:
        return SiteForm(data, actor=self.actor, site=self.site)

    def act(self, form: SiteForm) -> str:
        if self.site is not None:
            site = actions.edit_site(self.actor, site_id=self.site.pk, **form.facts())
        else:
            site = actions.create_site(self.actor, **form.facts())
        return reverse("places:site", args=[site.pk])


class SiteUse(ActionButton):
    """Take a site out of use, or back."""

    required_verb = "places.edit_site"

    def act(self, request: HttpRequest, pk: int) -> str:
        site = actions.set_site_active(self.actor, site_id=pk, active=request.POST.get("active") == "1")
        self.done = _("The site is in use again.") if site.active else _("The site is out of use.")
        return reverse("places:site", args=[pk])


class AssetRecord(FormPage):
    """Record a count."""

    required_verb = "places.edit_asset"
    title = gettext_lazy("Record what stands here")

    def prepare(self) -> None:
        self.site = access.fetch(self.actor, "places.edit_asset", Site, pk=self.kwargs["pk"])
        self.cancel_url = reverse("places:site", args=[self.site.pk])

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("places:sites")), (self.site.name, self.cancel_url)]

    def get_form(self, data: Any = None, files: Any = None) -> AssetForm:
        kind = self.request.GET.get("kind", "")
        known = Asset.objects.filter(site=self.site, kind=kind).first()
        initial = (
            {"kind": known.kind, "quantity": known.quantity, "state": known.state, "checked_on": known.checked_on}
            if known
            else {}
        )
        return AssetForm(data, initial=initial)

    def act(self, form: AssetForm) -> str:
        actions.record_asset(self.actor, site_id=self.site.pk, **form.cleaned_data)
        return self.cancel_url


class AssetRemove(ActionButton):
    required_verb = "places.edit_asset"
    done = gettext_lazy("Removed.")

    def act(self, request: HttpRequest, pk: int) -> str:
        asset = access.fetch(self.actor, "places.edit_asset", Asset, pk=pk)
        actions.remove_asset(self.actor, asset_id=pk)
        return reverse("places:site", args=[asset.site_id])


class GapsPage(PageMixin, View):
    """What is missing, by site type and by division; every figure opens the sites behind it."""

    required_verb = "places.see"
    title = gettext_lazy("Gaps")
    lead = gettext_lazy("What sites lack. Each figure opens the sites behind it.")
    breadcrumbs = [(HOME, "/places/sites/")]

    def get(self, request: HttpRequest) -> HttpResponse:
        rows = queries.sites(self.actor).filter(active=True)
        kind = SiteType.objects.filter(pk=number_in(request.GET.get("type"))).first()
        node = queries.divisions(self.actor).filter(path=request.GET.get("division", "")).first()
        if node is not None:
            rows = rows.filter(division__path__startswith=node.path)
        narrowed = rows.filter(type=kind) if kind else rows
        total = queries.gap_counts(narrowed)[0]
        above = [node] if node else queries.tops(self.actor)
        below = [
            child
            for each in above
            for child in queries.divisions(self.actor).filter(path__startswith=each.path, depth=each.depth + 1).order_by("path")
        ]
        suffix = (f"&type={kind.pk}" if kind else "") + (f"&division={node.path}" if node else "")
        context = self.get_context_data(
            gaps=queries.GAPS,
            total=total,
            suffix=suffix,
            kind=kind,
            node=node,
            by_type=queries.gaps_by_type(rows, node.path if node else ""),
            by_division=queries.gaps_by_division(narrowed, below or above, kind.pk if kind else None),
            cards=[
                (gap, total[gap.key])
                for gap in queries.GAPS
                if gap.key in ("unmanaged", "unmanaged_bare", "pointless", "gridless")
            ],
        )
        return render(request, "places/gaps.html", context)


class TypeList(ListPage):
    """The code table of site types."""

    title = gettext_lazy("Site types")
    required_verb = "places.see"
    columns = [
        ListColumn("name", gettext_lazy("Name"), phone="title", sort="name"),
        ListColumn("group", gettext_lazy("Group"), sort=("group", "order"), phone="badge"),
        ListColumn("code", gettext_lazy("Code"), "web/cells/code.html", sort="code", export="code"),
        ListColumn("site_count", gettext_lazy("Sites"), kind="int", sort="site_count"),
        ListColumn("active", gettext_lazy("In use")),
    ]
    search_fields = ["name", "group", "code"]
    default_sort = "order"
    default_size = 100
    export_name = gettext_lazy("Site types")
    page_actions = [
        PageAction(gettext_lazy("New site type"), "/places/types/new/", icon="plus", primary=True, verb="places.edit_type")
    ]

    def get_queryset(self) -> Any:
        mine = queries.sites(self.actor).filter(active=True)
        return SiteType.objects.annotate(site_count=Count("sites", filter=Q(sites__in=mine)))

    def row_url(self, row: SiteType) -> str:
        return (
            reverse("places:type-edit", args=[row.pk])
            if self.actor.may("places.edit_type")
            else reverse("places:sites") + f"?type={row.pk}"
        )


class TypeEdit(RowPage):
    """Make or change a site type."""

    required_verb = "places.edit_type"
    rows, form_class, list_name, new_title = SiteType, SiteTypeForm, "places:types", gettext_lazy("New site type")
    breadcrumbs = [(gettext_lazy("Site types"), "/places/types/")]

    def act(self, form: SiteTypeForm) -> str:
        actions.edit_site_type(self.actor, type_id=self.row.pk if self.row else None, **form.cleaned_data)
        return self.cancel_url
