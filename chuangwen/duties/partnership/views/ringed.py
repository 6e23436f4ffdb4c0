"""The places behind the figures of coverage: in which ring each lies, who comes, how far out it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from chuangwen.duties.partnership import queries, rules, words
from chuangwen.duties.partnership.views.lists import HOME
from chuangwen.kernel import access
from chuangwen.places.models import Division
from chuangwen.web import formatting
from chuangwen.web.lists import Empty, ListColumn, ListPage, PageAction, QFilter, TreeFilter
from chuangwen.web.templatetags.web import badge

STANDS: dict[str, tuple[Any, Callable[[rules.Place], bool]]] = {
    "met": (gettext_lazy("a pair that has met"), lambda place: place.active),
    "silent": (gettext_lazy("nothing happened lately"), lambda place: place.silent),
    "waits": (gettext_lazy("paired, not met yet"), lambda place: place.waits),
    "none": (gettext_lazy("no pair yet"), lambda place: not place.active and not place.waits),
}
"""How a place may stand, as the figures count it; who is silent has met all the same."""
WORDS_OF_TONE = {"ok": "met", "warn": "silent", "wait": "waits", "bad": "none"}


def address(area: Division, **asked: Any) -> str:
    """The list of an area's places, narrowed by ``ring`` (its number from the centre) and ``stand`` (a key of STANDS)."""
    return f"{reverse('duties:partner-ringed')}?{urlencode({'area': area.path} | asked)}"


class RingedList(ListPage):
    """The villages and communities of an area, each with its ring; one ring or one standing where asked."""

    required_verb = queries.SEE
    title = export_name = gettext_lazy("Villages and communities by ring")
    search_fields = ["name"]
    search_hint = gettext_lazy("Village or community")
    default_sort = ("path", "pk")
    empty = Empty(
        gettext_lazy("No villages here"), gettext_lazy("The area that you see has no village or community of its own."), icon="map-search"
    )

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("duties:partnerships"))]

    @cached_property
    def areas(self) -> Any:
        return access.scoped(self.actor, queries.SEE, Division)

    @cached_property
    def area(self) -> Division | None:
        """Whose rings are meant: the area of the address, else the town's."""
        above = self.areas.filter(level__lt=Division.Level.VILLAGE)
        return above.filter(path=self.request.GET.get("area", "")).first() or queries.areas(self.actor).first()

    @cached_property
    def found(self) -> queries.Coverage | None:
        return queries.coverage(self.actor, self.area) if self.area is not None else None

    @cached_property
    def of(self) -> dict[int, queries.Covered]:
        return {one.division.pk: one for one in self.found.places} if self.found is not None else {}

    def ring(self, row: Division) -> int:
        return rules.ring_of(self.of[row.pk].kilometres, self.found.edges if self.found is not None else ())

    def get_columns(self) -> list[ListColumn]:
        rings = self.found.rings if self.found is not None else []

        def ring(row: Division) -> str:
            return words.ring_name(rings[self.ring(row)])

        def away(row: Division) -> str:
            far = self.of[row.pk].kilometres
            return _("%(km)s km") % {"km": f"{far:.2f}"} if far is not None else formatting.EMPTY

        def stand(row: Division) -> str:
            return str(STANDS[WORDS_OF_TONE[words.place_tone(self.of[row.pk].place)]][0])

        return [
            ListColumn("place", gettext_lazy("Village or community"), "name", sort=("path", "pk"), phone="title"),
            ListColumn(
                "stand", pgettext_lazy("coverage", "state"), lambda row: badge(stand(row), words.place_tone(self.of[row.pk].place)),
                export=stand, phone="badge", nowrap=True,
            ),
            ListColumn("ring", gettext_lazy("Ring"), ring, export=ring, nowrap=True),
            ListColumn("away", gettext_lazy("From the centre"), away, export=away, nowrap=True),
            ListColumn("units", gettext_lazy("Unit"), lambda row: "、".join(str(pair.unit) for pair in self.of[row.pk].pairs), width=40),
        ]  # fmt: skip

    def get_queryset(self) -> Any:
        return Division.objects.filter(pk__in=list(self.of))

    def get_filters(self) -> Any:
        if not hasattr(self, "_filters"):
            numbers: dict[int, list[int]] = {}
            for key, one in self.of.items():
                numbers.setdefault(self.ring(one.division), []).append(key)
            rings = {
                str(number): (words.ring_name(ring), Q(pk__in=numbers.get(number, [])))
                for number, ring in enumerate(self.found.rings if self.found is not None else ())
            }
            stands = {
                key: (word, Q(pk__in=[pk for pk, one in self.of.items() if holds(one.place)])) for key, (word, holds) in STANDS.items()
            }
            self._filters = [
                QFilter(key="ring", label=_("Ring"), options=rings),
                QFilter(key="stand", label=pgettext("coverage", "state"), options=stands),
                TreeFilter(key="area", label=_("Area"), field="self", tree=lambda: self.areas),
            ]  # fmt: skip
        return self._filters

    def get_page_actions(self) -> list[PageAction]:
        way = f"?area={self.area.pk}" if self.area is not None else ""
        return [PageAction(_("Coverage"), reverse("duties:partner-coverage") + way, icon="map")]

    def row_url(self, row: Division) -> str:
        pairs = self.of[row.pk].pairs
        return pairs[0].get_absolute_url() if len(pairs) == 1 else f"{reverse('duties:partnerships')}?{urlencode({'area': row.path})}"
