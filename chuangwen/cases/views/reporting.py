"""Reporting a problem, what comes after it, and the sites that the form offers."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.generic import View

from chuangwen.cases import actions, phrases, queries, telling
from chuangwen.cases.forms.fields import sites_like, written
from chuangwen.cases.forms.reporting import ANY_PHRASES, ReportForm
from chuangwen.cases.models import State
from chuangwen.kernel import access
from chuangwen.kernel.errors import Refusal
from chuangwen.kernel.identifiers import number_in
from chuangwen.places.models import Site
from chuangwen.web.form_pages import CAN_BE_PUT_RIGHT, FormPage, go_to, refuse
from chuangwen.web.views import AccessMixin, PageMixin


class ReportPage(FormPage):
    """``?site=12`` fills in the site."""

    title = gettext_lazy("Report a problem")
    required_verb = "cases.report"
    template_name = "cases/report.html"
    form_class = ReportForm
    submit = gettext_lazy("Send")

    def get_breadcrumbs(self) -> Any:
        return [(_("Cases"), reverse("cases:list"))]

    def form_arguments(self) -> dict[str, Any]:
        asked, initial = number_in(self.request.GET.get("site")), {}
        if asked is not None and self.actor.may("places.see"):
            site = access.scoped(self.actor, "places.see", Site).filter(pk=asked).first()
            initial = {"site": site} if site else {}
        return {"actor": self.actor, "initial": initial}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form: ReportForm = self.get_form(request.POST, request.FILES)
        valid = form.is_valid()
        form.store()
        if not valid:
            return self.answer(form, 422)
        try:
            case = (actions.solve_on_spot if form.solved else actions.report)(self.actor, **form.facts())
        except Refusal as refusal:
            if refusal.status not in CAN_BE_PUT_RIGHT:
                raise
            refuse(form, refusal)
            return self.answer(form, 422)
        return go_to(reverse("cases:reported", args=[case.pk]))

    def answer(self, form: Any, status: int = 200) -> HttpResponse:
        kind = form.fields.get("kind")
        self.for_script = {
            "kinds": kind.for_page() if kind is not None else [], "phrases": phrases.REPORT, "any": ANY_PHRASES,
        }  # fmt: skip
        return super().answer(form, status)

    def extra_context(self) -> dict[str, Any]:
        return {"for_script": self.for_script}


NEXT = {
    "closed": (gettext_lazy("It is closed: both photos are kept with it."),),
    "resident": (
        gettext_lazy("The office looks at it on the next working day."),
        gettext_lazy("It goes to the unit that answers for it, which puts it right and shows a photo."),
        gettext_lazy("Somebody else checks. You see here how it ended."),
    ),
    "office": (
        gettext_lazy("The office accepts it and sends it to the unit that answers for it."),
        gettext_lazy("The unit's clock runs from then on; what is late is told by itself."),
    ),
}


class ReportedPage(PageMixin, View):
    """The number, large, and what happens next."""

    required_verb = "cases.report"
    title = pgettext_lazy("page", "Reported")

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        case = queries.one(self.actor, pk)
        head, _dash, tail = case.number.partition("-")
        key = "closed" if case.state == State.CLOSED else "resident" if "resident" in self.actor.roles else "office"
        may_dispatch = self.actor.may("cases.dispatch") and case.state == State.REPORTED
        context = self.get_context_data(
            case=case, head=head, tail=tail, next=NEXT[key], state_tone=telling.STATE_TONES[case.state], may_dispatch=may_dispatch
        )
        return render(request, "cases/reported.html", context)


class SitesLike(AccessMixin, View):
    """Sites whose name or code fits what was typed, for the form's script."""

    required_verb = "places.see"

    def get(self, request: HttpRequest) -> HttpResponse:
        text = request.GET.get("q", "").replace("\x00", "").strip()[:60]
        found = sites_like(self.actor, text) if text else []
        return JsonResponse(
            {
                "sites": [
                    {
                        "text": written(site),
                        "name": site.name,
                        "note": " · ".join(
                            filter(None, (site.type.name, site.division.name if site.division else "", site.code))
                        ),
                    }
                    for site in found
                ]
            },
            json_dumps_params={"ensure_ascii": False},
        )
