"""One centre: its page, and everything that is done to it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.views.generic import View

from chuangwen.cases.views.photo_pages import PhotoPage, photos_shown
from chuangwen.fieldwork.queries import last_rounds_at
from chuangwen.kernel import access, clock
from chuangwen.kernel.errors import Missing
from chuangwen.standards.queries import checklist, current_edition
from chuangwen.volunteers.centres import actions, queries, rules, words
from chuangwen.volunteers.centres.access import KEEP, PLAN, SEE
from chuangwen.volunteers.centres.forms import (
    AdoptForm,
    CentreForm,
    CheckForm,
    InformationForm,
    PlatformForm,
    ReasonForm,
    RoomForm,
)
from chuangwen.volunteers.centres.models import Centre, CentreCheck, CentreInformation, CentrePlatform, CentreRoom
from chuangwen.volunteers.centres.views.counted import behind
from chuangwen.volunteers.centres.views.lists import HOME
from chuangwen.web import panels
from chuangwen.web.form_pages import ActionButton, FormPage
from chuangwen.web.row_pages import OfRow
from chuangwen.web.views import PageMixin

RECENT = 12


class CentrePage(PageMixin, View):
    """A centre with rooms, platforms, what hangs below, tasks, information, checks by itself and by others."""

    required_verb = SEE

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("volunteers:centres"))]

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        first, last = queries.month_of(clock.today())
        centre = access.fetch(self.actor, SEE, queries.with_records(queries.centres(self.actor), first, last), pk=pk)
        self.title = centre.name
        mine = {verb: self.actor.may(verb) and access.scoped(self.actor, verb, Centre).filter(pk=pk).exists() for verb in (KEEP, PLAN)}
        below = list(centre.get_children().exclude(state=Centre.State.CLOSED).select_related("unit")[:300])
        context = self.get_context_data(
            centre=centre, state=words.state_badge(centre), now=words.open_badge(centre), hours=words.hours(centre), keep=mine[KEEP],
            plan=mine[PLAN], in_use=centre.state != Centre.State.CLOSED, above=centre.get_parent(), below=below, rooms=list(centre.rooms.all()),
            platforms=queries.platforms_of(centre), runs_platforms=centre.kind in (rules.CENTRE, rules.OFFICE),
            tasks=[(task, words.task_badge(task)) for task in centre.tasks.order_by("-due_on", "-pk")[:RECENT]],
            information=[(row, words.information_badge(row)) for row in centre.information.all()[:RECENT]],
            behind={what: behind(centre.pk, what, first, last) for what in ("activities", "due", "in_time", "adopted")},
            checks=list(centre.checks.all()[:RECENT]), inspections=last_rounds_at(self.actor, centre.site),
            panels=panels.shown(request, "volunteers.centre", centre),
        )  # fmt: skip
        return render(request, "volunteers/centres/centre.html", context)


class CentreNew(FormPage):
    required_verb = PLAN
    title = gettext_lazy("New practice centre")
    wide = True

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("volunteers:centres"))]

    def get_form(self, data: Any = None, files: Any = None) -> CentreForm:
        above = self.request.GET.get("above", "")
        known = above.isascii() and above.isdigit() and len(above) < 10
        row = access.scoped(self.actor, PLAN, Centre).filter(pk=above).first() if known else None
        return CentreForm(data, actor=self.actor, above=row)

    def act(self, form: CentreForm) -> str:
        given = {name: value for name, value in form.cleaned_data.items() if name != "revision"}
        return actions.make_centre(self.actor, **given).get_absolute_url()


class OfCentre(OfRow):
    """A page that asks for something about a centre and leads back to it."""

    required_verb = KEEP
    model, related, home, link = Centre, ("unit", "division", "site__type"), (HOME, "volunteers:centres"), "centre_id"


class CentreEdit(OfCentre):
    required_verb = PLAN
    title = gettext_lazy("Edit the practice centre")
    wide = True

    def get_form(self, data: Any = None, files: Any = None) -> CentreForm:
        return CentreForm(data, actor=self.actor, row=self.about)

    def do(self, form: Any) -> None:
        given = dict(form.cleaned_data)
        actions.edit_centre(self.actor, centre_id=self.about.pk, expected=given.pop("revision"), **given)


class CentreClose(OfCentre):
    required_verb = PLAN
    title = gettext_lazy("Give the centre up")
    form_class = ReasonForm
    tone = "danger"

    def do(self, form: Any) -> None:
        actions.close_centre(self.actor, centre_id=self.about.pk, **form.cleaned_data)


class CentreOpen(ActionButton):
    required_verb = PLAN

    def act(self, request: HttpRequest, **kwargs: Any) -> str:
        return actions.open_centre(self.actor, centre_id=kwargs["pk"]).get_absolute_url()


class RoomNew(OfCentre):
    title = gettext_lazy("A room of the centre")

    def get_form(self, data: Any = None, files: Any = None) -> RoomForm:
        return RoomForm(data, row=self.row)

    def do(self, form: Any) -> None:
        order = self.row.order if self.row else self.about.rooms.count()
        actions.save_room(
            self.actor, centre_id=self.about.pk, room_id=self.row.pk if self.row else None, order=order, **form.cleaned_data
        )


class RoomEdit(RoomNew):
    rows = CentreRoom


class RoomRemove(ActionButton):
    required_verb = KEEP
    done = gettext_lazy("Taken out.")

    def act(self, request: HttpRequest, **kwargs: Any) -> str:
        centre = _centre_of(CentreRoom, kwargs["pk"])
        actions.remove_room(self.actor, room_id=kwargs["pk"])
        return reverse("volunteers:centre", args=[centre])


def _centre_of(model: Any, key: int) -> int:
    found = model.objects.filter(pk=key).values_list("centre", flat=True).first()
    if found is None:
        raise Missing(gettext_lazy("There is no such record, or it is not in your area."))
    return found


class PlatformNew(OfCentre):
    required_verb = PLAN
    title = gettext_lazy("A platform of the centre")
    explanation = gettext_lazy("One department leads it, others belong to it. Said again of the same platform, the new word holds.")

    def get_form(self, data: Any = None, files: Any = None) -> PlatformForm:
        return PlatformForm(data, actor=self.actor, centre=self.about, row=self.row)

    def do(self, form: Any) -> None:
        actions.save_platform(self.actor, centre_id=self.about.pk, **form.cleaned_data)


class PlatformEdit(PlatformNew):
    rows = CentrePlatform


class PlatformRemove(ActionButton):
    required_verb = PLAN
    done = gettext_lazy("Taken out.")

    def act(self, request: HttpRequest, **kwargs: Any) -> str:
        centre = _centre_of(CentrePlatform, kwargs["pk"])
        actions.remove_platform(self.actor, platform_id=kwargs["pk"])
        return reverse("volunteers:centre", args=[centre])


class InformationNew(OfCentre):
    title = gettext_lazy("Information sent in")
    form_class = InformationForm

    def do(self, form: Any) -> None:
        actions.send_information(self.actor, centre_id=self.about.pk, **form.cleaned_data)


class InformationAdopt(OfCentre):
    required_verb = PLAN
    title = gettext_lazy("Where it was taken over")
    rows = CentreInformation

    def get_form(self, data: Any = None, files: Any = None) -> AdoptForm:
        return AdoptForm(data, row=self.row)

    def do(self, form: Any) -> None:
        actions.adopt_information(self.actor, information_id=self.row.pk, **form.cleaned_data)


class InformationStrike(OfCentre):
    required_verb = PLAN
    title = gettext_lazy("Strike the information")
    explanation = gettext_lazy("It stays to be seen, with the reason; what it counted in the ledger is taken back.")
    rows = CentreInformation
    form_class = ReasonForm
    tone = "danger"

    def do(self, form: Any) -> None:
        actions.strike_information(self.actor, information_id=self.row.pk, **form.cleaned_data)


class CheckNew(PhotoPage, OfCentre):
    title = gettext_lazy("Self-check")
    explanation = gettext_lazy("By the checklist by which the centre is inspected. What is not met needs a word of what is wanting.")
    wide = True

    def make_form(self, data: Any = None, files: Any = None) -> CheckForm:
        items = list(checklist(self.about.site.type, current_edition()))
        return CheckForm(data, files, actor=self.actor, items=items)

    def do(self, form: Any) -> None:
        actions.record_check(
            self.actor, centre_id=self.about.pk, day=form.cleaned_data["day"], answers=form.answers(), notes=form.notes(),
            note=form.cleaned_data["note"], photos=form.photos("photos"),
        )  # fmt: skip


class CheckPage(PageMixin, View):
    """A self-check as it was recorded."""

    required_verb = SEE
    check: CentreCheck

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("volunteers:centres")), (self.check.centre.name, self.check.centre.get_absolute_url())]

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.check = access.fetch(self.actor, SEE, CentreCheck.objects.select_related("centre"), pk=pk)
        self.title = gettext_lazy("Self-check")
        context = self.get_context_data(
            check=self.check, items=list(self.check.items.all()), photos=photos_shown(self.check.photos.all(), self.actor.account_id)
        )
        return render(request, "volunteers/centres/check.html", context)
