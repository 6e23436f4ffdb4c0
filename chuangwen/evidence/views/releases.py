"""Photos for everybody: the list of those to be covered, the page on which a person covers them, and the covered copy itself."""

import json
from typing import Any

from django.contrib import messages
from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe
from django.views.generic import View

from chuangwen.evidence import actions, links, queries, redaction
from chuangwen.evidence.models import Photo, Redaction
from chuangwen.kernel import access, files
from chuangwen.kernel.errors import Missing
from chuangwen.web.form_pages import go_to
from chuangwen.web.lists import Empty, ListColumn, ListPage, QFilter
from chuangwen.web.views import AccessMixin, PageMixin

HOME = gettext_lazy("Photos for everybody")


class ReleaseList(ListPage):
    """Photos that somebody wants to show to everybody: waiting ones first."""

    title = HOME
    lead = gettext_lazy("Faces and number plates are covered before a photo is shown to everybody; the original stays closed.")
    required_verb = "evidence.release"
    columns = [
        ListColumn("photo", gettext_lazy("Photo"), "evidence/cells/photo.html", export=lambda r: str(r.photo.uid), phone="title"),
        ListColumn("state", gettext_lazy("State"), "evidence/cells/release.html", sort=("confirmed_at", "-pk"), phone="badge",
                   export=lambda r: _("released") if r.confirmed_at else _("to be covered")),
        ListColumn("proposed", gettext_lazy("Areas proposed"), lambda r: len(r.proposed), kind="int"),
        ListColumn("boxes", gettext_lazy("Areas covered"), lambda r: len(r.boxes) if r.confirmed_at else None, kind="int"),
        ListColumn("confirmed_at", gettext_lazy("Released"), sort="confirmed_at", kind="datetime", nowrap=True),
    ]  # fmt: skip
    default_sort = ("released", "-pk")
    filters = [
        QFilter(
            key="state",
            label=gettext_lazy("State"),
            options={
                "waiting": (gettext_lazy("to be covered"), Q(confirmed_at__isnull=True)),
                "released": (gettext_lazy("released"), Q(confirmed_at__isnull=False)),
            },
        )
    ]
    empty = Empty(
        gettext_lazy("No photo waits to be released"),
        gettext_lazy("Photos of pages that everybody can see are listed here first."),
    )

    def get_queryset(self) -> QuerySet[Redaction]:
        found = access.scoped(self.actor, "evidence.release", Redaction).select_related("photo").defer("photo__sketch")
        return found.annotate(released=ExpressionWrapper(Q(confirmed_at__isnull=False), BooleanField()))

    def row_url(self, row: Redaction) -> str:
        return reverse("evidence:cover", args=[row.photo_id])


class Cover(PageMixin, View):
    """A photo with the areas to cover: proposed ones, moved, added and taken away by mouse, finger or keyboard."""

    title = gettext_lazy("Cover and release")
    required_verb = "evidence.release"
    http_method_names = ["get", "head", "post", "options"]

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        rows = Redaction.objects.select_related("photo", "confirmed_by__person")
        row = access.fetch(self.actor, "evidence.release", rows, photo=pk)
        return self.page(request, row.photo, row)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        try:
            boxes = json.loads(request.POST.get("boxes", ""))
        except ValueError:
            boxes = None
        actions.confirm_release(self.actor, pk, boxes)
        messages.success(request, _("Released. Look at the covered copy once more: this is what everybody sees."))
        return go_to(reverse("evidence:cover", args=[pk]))

    def page(self, request: HttpRequest, photo: Photo, row: Redaction) -> HttpResponse:
        boxes = row.boxes
        context = self.get_context_data(
            photo=photo,
            row=row,
            view_url=links.photo_url(photo.pk, self.actor.account_id),
            public_url=reverse("evidence:public", args=[row.public_key]) if row.public_key else "",
            boxes=boxes,
            marks=[{"x": round(b["x"] * 1000), "y": round(b["y"] * 1000), "w": round(b["w"] * 1000), "h": round(b["h"] * 1000)} for b in boxes],
            boxes_json=json.dumps(boxes),
            words={
                "face": _("Face"), "plate": _("Number plate"), "other": _("Area to cover"), "none": _("None yet"),
                "hint": _("Arrow keys move it, with Shift they change its size, Delete takes it away."),
            },
        )  # fmt: skip
        return render(request, "evidence/cover.html", context)

    def get_breadcrumbs(self) -> list[tuple[Any, str | None]]:
        return [(HOME, reverse("evidence:releases"))]


class AskRelease(AccessMixin, View):
    """The button that puts a photo on the list; whoever presses it sees the photo's record."""

    required_verb = "evidence.ask_release"
    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        queries.record_of(self.actor, pk, request.POST.get("k", ""))
        actions.ask_for_release(self.actor, [pk])
        messages.success(request, _("The photo is on the list of those to be covered."))
        return go_to(reverse("evidence:releases"))


class Withdraw(AccessMixin, View):
    """The button that ends a release."""

    required_verb = "evidence.release"
    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        actions.withdraw_release(self.actor, pk)
        messages.success(request, _("Withdrawn: the address shows nothing any more."))
        return go_to(reverse("evidence:cover", args=[pk]))


@require_safe
def public(request: HttpRequest, key: str) -> HttpResponseBase:
    """The covered copy, for anybody. Nothing but what a person has confirmed is ever served here."""
    file_key = (
        Redaction.objects.filter(public_key=key[:43], confirmed_at__isnull=False).values_list("file_key", flat=True).first()
    )
    if len(key) != len(redaction.new_key()) or not file_key:
        raise Missing(_("There is no such photo, or it is no longer shown."))
    response = FileResponse(files.path_of(file_key).open("rb"), content_type="image/jpeg")
    response["Cache-Control"] = "public, max-age=600"
    response["Content-Disposition"] = 'inline; filename="photo.jpeg"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
