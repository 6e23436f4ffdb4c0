"""Certificates of service: asked for, issued, refused, withdrawn; the page by which anybody verifies one; the ladder of stars."""

from __future__ import annotations

import base64
from datetime import date
from typing import Any

import segno
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.generic import View

from chuangwen.kernel import access, signatures
from chuangwen.kernel.codes import mask_name
from chuangwen.volunteers.corps.models import Volunteer
from chuangwen.volunteers.hours import actions, beside, queries, words
from chuangwen.volunteers.hours.actions.certifying import certificate_pdf, counted
from chuangwen.volunteers.hours.certificate_paper import document_told
from chuangwen.volunteers.hours.forms import AskForm, LadderForm, ReasonForm
from chuangwen.volunteers.hours.models import HoursCertificate
from chuangwen.volunteers.hours.rules import hours_told
from chuangwen.web.downloads import PDF, download
from chuangwen.web.form_pages import ActionButton, FormPage
from chuangwen.web.lists import Empty, ListColumn, ListPage, MultiChoiceFilter, SavedView
from chuangwen.web.row_pages import OfRow
from chuangwen.web.views import PageMixin

HOME = gettext_lazy("Certificates of service")


class CertificateList(ListPage):
    """Certificates of the area: what is asked for, issued, withdrawn."""

    title = export_name = HOME
    required_verb = queries.ISSUE
    columns = [
        ListColumn("number", gettext_lazy("Number of the certificate"), lambda row: row.number or "—", phone="title", nowrap=True),
        ListColumn("name", gettext_lazy("Volunteer"), lambda row: mask_name(row.volunteer.person.name), nowrap=True),
        ListColumn("unit", gettext_lazy("Issuing unit"), "unit.name", width=24),
        ListColumn("starts_on", gettext_lazy("From"), kind="date", nowrap=True),
        ListColumn("ends_on", gettext_lazy("Until"), kind="date", nowrap=True),
        ListColumn("asked_at", pgettext_lazy("hours", "Asked for"), kind="datetime", sort=("asked_at", "pk"), nowrap=True, phone="hidden"),
        ListColumn("issued_on", gettext_lazy("Issued on"), kind="date", sort=("issued_on", "pk"), nowrap=True),
        ListColumn("state", pgettext_lazy("hours", "State"), words.certificate_badge, export="get_state_display", phone="badge"),
    ]
    default_sort = ("-asked_at", "-pk")
    search_fields = ["=number", "=volunteer__number", "volunteer__person__name"]
    search_hint = gettext_lazy("Number or name")
    saved_views = [SavedView(gettext_lazy("All")), SavedView(gettext_lazy("To be issued"), "state=asked")]
    empty = Empty(
        gettext_lazy("Nobody asked for a certificate yet"), gettext_lazy("Volunteers ask for one on the page of their record."),
        icon="certificate",
    )  # fmt: skip

    def get_queryset(self) -> Any:
        return queries.certificates(self.actor)

    def get_filters(self) -> Any:
        if not hasattr(self, "_filters"):
            self._filters = [MultiChoiceFilter(key="state", label=_("State"), choices=HoursCertificate.State.choices)]
        return self._filters


class CertificatePage(PageMixin, View):
    """One certificate: what it says, its code, what became of it."""

    required_verb = queries.OWN

    def get_breadcrumbs(self) -> Any:
        if self.actor.may(queries.ISSUE):
            return [(HOME, reverse("volunteers:hours-certificates"))]
        return [(_("My service record"), reverse("volunteers:hours-mine"))]

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = queries.found_certificate(self.actor, pk)
        self.title = row.number or _("Certificate that is asked for")
        minutes, lines = (row.minutes, row.lines) if row.code else counted(row.volunteer_id, row.starts_on, row.ends_on)
        told = row.commendations
        if row.with_commendations and not row.code:
            told = beside.commendations(row.volunteer_id, row.starts_on, row.ends_on)
        may = row.volunteer.person_id != self.actor.person_id and self.actor.may(queries.ISSUE)
        address = verify_address(request, row)
        context = self.get_context_data(
            commendations=[line | {"day": date.fromisoformat(line["day"])} for line in told],
            row=row, badge_=words.certificate_badge(row), minutes=minutes, hours=hours_told(minutes),
            lines=[line | {"hours": hours_told(line["minutes"])} for line in lines],
            document=document_told(row.volunteer.document_sealed), address=address, may=may, doubted=queries.doubted_entries(row),
            qr=segno.make(address, error="l").svg_data_uri(scale=3, border=3) if address else "",
        )  # fmt: skip
        return render(request, "volunteers/hours/certificate.html", context)


