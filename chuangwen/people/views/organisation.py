"""Units, posts and persons on pages."""

from collections.abc import Callable
from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.generic import TemplateView

from chuangwen.kernel import access, clock, codes
from chuangwen.kernel.identifiers import number_in
from chuangwen.people import actions, queries
from chuangwen.people.access import CALL, MANAGE_POSTS, MANAGE_UNITS, MERGE, REVEAL, SEE, SEE_ACCOUNTS
from chuangwen.people.forms import (
    AppointForm,
    DayForm,
    LastDayForm,
    MergeForm,
    MoveForm,
    NewUnitForm,
    PersonForm,
    PostForm,
    RenameForm,
    UnitFactsForm,
)
from chuangwen.people.models import Person, Placement, Post, Unit
from chuangwen.people.queries import on_day
from chuangwen.places.models import Division
from chuangwen.web import panels
from chuangwen.web.form_pages import FormPage
from chuangwen.web.lists import Empty, ListColumn, ListPage, MultiChoiceFilter, PageAction, QFilter, TreeFilter
from chuangwen.web.views import AccessMixin, PageMixin

ORGANISATION = _("Organisation chart")
PAGE = "people.unit"
"""The name under which rooms to the right register their panels on a unit's page; the subject is the Unit."""


class OrganisationView(PageMixin, TemplateView):
    """The tree of units of a day, with first responsible person and liaison."""

    template_name = "people/organisation.html"
    required_verb = SEE
    title = ORGANISATION

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form = DayForm(self.request.GET)
        day = (form.cleaned_data.get("day") if form.is_valid() else None) or clock.today()
        trees = queries.organisation_on(self.actor, day)
        actions_shown = []
        if self.actor.may(MANAGE_UNITS):
            actions_shown.append(PageAction(_("New unit"), reverse("people:unit-new"), "plus", True))
        return super().get_context_data(
            trees=trees,
            day=day,
            is_today=day == clock.today(),
            count=sum(1 + node.size for node in trees),
            page_actions=actions_shown,
            **kwargs,
        )


def _duty_now() -> Prefetch:
    posts = (
        Post.objects.filter(on_day(clock.today()), kind__in=queries.DUTY)
        .select_related("person")
        .order_by("order", "starts_on", "pk")
    )
    return Prefetch("posts", queryset=posts, to_attr="duty")


def _names(kind: str):
    return lambda unit: "、".join(post.person.name for post in unit.duty if post.kind == kind)


class UnitList(ListPage):
    """All units as a list that filters and exports. Numbers are masked: whoever needs one opens the unit."""

    required_verb = SEE
    title = _("Units")
    columns = [
        ListColumn("name", _("Name"), sort="name", phone="title"),
        ListColumn("kind", _("Kind of unit"), "get_kind_display", sort="kind", phone="badge"),
        ListColumn("division", _("Area it belongs to"), "division.name", sort="division__path"),
        ListColumn("peer_group", _("Peer group"), sort="peer_group", phone="hidden"),
        ListColumn("first_responsible", _("First responsible person"), _names(Post.Kind.FIRST_RESPONSIBLE)),
        ListColumn("liaison", _("Liaison"), _names(Post.Kind.LIAISON)),
        ListColumn("phone", _("Office telephone"), phone="hidden"),
    ]
    search_fields = ["name", "short_name", "=credit_code"]
    search_hint = _("Name or code")
    default_sort = "path"
    default_size = 50
    export_name = _("Units")
    empty = Empty(_("No units yet"), _("Bring in the sheet of units, or make the first one."), icon="sitemap")

    def get_queryset(self) -> QuerySet[Unit]:
        return access.scoped(self.actor, SEE, Unit).select_related("division").prefetch_related(_duty_now())

    def get_filters(self):
        return [
            QFilter(key="state", label=_("State"), options={
                "now": (pgettext_lazy("unit", "in force"), lambda: Q(ends_on__isnull=True) | Q(ends_on__gte=clock.today())),
                "closed": (_("closed"), lambda: Q(ends_on__lt=clock.today())),
            }),
            MultiChoiceFilter(key="kind", label=_("Kind of unit"), choices=Unit.Kind.choices),
            TreeFilter(key="division", label=_("Area it belongs to"), field="division", tree=lambda: access.scoped(self.actor, SEE, Division)),
            QFilter(key="gap", label=_("Missing"), options={
                "responsible": (_("no first responsible person"), lambda: ~Q(pk__in=_holders(Post.Kind.FIRST_RESPONSIBLE))),
                "liaison": (_("no liaison"), lambda: ~Q(pk__in=_holders(Post.Kind.LIAISON))),
            }),
        ]  # fmt: skip

    def get_page_actions(self) -> list[PageAction]:
        shown = [PageAction(_("As a tree"), reverse("people:organisation"), "sitemap")]
        if self.actor.may(MANAGE_UNITS):
            shown.append(PageAction(_("New unit"), reverse("people:unit-new"), "plus", True))
        return shown

    def row_url(self, row: Unit) -> str:
        return reverse("people:unit", args=[row.pk])


