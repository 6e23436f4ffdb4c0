"""Places that hand rewards out: their list, their link, and the page on which a voucher is taken; the open page that tells a true voucher."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from chuangwen.intake import guard
from chuangwen.intake.residents.views import OpenPage, outsider
from chuangwen.kernel import access
from chuangwen.kernel.errors import Refusal
from chuangwen.volunteers.credits import actions, codes, queries
from chuangwen.volunteers.credits.actions.spending import place_of
from chuangwen.volunteers.credits.forms import CodeForm, PlaceForm, UseForm
from chuangwen.volunteers.credits.models import CreditPlace, CreditVoucher
from chuangwen.volunteers.credits.views.desk import HOME, RUN, CreditList, OfProgrammeForm
from chuangwen.web import formatting
from chuangwen.web.form_pages import CAN_BE_PUT_RIGHT, ActionButton, FormPage, refuse
from chuangwen.web.lists import Empty, ListColumn, PageAction
from chuangwen.web.views import PageMixin

TRIES_AN_HOUR = 30
"""So many codes one address may type in on the open page."""


class PlaceList(CreditList):
    title = export_name = gettext_lazy("Redeeming places")
    columns = [
        ListColumn("name", gettext_lazy("Redeeming place"), sort=("name", "pk"), phone="title"),
        ListColumn("division", gettext_lazy("Community"), "division.name", sort=("division__path", "pk")),
        ListColumn("address", gettext_lazy("Address"), phone="hidden"),
        ListColumn("hours", gettext_lazy("Opening hours"), phone="hidden"),
        ListColumn("link", gettext_lazy("Has a link"), lambda row: bool(row.token_hash)),
        ListColumn("active", gettext_lazy("Hands rewards out"), phone="badge"),
    ]
    search_fields = ["name", "address"]
    default_sort = ("name", "pk")
    empty = Empty(
        gettext_lazy("No redeeming places yet"), gettext_lazy("A place hands rewards out: a shop, a station, a ticket office."),
        icon="building-store",
    )

    def get_queryset(self) -> Any:
        return queries.places(self.actor)

    def row_url(self, row: Any) -> str | None:
        return row.get_absolute_url() if self.actor.may(RUN) else None

    def get_page_actions(self) -> Any:
        if not self.actor.may(RUN):
            return []
        return [PageAction(_("New redeeming place"), reverse("volunteers:credit-place-new"), icon="plus", primary=True)]


class PlaceEdit(OfProgrammeForm):
    template_name = "volunteers/credits/place_edit.html"
    model, new_title = CreditPlace, gettext_lazy("New redeeming place")
    list_name, list_title = "volunteers:credit-places", gettext_lazy("Redeeming places")

    def get_form(self, data: Any = None, files: Any = None) -> PlaceForm:
        return PlaceForm(data, actor=self.actor, row=self.row)

    def extra_context(self) -> dict[str, Any]:
        return {"row": self.row}

    def act(self, form: Any) -> str:
        site = self.row.site if self.row else None
        actions.save_credit_place(self.actor, credit_place_id=self.row.pk if self.row else None, site=site, **self.given(form))
        return reverse("volunteers:credit-places")


class PlaceLink(PageMixin, ActionButton):
    """A new link, shown once."""

    required_verb = RUN

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("volunteers:credits")), (_("Redeeming places"), reverse("volunteers:credit-places"))]

    def act(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        place, token = actions.give_place_link(self.actor, credit_place_id=kwargs["pk"])
        self.title = str(place)
        link = request.build_absolute_uri(reverse("volunteers:credit-till", args=[token]))
        answer = render(request, "volunteers/credits/place_link.html", self.get_context_data(link=link))
        answer["Cache-Control"] = "no-store"
        return answer


class Use(FormPage):
    """Somebody of the office takes a voucher at a place."""

    required_verb = "volunteers.take_vouchers"
    title = gettext_lazy("Take a voucher")
    submit = gettext_lazy("Hand the reward out")

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("volunteers:credits"))]

    def get_form(self, data: Any = None, files: Any = None) -> UseForm:
        return UseForm(data, actor=self.actor)

    def act(self, form: Any) -> str:
        given = form.cleaned_data
        access.require(self.actor, "volunteers.take_vouchers")
        voucher = actions.use_voucher(self.actor, code=given["code"], credit_place_id=given["place"].pk, used_at=given["used_at"])
        self.done = _("%(reward)s: hand it out now. The voucher is used.") % {"reward": voucher.reward}
        return reverse("volunteers:credit-use")


TILL_WORDS = (
    gettext_noop("It was not taken."),
    gettext_noop("This is no code of a voucher: twelve digits, as they stand on the phone."),
    gettext_noop("This voucher was handed out here already: do not hand it out again."),
    gettext_noop("No network: kept on this phone. Look at the voucher's picture and hand it out; it is entered later."),
    gettext_noop("Entered: the voucher is used."),
    gettext_noop("Take it out"),
)
"""What the script of the till says."""


class Till(OpenPage):
    """The page of a place, by its link: one field, one answer, in large type. Left open it also takes codes while the network is gone and
    enters them later (``static/volunteers/credits/till.js``)."""

    title = gettext_lazy("Take a voucher")

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        return self.show(token, CodeForm(initial={"code": request.GET.get("t", "")[:600]}))

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        form, used = CodeForm(request.POST), None
        if form.is_valid():
            try:
                given = form.cleaned_data
                used = actions.use_voucher_by_link(
                    token, code=given["code"], address=request.META.get("REMOTE_ADDR", ""), used_at=given["used_at"]
                )
                form = CodeForm()
            except Refusal as refusal:
                place_of(token)  # a link that does not hold any more is no mistake of the code
                if refusal.status not in (*CAN_BE_PUT_RIGHT, 404):
                    raise
                refuse(form, refusal)
        return self.show(token, form, used, 422 if form.is_bound else 200)

    def show(self, token: str, form: CodeForm, used: CreditVoucher | None = None, status: int = 200) -> HttpResponse:
        place = place_of(token)
        context = self.get_context_data(
            place=place, form=form, used=used, token=token, zone=settings.TIME_ZONE, words={"words": {word: _(word) for word in TILL_WORDS}},
        )  # fmt: skip
        answer = render(self.request, "volunteers/credits/till.html", context, status=status)
        answer["Cache-Control"] = "no-store"
        return answer


class Verify(OpenPage):
    """Whether a voucher is true and unused, for whoever scans its picture or types its code in. It says nothing of who holds it, and uses
    nothing. Whoever has the code alone may try only so many: digits can be guessed, a signature cannot."""

    title = gettext_lazy("Check a voucher")
    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest) -> HttpResponse:
        asked = codes.inner(request.GET.get("t", ""))
        code, signed = codes.code_in(asked), asked.startswith(f"{codes.FIRST}.")
        if code and not signed:
            guard.count("voucher code", outsider(request).address, TRIES_AN_HOUR, guard.HOUR)
        voucher = CreditVoucher.objects.select_related("reward", "used_place").filter(code=code).first() if code else None
        used = formatting.moment(voucher.used_at) if voucher and voucher.used_at else ""
        context = self.get_context_data(voucher=voucher, used=used, asked=asked, typed="" if signed else asked, false=signed and code is None)
        return render(request, "volunteers/credits/verify.html", context, status=200)