def verify_address(request: HttpRequest, row: HoursCertificate) -> str:
    """Where the code of a certificate is verified; empty where there is none."""
    return request.build_absolute_uri(reverse("volunteers:hours-verify-code", args=[row.code])) if row.code else ""


class Pdf(PageMixin, View):
    """The certificate as PDF."""

    required_verb = queries.OWN

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = queries.found_certificate(self.actor, pk)
        return download(certificate_pdf(row, verify_address(request, row)), f"{row.number}.pdf", PDF)


class Ask(FormPage):
    """Ask for a certificate of a volunteer's record."""

    required_verb = "volunteers.ask_certificates"
    title = gettext_lazy("Ask for a certificate of service")
    submit = gettext_lazy("Ask for it")
    done = gettext_lazy("Asked for. The organisation issues it without charge.")
    explanation = gettext_lazy("It certifies what counts from the first day to the last: name, hours, what was done, who issued it.")
    form_class = AskForm

    def prepare(self) -> None:
        rows = Volunteer.objects.select_related("person", "division")
        self.about = access.fetch(self.actor, "volunteers.ask_certificates", rows, pk=self.kwargs["pk"])
        self.lead = self.about.person.name

    def get_breadcrumbs(self) -> Any:
        if self.about.person_id == self.actor.person_id or not self.actor.may(queries.SEE):
            return [(_("My service record"), reverse("volunteers:hours-mine"))]
        return [(_("Service record of %(name)s") % {"name": self.about.person.name}, reverse("volunteers:hours-record", args=[self.about.pk]))]

    def act(self, form: Any) -> str:
        return actions.ask_certificate(self.actor, volunteer_id=self.about.pk, **form.cleaned_data).get_absolute_url()


class Issue(ActionButton):
    required_verb = queries.ISSUE
    done = pgettext_lazy("hours", "Issued.")

    def act(self, request: HttpRequest, **kwargs: Any) -> str:
        return actions.issue_certificate(self.actor, hours_certificate_id=kwargs["pk"]).get_absolute_url()


class OfCertificate(OfRow):
    """A page that ends a certificate with a reason."""

    required_verb = queries.ISSUE
    model, related, home = HoursCertificate, ("volunteer__person",), (HOME, "volunteers:hours-certificates")
    form_class = ReasonForm
    tone = "danger"

    def form_arguments(self) -> dict[str, Any]:
        return {"initial": {"revision": self.about.revision}}

    def given(self, form: Any) -> dict[str, Any]:
        return {"hours_certificate_id": self.about.pk, "reason": form.cleaned_data["reason"], "expected": form.cleaned_data["revision"]}


class RefuseCertificate(OfCertificate):
    title = gettext_lazy("Do not issue the certificate")
    submit = gettext_lazy("Do not issue it")

    def do(self, form: Any) -> None:
        actions.refuse_certificate(self.actor, **self.given(form))


class Withdraw(OfCertificate):
    title = gettext_lazy("Withdraw the certificate")
    submit = pgettext_lazy("certificate", "Withdraw it")
    done = gettext_lazy("Withdrawn. Whoever verifies it is told so.")

    def do(self, form: Any) -> None:
        actions.withdraw_certificate(self.actor, **self.given(form))


class Verify(PageMixin, View):
    """Whether a certificate is genuine and valid: for anybody who has its code. The name stands masked."""

    public = True
    title = gettext_lazy("Verify a certificate of service")

    def get(self, request: HttpRequest, code: str = "") -> HttpResponse:
        asked = (code or request.GET.get("code", "")).replace("\x00", "")[:3000].strip()
        public = signatures.public_bytes()
        found = queries.verified(asked) if asked else None
        context = self.get_context_data(
            code=asked, found=found, hours=hours_told(found.told.minutes) if found and found.told else "",
            public_key=base64.b64encode(public).decode(), fingerprint=signatures.fingerprint(public),
        )  # fmt: skip
        return render(request, "volunteers/hours/verify.html", context)


class Ladder(FormPage):
    """From how many hours on each star is given."""

    required_verb = "volunteers.set_stars"
    title = gettext_lazy("Ladder of stars")
    form_class = LadderForm
    explanation = gettext_lazy("Stars come from the hours that count, by themselves. Each volunteer sees their own; nobody is ranked by them.")

    def get_breadcrumbs(self) -> Any:
        return [(_("Service records"), reverse("volunteers:hours-entries"))]

    def act(self, form: LadderForm) -> str:
        actions.set_stars(self.actor, hours=form.hours())
        return reverse("volunteers:hours-stars")