def _holders(kind: str) -> QuerySet:
    return Post.objects.filter(on_day(clock.today()), kind=kind).order_by().values("unit_id")


class UnitMixin(AccessMixin):
    """A page about one unit."""

    verb = SEE

    @cached_property
    def unit(self) -> Unit:
        return access.fetch(self.actor, self.verb, Unit.objects.select_related("division"), pk=self.kwargs["pk"])

    def get_breadcrumbs(self) -> list[tuple[Any, str | None]]:
        return [(ORGANISATION, reverse("people:organisation")), (self.unit.name, reverse("people:unit", args=[self.unit.pk]))]

    def unit_url(self) -> str:
        return reverse("people:unit", args=[self.kwargs["pk"]])


class UnitView(UnitMixin, PageMixin, TemplateView):
    """A unit: whom to call, who is there, what stands below it, what it was before."""

    template_name = "people/unit.html"
    required_verb = SEE

    def get_title(self) -> str:
        return self.unit.name

    def get_breadcrumbs(self) -> list[tuple[Any, str | None]]:
        seen = queries.units(self.actor, closed=True).filter(Unit.above(self.unit.path)).exclude(pk=self.unit.pk).order_by("path")
        return [(ORGANISATION, reverse("people:organisation"))] + [(u.name, reverse("people:unit", args=[u.pk])) for u in seen]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        unit, today = self.unit, clock.today()
        posts = list(Post.objects.filter(unit=unit).select_related("person", "role", "grid").order_by("order", "starts_on", "pk"))
        now = [p for p in posts if p.starts_on <= today and (p.ends_on is None or p.ends_on >= today)]
        may_posts = queries.allows(self.actor, MANAGE_POSTS, unit) if self.actor.may(MANAGE_POSTS) else False
        may_units = queries.allows(self.actor, MANAGE_UNITS, unit) if self.actor.may(MANAGE_UNITS) else False
        below = queries.units(self.actor).filter(path__startswith=unit.path, depth=unit.depth + 1).order_by("path")
        return super().get_context_data(
            unit=unit,
            may_call=queries.allows(self.actor, CALL, unit) if self.actor.may(CALL) else False,
            may_posts=may_posts,
            may_units=may_units,
            first=[p for p in now if p.kind == Post.Kind.FIRST_RESPONSIBLE],
            liaisons=[p for p in now if p.kind == Post.Kind.LIAISON],
            others=[p for p in now if p.kind not in queries.DUTY],
            coming=[p for p in posts if p.starts_on > today],
            past=[p for p in posts if p.ends_on and p.ends_on < today][::-1][:50],
            children=list(below.prefetch_related(_duty_now())),
            placements=list(Placement.objects.filter(unit=unit).select_related("parent").order_by("-starts_on")),
            closed=unit.ends_on is not None and unit.ends_on < today,
            head_panels=panels.shown(self.request, PAGE, unit, "head"),
            panels=panels.shown(self.request, PAGE, unit),
            **kwargs,
        )


class NewUnitView(FormPage):
    required_verb = MANAGE_UNITS
    title = _("New unit")
    submit = _("Make the unit")
    done = _("The unit has been made.")
    form_class = NewUnitForm

    def get_breadcrumbs(self) -> list[tuple[Any, str | None]]:
        return [(ORGANISATION, reverse("people:organisation"))]

    def form_arguments(self) -> dict[str, Any]:
        return {"actor": self.actor, "initial": {"parent": number_in(self.request.GET.get("parent"))}}

    def act(self, form: NewUnitForm) -> str:
        data = form.cleaned_data
        parent, division = data.pop("parent"), data.pop("division")
        unit = actions.make_unit(
            self.actor, parent_id=parent.pk if parent else None, division_id=division.pk if division else None, **data
        )
        return reverse("people:unit", args=[unit.pk])


class UnitFormPage(UnitMixin, FormPage):
    verb = required_verb = MANAGE_UNITS


class EditUnitView(UnitFormPage):
    title = _("Edit the unit")
    form_class = UnitFactsForm

    def form_arguments(self) -> dict[str, Any]:
        facts = ("short_name", "kind", "division", "credit_code", "peer_group", "phone", "address")
        return {"actor": self.actor, "initial": {name: getattr(self.unit, name) for name in facts}}

    def act(self, form: UnitFactsForm) -> str:
        data = form.cleaned_data
        division = data.pop("division")
        actions.change_unit(self.actor, unit_id=self.unit.pk, division_id=division.pk if division else None, **data)
        return self.unit_url()


