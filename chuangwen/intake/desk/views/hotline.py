"""The desk: an order of the hotline becomes a case in half a minute, by keyboard alone, with what is known already beside it."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.views.generic import View

from chuangwen.cases import queries as cases
from chuangwen.cases import telling
from chuangwen.cases.models import LIVE, Case
from chuangwen.intake.desk import actions
from chuangwen.intake.desk.forms import DeskForm
from chuangwen.intake.learning.features import likeness
from chuangwen.intake.learning.proposing import Proposal, propose
from chuangwen.intake.models import Channel, Report
from chuangwen.intake.residents.queries import alike
from chuangwen.kernel import access
from chuangwen.kernel.errors import Refusal
from chuangwen.places.models import Site
from chuangwen.web.form_pages import CAN_BE_PUT_RIGHT, FormPage, go_to, refuse
from chuangwen.web.views import AccessMixin

LATEST, ALIKE = 6, 5


def proposals(text: str, site: Site | None, division: Any = None) -> list[Proposal]:
    place = site.division if site is not None and site.division is not None else division
    return propose(
        text, site_type=site.type.code if site is not None else "", place=place.code or "" if place is not None else ""
    )


class DeskPage(FormPage):
    """One form; after it was saved it stands there empty again, with what was entered last beside it."""

    title = gettext_lazy("Enter a hotline order")
    required_verb = "intake.enter"
    template_name = "intake/desk.html"
    submit = gettext_lazy("Save")

    def get_form(self, data: Any = None, files: Any = None) -> DeskForm:
        return DeskForm(data, actor=self.actor, initial={"uid": uuid.uuid4()})

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.get_form(request.POST)
        if not form.is_valid():
            return self.answer(form, 422)
        facts = form.facts()
        found = proposals(facts["description"], facts.get("site"), facts.get("division"))
        try:
            received = actions.enter(self.actor, proposal=found[0] if found else None, **facts)
        except Refusal as refusal:
            if refusal.status not in CAN_BE_PUT_RIGHT:
                raise
            refuse(form, refusal)
            return self.answer(form, 422)
        return go_to(f"{reverse('intake:desk')}?{'known' if received.again else 'saved'}={received.report.case_id}")

    def extra_context(self) -> dict[str, Any]:
        latest = (
            access.scoped(self.actor, "intake.see_reports", Report)
            .filter(channel=Channel.HOTLINE)
            .select_related("case__kind", "case__site", "case__division")
            .order_by("-pk")[:LATEST]
        )
        asked = {name: self.request.GET.get(name, "") for name in ("saved", "known")}
        key = next((value for value in asked.values() if value.isdigit() and len(value) < 18), "")
        case = cases.visible(self.actor).filter(pk=key).first() if key else None
        return {
            "latest": [(row, telling.STATE_TONES[row.case.state]) for row in latest],
            "saved": case,
            "known": bool(asked["known"]),
        }


class AlikePart(AccessMixin, View):
    """While one types: which kinds it may be, and which open cases tell of the same (what the clerk may see)."""

    required_verb = "intake.enter"

    def get(self, request: HttpRequest) -> HttpResponse:
        text = request.GET.get("description", "").replace("\x00", "")[:500]
        form = DeskForm(
            {"description": text, "site": request.GET.get("site", ""), "division": request.GET.get("division", "")},
            actor=self.actor,
        )
        form.is_valid()
        site, division = form.cleaned_data.get("site"), form.cleaned_data.get("division")
        found = proposals(text, site, division)
        kind = form.fields["kind"].kinds.get(request.GET.get("kind", "")) or (found[0].kind if found else None)
        visible = cases.visible(self.actor)
        rows: list[tuple[Case, int | None]] = (
            alike(text, point=None, site=site, kind=kind, most=ALIKE, cases=visible) if site else []
        )
        if not site and len(text) >= 4:
            rows = like_words(text, visible.filter(division=division) if division is not None else visible)
        shown = [(case, metres, telling.STATE_TONES[case.state]) for case, metres in rows]
        return render(
            request, "intake/desk_alike.html", {"proposals": found, "cases": shown, "reference": self.same_order(request)}
        )

    def same_order(self, request: HttpRequest) -> Report | None:
        """The report with the same order number."""
        number = request.GET.get("reference", "").replace("\x00", "").strip()[:60]
        if not number:
            return None
        rows = access.scoped(self.actor, "intake.see_reports", Report).select_related("case")
        return rows.filter(channel=Channel.HOTLINE, reference=number).first()


def like_words(text: str, rows: Any) -> list[tuple[Case, int | None]]:
    """Open cases told in like words, where no site is named: among the newest. One query."""
    newest = rows.filter(LIVE).select_related("kind", "family", "site", "division").order_by("-reported_at")[:400]
    scored = [(likeness(text, case.description), case.pk, case) for case in newest]
    return [(case, None) for score, _key, case in sorted(scored, key=lambda row: (-row[0], -row[1]))[:ALIKE] if score >= 0.3]
