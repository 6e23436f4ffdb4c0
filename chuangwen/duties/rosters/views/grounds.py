"""Grounds with their segments and posts."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.generic import View

from chuangwen.duties.rosters import actions, queries
from chuangwen.duties.rosters.forms import DutyPostForm, GroundForm, SegmentForm
from chuangwen.duties.rosters.models import DutyPost, RosterGround
from chuangwen.duties.rosters.views.rosters import HOME
from chuangwen.kernel import access
from chuangwen.web.form_pages import ActionButton, FormPage
from chuangwen.web.lists import BooleanFilter, Empty, ListColumn, ListPage, MultiChoiceFilter, PageAction, import_button
from chuangwen.web.templatetags.web import badge
from chuangwen.web.views import PageMixin

LIST = pgettext_lazy("roster", "Grounds")
PLAN = "duties.plan_roster"


def where(ground: RosterGround) -> str:
    return ground.stretch or (ground.site.name if ground.site is not None else "")


class GroundList(ListPage):
    """Places that are divided into posts."""

    title = export_name = LIST
    required_verb = queries.SEE
    columns = [
        ListColumn("name", gettext_lazy("Name"), phone="title", sort=("name", "pk")),
        ListColumn("division", gettext_lazy("Area"), "division.name"),
        ListColumn("where", gettext_lazy("Site or stretch"), where, phone="hidden"),
        ListColumn("segments", gettext_lazy("Segments"), "segment_count", kind="int"),
        ListColumn("posts", pgettext_lazy("duty post", "Posts"), "post_count", kind="int"),
        ListColumn("mobile", gettext_lazy("Mobile teams"), "mobile_count", kind="int"),
        ListColumn("floor", gettext_lazy("People a day, at least"), kind="int"),
    ]
    search_fields = ["name", "stretch"]
    default_sort = ("name", "pk")
    empty = Empty(
        gettext_lazy("No grounds yet"),
        gettext_lazy("A station square with seven segments, a main road with its crossings: divide it into posts."),
        icon="map-pins",
    )  # fmt: skip

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("duties:rosters"))]

    def get_queryset(self) -> Any:
        return queries.grounds(self.actor)

    def get_page_actions(self) -> Any:
        if not self.actor.may(PLAN):
            return []
        return [PageAction(_("New ground"), reverse("duties:roster-ground-new"), icon="plus", primary=True)]


class GroundPages(PageMixin):
    """What the pages of one ground have in common."""

    kwargs: dict[str, Any]

    @cached_property
    def ground(self) -> RosterGround:
        verb = getattr(self, "required_verb", None) or queries.SEE
        return access.fetch(self.actor, verb, RosterGround.objects.select_related("division", "site"), pk=self.kwargs["pk"])

    def ground_crumbs(self, whole: bool = True) -> list[tuple[Any, str | None]]:
        crumbs: list[tuple[Any, str | None]] = [(HOME, reverse("duties:rosters")), (LIST, reverse("duties:roster-grounds"))]
        return [*crumbs, (self.ground.name, self.ground.get_absolute_url())] if whole else crumbs


class GroundPage(GroundPages, View):
    """A ground: who answers for which segment, its posts, its rosters."""

    required_verb = queries.SEE

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        ground = self.ground
        self.title, self.breadcrumbs = ground.name, self.ground_crumbs(whole=False)
        self.lead = " · ".join(part for part in (ground.division.name, where(ground)) if part)
        posts = list(ground.posts.filter(active=True).prefetch_related("shifts"))
        segments = [
            {"segment": one, "posts": [post for post in posts if post.segment_id == one.pk]} for one in ground.segments.select_related("unit")
        ]
        may_plan = self.actor.may(PLAN) and access.scoped(self.actor, PLAN, RosterGround).filter(pk=pk).exists()
        count = {kind: sum(post.kind == kind for post in posts) for kind in DutyPost.Kind.values}
        people = sum(shift.least for post in posts if post.kind != DutyPost.Kind.LEAD for shift in post.shifts.all() if shift.active)
        context = self.get_context_data(
            ground=ground, segments=segments, count=count, people=people, may_plan=may_plan,
            rosters=list(queries.rosters(self.actor).filter(ground=ground)[:6]),
        )  # fmt: skip
        return render(request, "duties/rosters/ground.html", context)


class GroundEdit(FormPage):
    """A new ground, or a change of one."""

    required_verb = PLAN
    wide = True
    ground: RosterGround | None = None

    def prepare(self) -> None:
        self.title = _("New ground")
        if "pk" in self.kwargs:
            self.ground = access.fetch(self.actor, PLAN, RosterGround.objects.select_related("division", "site"), pk=self.kwargs["pk"])
            self.title = self.ground.name

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("duties:rosters")), (LIST, reverse("duties:roster-grounds"))]

    def get_form(self, data: Any = None, files: Any = None) -> GroundForm:
        return GroundForm(data, actor=self.actor, ground=self.ground)

    def act(self, form: GroundForm) -> str:
        given = {name: form.cleaned_data[name] for name in ("name", "division", "site", "stretch", "floor", "note")}
        key = self.ground.pk if self.ground is not None else None
        return actions.save_ground(self.actor, ground_id=key, expected_version=form.cleaned_data["version"], **given).get_absolute_url()


class OfGround(GroundPages, FormPage):
    """A form about something of a ground; ``row`` in the address names which, none a new one."""

    required_verb = PLAN
    new_title: Any = ""
    row: Any = None

    def rows(self) -> Any:
        raise NotImplementedError

    def prepare(self) -> None:
        self.title, self.lead = self.new_title, self.ground.name
        if "row" in self.kwargs:
            self.row = access.fetch(self.actor, PLAN, self.rows(), pk=self.kwargs["row"])
            self.title = self.row.name

    def get_breadcrumbs(self) -> Any:
        return self.ground_crumbs()


class SegmentEdit(OfGround):
    new_title = gettext_lazy("New segment")

    def rows(self) -> Any:
        return self.ground.segments.select_related("unit")

    def get_form(self, data: Any = None, files: Any = None) -> SegmentForm:
        return SegmentForm(data, actor=self.actor, segment=self.row)

    def act(self, form: SegmentForm) -> str:
        actions.save_segment(self.actor, ground_id=self.ground.pk, segment_id=self.row.pk if self.row else None, **form.cleaned_data)
        return self.ground.get_absolute_url()


class SegmentRemove(ActionButton):
    required_verb = PLAN
    done = gettext_lazy("Removed. Its posts stay on the ground.")

    def act(self, request: HttpRequest, **kwargs: Any) -> str:
        return actions.remove_segment(self.actor, segment_id=kwargs["pk"]).get_absolute_url()


class PostEdit(OfGround):
    new_title = gettext_lazy("New post")
    wide = True
    row: DutyPost | None = None

    def rows(self) -> Any:
        return self.ground.posts.select_related("segment", "unit")

    def get_form(self, data: Any = None, files: Any = None) -> DutyPostForm:
        return DutyPostForm(data, actor=self.actor, ground=self.ground, post=self.row)

    def act(self, form: DutyPostForm) -> str:
        actions.save_duty_post(self.actor, ground_id=self.ground.pk, duty_post_id=self.row.pk if self.row else None, **form.cleaned_data)
        return reverse("duties:roster-posts", args=[self.ground.pk])


def shifts_told(post: DutyPost) -> str:
    return "；".join(f"{shift.name} {shift.hours} {shift.least}人" for shift in post.shifts.all() if shift.active)


class PostList(GroundPages, ListPage):
    """The posts of a ground with their shifts."""

    title = pgettext_lazy("duty post", "Posts")
    export_name = pgettext_lazy("duty post", "Posts")
    required_verb = queries.SEE
    columns = [
        ListColumn("name", pgettext_lazy("duty post", "Post"), phone="title", sort=("name", "pk")),
        ListColumn("kind", gettext_lazy("Kind"), lambda row: badge(row.get_kind_display(), "accent" if row.kind == "lead" else "quiet"),
                   export="get_kind_display", phone="badge", nowrap=True),
        ListColumn("segment", gettext_lazy("Segment"), "segment.name"),
        ListColumn("unit", gettext_lazy("Unit whose people stand there"), "unit.__str__"),
        ListColumn("qualification", gettext_lazy("Qualification asked for")),
        ListColumn("shifts", gettext_lazy("Shifts"), shifts_told, width=40),
        ListColumn("on_floor", gettext_lazy("Counts towards the people of the day"), phone="hidden"),
    ]  # fmt: skip
    search_fields = ["name", "segment__name", "qualification"]
    default_sort = ("order", "pk")
    default_size = 100
    empty = Empty(gettext_lazy("No posts yet"), gettext_lazy("Enter posts one by one, or bring in a sheet."), icon="map-pins")

    def get_breadcrumbs(self) -> Any:
        return self.ground_crumbs()

    @cached_property
    def planning(self) -> bool:
        return self.actor.may(PLAN) and access.scoped(self.actor, PLAN, RosterGround).filter(pk=self.ground.pk).exists()

    def get_queryset(self) -> Any:
        return DutyPost.objects.filter(ground=self.ground).select_related("segment", "unit").prefetch_related("shifts")

    def get_filters(self) -> Any:
        return [
            MultiChoiceFilter(key="kind", label=_("Kind"), choices=DutyPost.Kind.choices),
            BooleanFilter(key="active", label=_("In use")),
        ]

    def get_page_actions(self) -> Any:
        if not self.planning:
            return []
        new = PageAction(_("New post"), reverse("duties:roster-post-new", args=[self.ground.pk]), icon="plus", primary=True)
        return [*import_button(self.actor, "roster_posts"), new]

    def row_url(self, row: DutyPost) -> str:
        return reverse("duties:roster-post", args=[row.ground_id, row.pk]) if self.planning else ""