class RenameUnitView(UnitFormPage):
    title = _("Rename the unit")
    form_class = RenameForm
    done = _("The unit has its new name.")

    def form_arguments(self) -> dict[str, Any]:
        return {"initial": {"name": self.unit.name, "on": clock.today()}}

    def act(self, form: RenameForm) -> str:
        actions.rename_unit(self.actor, unit_id=self.unit.pk, **form.cleaned_data)
        return self.unit_url()


class MoveUnitView(UnitFormPage):
    title = _("Move the unit")
    form_class = MoveForm
    done = _("The unit has been moved.")

    def form_arguments(self) -> dict[str, Any]:
        initial = {"parent": self.unit.get_parent(), "on": clock.today()}
        return {"actor": self.actor, "unit": self.unit, "initial": initial}

    def act(self, form: MoveForm) -> str:
        data = form.cleaned_data
        actions.move_unit(
            self.actor, unit_id=self.unit.pk, parent_id=data["parent"].pk if data["parent"] else None, on=data["on"]
        )
        return self.unit_url()


class CloseUnitView(UnitFormPage):
    title = _("Close the unit")
    submit = _("Close the unit")
    tone = "danger"
    form_class = LastDayForm
    done = _("The unit is closed from the day after its last.")
    explanation = _("Its posts end on the same day. What it did stays readable.")

    def form_arguments(self) -> dict[str, Any]:
        return {"initial": {"last_day": clock.today()}}

    def act(self, form: LastDayForm) -> str:
        actions.close_unit(self.actor, unit_id=self.unit.pk, **form.cleaned_data)
        return self.unit_url()


class AppointView(UnitMixin, FormPage):
    verb = required_verb = MANAGE_POSTS
    title = _("Appoint")
    submit = _("Appoint")
    done = _("The person has been appointed.")
    form_class = AppointForm

    def form_arguments(self) -> dict[str, Any]:
        kind = self.request.GET.get("kind")
        initial = {"kind": kind} if kind in Post.Kind.values else {}
        return {"actor": self.actor, "unit": self.unit, "initial": initial}

    def act(self, form: AppointForm) -> str:
        data = form.cleaned_data
        person, grid, role = data.pop("person"), data.pop("grid"), data.pop("role")
        actions.appoint(
            self.actor,
            unit_id=self.unit.pk,
            person_id=person.pk if person else None,
            grid_id=grid.pk if grid else None,
            role=None if role == "usual" else role,
            **data,
        )
        return self.unit_url()


class PostMixin(AccessMixin):
    verb = required_verb = MANAGE_POSTS

    @cached_property
    def post_(self) -> Post:
        posts = Post.objects.select_related("person", "unit__division", "role", "grid")
        return access.fetch(self.actor, MANAGE_POSTS, posts, pk=self.kwargs["pk"])

    def get_breadcrumbs(self) -> list[tuple[Any, str | None]]:
        unit = self.post_.unit
        return [(ORGANISATION, reverse("people:organisation")), (unit.name, reverse("people:unit", args=[unit.pk]))]

    def prepare(self) -> None:
        self.lead = str(self.post_)


class EditPostView(PostMixin, FormPage):
    title = _("Correct the post")
    form_class = PostForm

    def form_arguments(self) -> dict[str, Any]:
        post = self.post_
        initial = {"title": post.title, "role": post.role.code if post.role else "", "grid": post.grid_id, "order": post.order}
        return {"actor": self.actor, "post": post, "initial": initial}

    def act(self, form: PostForm) -> str:
        data = form.cleaned_data
        grid = data.pop("grid")
        actions.change_post(self.actor, post_id=self.post_.pk, grid_id=grid.pk if grid else None, **data)
        return reverse("people:unit", args=[self.post_.unit_id])


class EndPostView(PostMixin, FormPage):
    title = _("End the post")
    submit = _("End")
    tone = "danger"
    form_class = LastDayForm
    done = _("The post ends.")

    def form_arguments(self) -> dict[str, Any]:
        return {"initial": {"last_day": clock.today()}}

    def act(self, form: LastDayForm) -> str:
        unit_id = self.post_.unit_id
        actions.end_post(self.actor, post_id=self.post_.pk, **form.cleaned_data)
        return reverse("people:unit", args=[unit_id])


