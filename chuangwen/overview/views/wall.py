"""The big screen, for who is signed in and for a screen with a link; and the page on which links are given and withdrawn."""

from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.generic import View

import chuangwen
from chuangwen.kernel import access, clock
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Missing
from chuangwen.overview import actions, queries
from chuangwen.overview.access import MANAGE_DISPLAYS, SEE_WALL
from chuangwen.overview.models import DisplayLink
from chuangwen.places import queries as places
from chuangwen.web.form_pages import ActionButton, FormPage
from chuangwen.web.forms import Form, offer
from chuangwen.web.lists import Empty, ListColumn, ListPage, PageAction, QFilter
from chuangwen.web.templatetags.web import badge
from chuangwen.web.views import AccessMixin

EVERY = 30
"""Seconds between two looks at the figures."""
SEEN_EVERY = timedelta(minutes=10)


class WallMixin(AccessMixin):
    """Who looks, and where the screen asks again."""

    def looker(self) -> Actor:
        return self.actor

    def place(self) -> str:
        return ""

    def links(self) -> bool:
        return True

    def part_url(self) -> str:
        return reverse("wall-part")

    def outline_url(self) -> str:
        return reverse("wall-outlines")

    def shown(self) -> dict[str, Any]:
        wall = queries.wall(self.looker(), place=self.place(), links=self.links())
        return {"wall": wall, "stood": wall.standing, "links": self.links(), "version": chuangwen.__version__}


class Wall(WallMixin, View):
    """The whole screen once; it then asks for its figures again by itself."""

    required_verb = SEE_WALL

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        context = self.shown() | {
            "title": _("Big screen"),
            "part_url": self.part_url(),
            "outline_url": self.outline_url(),
            "every": EVERY,
            "tiles": settings.MAP_TILES,
            "datum": settings.MAP_TILES_DATUM,
            "attribution": settings.MAP_TILES_ATTRIBUTION,
        }
        return render(request, "overview/wall.html", context)


class WallPart(WallMixin, View):
    """The figures of the screen anew."""

    required_verb = SEE_WALL

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return render(request, "overview/wall_part.html", self.shown())


class WallOutlines(WallMixin, View):
    """The outlines below the screen's map."""

    required_verb = SEE_WALL

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return JsonResponse(queries.outlines(self.looker()), json_dumps_params={"ensure_ascii": False})


class ByLink(WallMixin):
    """Not a person but a screen: it sees this one page, of one area, as long as its link holds."""

    public = True
    required_verb = None
    kwargs: dict[str, Any]

    def looker(self) -> Actor:
        link = queries.link_of(actions.hash_of(self.kwargs["token"]))
        if link is None:
            raise Missing(_("This link does not hold, or was withdrawn. Ask the system administrator for a new one."))
        now = clock.now()
        if link.last_seen_at is None or now - link.last_seen_at > SEEN_EVERY:
            DisplayLink.objects.filter(pk=link.pk).update(last_seen_at=now)
        self.link = link
        return queries.display_actor(link)

    def links(self) -> bool:
        return False

    def part_url(self) -> str:
        return reverse("wall-display-part", args=[self.kwargs["token"]])

    def outline_url(self) -> str:
        return reverse("wall-display-outlines", args=[self.kwargs["token"]])


class Display(ByLink, Wall):
    """The screen by its link."""


class DisplayPart(ByLink, WallPart):
    """Its figures anew."""


class DisplayOutlines(ByLink, WallOutlines):
    """Its outlines."""


# -- the links -----------------------------------------------------------------------------------------------------------


def link_state(link: DisplayLink) -> Any:
    return badge(_("withdrawn"), "quiet") if link.withdrawn_at else badge(_("holds"), "ok")


class DisplayList(ListPage):
    title = gettext_lazy("Links for big screens")
    lead = gettext_lazy(
        "Whoever has the address sees the big screen of the area and nothing else, without signing in, until it is withdrawn."
    )
    required_verb = MANAGE_DISPLAYS
    columns = [
        ListColumn("name", gettext_lazy("Where the screen hangs"), sort="name", phone="title"),
        ListColumn("division", pgettext_lazy("map", "Area"), "division"),
        ListColumn("state", gettext_lazy("State"), link_state, phone="badge"),
        ListColumn("created_at", gettext_lazy("Given"), sort="created_at", kind="datetime"),
        ListColumn("last_seen_at", gettext_lazy("Last seen"), sort="last_seen_at", kind="datetime"),
        ListColumn("withdraw", "", "overview/cells/withdraw.html", export=False),
    ]
    filters = [
        QFilter(
            key="state",
            label=gettext_lazy("State"),
            options={
                "holds": (gettext_lazy("holds"), Q(withdrawn_at__isnull=True)),
                "gone": (gettext_lazy("withdrawn"), Q(withdrawn_at__isnull=False)),
            },
        )
    ]
    search_fields = ["name"]
    default_sort = "-created_at"
    export_name = gettext_lazy("Links for big screens")
    page_actions = [PageAction(gettext_lazy("New link"), "/wall/links/new/", "plus", True, MANAGE_DISPLAYS)]
    empty = Empty(
        gettext_lazy("No links yet"),
        gettext_lazy("A screen in the hall needs nobody signed in: give it a link of its own."),
        gettext_lazy("New link"),
        "/wall/links/new/",
        icon="presentation",
    )

    def get_queryset(self) -> QuerySet[DisplayLink]:
        return access.scoped(self.actor, MANAGE_DISPLAYS, DisplayLink).select_related("division")

    def row_url(self, row: DisplayLink) -> None:
        return None

    def row_tone(self, row: DisplayLink) -> str:
        return "quiet" if row.withdrawn_at else ""


class DisplayForm(Form):
    name = forms.CharField(label=gettext_lazy("Where the screen hangs"), max_length=60)
    division = forms.ModelChoiceField(label=gettext_lazy("Area that it shows"), queryset=None, empty_label=None)

    def __init__(self, *args: Any, actor: Actor, **more: Any):
        super().__init__(*args, **more)
        offer(self, "division", places.divisions(actor, MANAGE_DISPLAYS).filter(active=True, level__lte=4).order_by("-level", "path"))


class DisplayNew(FormPage):
    title = gettext_lazy("New link for a big screen")
    required_verb = MANAGE_DISPLAYS
    form_class = DisplayForm
    submit = gettext_lazy("Make the link")
    done = ""

    def get_breadcrumbs(self) -> list[tuple[Any, str | None]]:
        return [(DisplayList.title, reverse("wall-links"))]

    def form_arguments(self) -> dict[str, Any]:
        return {"actor": self.actor}

    def act(self, form: Any) -> HttpResponse:
        link, token = actions.give_display(self.actor, **form.cleaned_data)
        address = self.request.build_absolute_uri(reverse("wall-display", args=[token]))
        context = self.get_context_data(link=link, address=address)
        return render(self.request, "overview/display_given.html", context)


class DisplayWithdraw(ActionButton):
    required_verb = MANAGE_DISPLAYS
    done = gettext_lazy("Withdrawn. The screen shows nothing new from now on.")

    def act(self, request: HttpRequest, **kwargs: Any) -> str:
        actions.withdraw_display(self.actor, link_id=kwargs["pk"])
        return reverse("wall-links")