class PersonList(ListPage):
    """Persons with their posts. Telephone numbers are masked, on the page and in the sheet."""

    required_verb = SEE
    title = _("Persons")
    columns = [
        ListColumn("name", _("Name of the person"), sort="name", phone="title"),
        ListColumn("posts", _("Posts"), "people/cells/posts.html",
                   export=lambda person: "；".join(f"{p.unit.name} {p.title or p.get_kind_display()}" for p in person.now), width=40),
        ListColumn("phone", _("Telephone"), lambda person: codes.mask_phone(person.phone) if person.phone else "", nowrap=True),
    ]  # fmt: skip
    search_fields = ["name", "=phone"]
    search_hint = _("Name or whole telephone number")
    default_sort = "name"
    default_size = 50
    export_name = _("Persons")
    empty = Empty(_("No persons yet"), _("Persons appear when they are appointed to a post."), icon="users-group")

    def get_queryset(self) -> QuerySet[Person]:
        posts = Post.objects.filter(on_day(clock.today())).select_related("unit")
        return queries.persons(self.actor).prefetch_related(Prefetch("posts", queryset=posts, to_attr="now"))

    def get_filters(self):
        return [
            QFilter(key="kind", label=_("Kind of post"), options={value: (label, _holding(value)) for value, label in Post.Kind.choices}),
            QFilter(key="account", label=_("Account"), options={
                "yes": (_("has an account"), Q(account__isnull=False)), "no": (_("has no account"), Q(account__isnull=True)),
            }),
        ]  # fmt: skip

    def row_url(self, row: Person) -> str:
        return reverse("people:person", args=[row.pk])


def _holding(kind: str) -> Callable[[], Q]:
    return lambda: Q(pk__in=Post.objects.filter(on_day(clock.today()), kind=kind).order_by().values("person_id"))


class PersonMixin(AccessMixin):
    verb = SEE

    @cached_property
    def person(self) -> Person:
        return actions.access_person(self.actor, self.verb, self.kwargs["pk"])

    def person_url(self) -> str:
        return reverse("people:person", args=[self.kwargs["pk"]])

    def get_breadcrumbs(self) -> list[tuple[Any, str | None]]:
        return [(_("Persons"), reverse("people:persons")), (self.person.name, self.person_url())]


class PersonView(PersonMixin, PageMixin, TemplateView):
    """A person with all posts, present and past. The number is masked until somebody opens it."""

    template_name = "people/person.html"
    required_verb = SEE

    def get_title(self) -> str:
        return self.person.name

    def get_breadcrumbs(self) -> list[tuple[Any, str | None]]:
        return [(_("Persons"), reverse("people:persons"))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        today = clock.today()
        posts = list(
            access.scoped(self.actor, SEE, Post).filter(person=self.person).select_related("unit", "role").order_by("-starts_on")
        )
        same = (
            queries.persons(self.actor, MERGE).filter(name=self.person.name).exclude(pk=self.person.pk)
            if self.actor.may(MERGE)
            else None
        )
        return super().get_context_data(
            person=self.person,
            present=[p for p in posts if p.starts_on <= today and (p.ends_on is None or p.ends_on >= today)],
            past=[p for p in posts if p.ends_on and p.ends_on < today],
            may_reveal=self.actor.may(REVEAL) and queries.persons(self.actor, REVEAL).filter(pk=self.person.pk).exists(),
            may_edit=self.actor.may(MANAGE_POSTS)
            and queries.persons(self.actor, MANAGE_POSTS).filter(pk=self.person.pk).exists(),
            same_name=same.count() if same is not None else 0,
            account=getattr(self.person, "account", None) if self.actor.may(SEE_ACCOUNTS) else None,
            **kwargs,
        )


class RevealPhoneView(PersonMixin, PageMixin, TemplateView):
    """Opens a telephone number, which the trail records."""

    http_method_names = ["post"]
    required_verb = REVEAL

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        phone = actions.reveal_phone(self.actor, person_id=pk)
        if request.headers.get("HX-Request") == "true":
            return render(request, "people/phone.html", {"phone": phone})
        view = PersonView()
        view.setup(request, pk=pk)
        return render(request, "people/person.html", view.get_context_data(phone=phone))


class EditPersonView(PersonMixin, FormPage):
    verb = required_verb = MANAGE_POSTS
    title = _("Correct the person")
    form_class = PersonForm

    def form_arguments(self) -> dict[str, Any]:
        return {"initial": {"name": self.person.name, "phone": self.person.phone}}

    def act(self, form: PersonForm) -> str:
        actions.change_person(self.actor, person_id=self.person.pk, **form.cleaned_data)
        return self.person_url()


class MergePersonView(PersonMixin, FormPage):
    verb = required_verb = MERGE
    title = _("Join two records of one person")
    submit = _("Join")
    form_class = MergeForm
    done = _("The records have been joined.")

    def form_arguments(self) -> dict[str, Any]:
        return {"actor": self.actor, "person": self.person}

    def act(self, form: MergeForm) -> str:
        data = form.cleaned_data
        actions.merge_persons(self.actor, keep_id=self.person.pk, gone_id=data["gone"].pk)
        return self.person_url()
