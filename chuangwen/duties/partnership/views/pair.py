"""One pair: its page, its printed page, and everything that is done to it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.generic import View

from chuangwen.cases.views.photo_pages import PhotoPage, shown
from chuangwen.duties.partnership import actions, queries, states, words
from chuangwen.duties.partnership.forms import (
    CorrectionForm,
    EditPairForm,
    FinishForm,
    HeldForm,
    InputForm,
    ItemForm,
    NeedForm,
    PlannedTeamForm,
    PlanVisitForm,
    TeamForm,
    WhyForm,
)
from chuangwen.duties.partnership.models import (
    Partnership,
    PartnershipInput,
    PartnershipItem,
    PartnershipNeed,
    PartnershipVisit,
)
from chuangwen.duties.partnership.states import Step, after
from chuangwen.duties.partnership.views.lists import HOME
from chuangwen.kernel import access
from chuangwen.kernel.errors import Refusal
from chuangwen.ledger.errors import Doubles
from chuangwen.ledger.words import plain
from chuangwen.web import formatting
from chuangwen.web.form_pages import ActionButton
from chuangwen.web.row_pages import OfRow, history
from chuangwen.web.views import PageMixin

KEEP, PAIR = "duties.keep_partnership", "duties.pair_units"
LIFE = (
    (states.PAIRED, pgettext_lazy("partnership", "paired"), "paired_on"),
    (states.CONTACTED, pgettext_lazy("partnership", "first contact"), "contacted_on"),
    (states.RUNNING, pgettext_lazy("partnership", "package agreed"), "adopted_on"),
    (states.FINISHED, pgettext_lazy("partnership", "finished"), "ended_on"),
)


class PairPages(PageMixin):
    """What the pages of one pair have in common."""

    kwargs: dict[str, Any]

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("duties:partnerships"))]

    def told(self, pk: int) -> dict[str, Any]:
        """Everything of a pair. Ten queries, however long it runs."""
        pair = access.fetch(self.actor, queries.SEE, queries.pairs(self.actor).select_related("pair__plan", "made_by__person"), pk=pk)
        account = self.actor.account_id
        inputs = list(pair.inputs.select_related("metric", "item", "corrects", "corrected_by", "entered_by__person"))
        items = list(pair.items.select_related("need"))
        return {
            "pair": pair, "state": words.state_badge(pair), "contact": words.contact_cell(pair), "silence": words.silence(pair),
            "needs": [(row, words.need_badge(row)) for row in pair.needs.all()],
            "items": [(row, words.item_badge(row)) for row in items],
            "done": sum(row.progress == 100 for row in items if not row.dropped), "lines": sum(not row.dropped for row in items),
            "inputs": inputs, "totals": queries.totals(pair), "visits": [(row, words.visit_badge(row)) for row in pair.visits.all()],
            "photos": shown(pair.photos.all(), account), "served": queries.served(pair),
            "hosts": [party.unit for party in pair.parties.select_related("unit").order_by("pk") if party.unit_id != pair.unit_id],
        }  # fmt: skip


def life(pair: Partnership) -> list[dict[str, Any]]:
    """The steps of the life as the component shows them."""
    order = [state for state, _label, _at in LIFE]
    at = order.index(pair.state) if pair.state in order else -1
    found = []
    for number, (_state, label, name) in enumerate(LIFE):
        day = getattr(pair, name)
        state = "done" if day and (number <= at or at < 0) else "now" if number == at + 1 and at >= 0 else "next"
        found.append({"label": label, "state": state, "note": formatting.day(day) if day and state == "done" else ""})
    return found


class PairPage(PairPages, View):
    """A pair with all that it does."""

    required_verb = queries.SEE

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        found = self.told(pk)
        pair = found["pair"]
        self.title = f"{pair.unit} – {pair.division}"
        open_ = {step.value for step in Step if after(pair.state, step)}
        may = {
            verb: self.actor.may(verb) and access.scoped(self.actor, verb, Partnership).filter(pk=pk).exists() for verb in (KEEP, PAIR)
        }
        context = self.get_context_data(
            **found, steps=life(pair), may={step: step in open_ and may[KEEP] for step in ("contact", "need", "package", "input", "visit",
            "progress", "finish", "adopt")} | {step: step in open_ and may[PAIR] for step in ("edit", "call_off", "reopen")},
            history=history(pair.events, {"call_off": "bad", "contact": "ok", "adopt": "ok", "finish": "ok"}),
        )  # fmt: skip
        return render(request, "duties/partnership/pair.html", context)


class PairPrint(PairPages, View):
    """One page to print: who, what is needed, the package, what was put in, the result."""

    required_verb = queries.SEE

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        found = self.told(pk)
        pair = found["pair"]
        self.title = _("Partnership of %(unit)s and %(place)s") % {"unit": pair.unit.name, "place": pair.division.name}
        self.lead = f"{formatting.day(pair.paired_on)} · {pair.get_state_display()}"
        return render(request, "duties/partnership/print.html", self.get_context_data(**found))


class OfPair(OfRow):
    """A page that asks for something about a pair and leads back to it."""

    required_verb = KEEP
    model, related, home, link = Partnership, ("unit", "division"), (HOME, "duties:partnerships"), "partnership_id"

    @property
    def pair(self) -> Partnership:
        return self.about


class Edit(OfPair):
    required_verb = PAIR
    title = gettext_lazy("Edit the pair")
    form_class = EditPairForm

    def form_arguments(self) -> dict[str, Any]:
        return {"initial": {"aim": self.pair.aim, "contact_due": self.pair.contact_due, "revision": self.pair.revision}}

    def do(self, form: Any) -> None:
        given = form.cleaned_data
        actions.edit_pair(
            self.actor, partnership_id=self.pair.pk, aim=given["aim"], contact_due=given["contact_due"], expected=given["revision"]
        )


class Contact(PhotoPage, OfPair):
    title = gettext_lazy("Record a contact")
    form_class = HeldForm
    explanation = gettext_lazy("A talk and a look at the place. The first one makes the pair alive.")

    def do(self, form: Any) -> None:
        given = form.cleaned_data
        actions.record_contact(
            self.actor, partnership_id=self.pair.pk, day=given["day"], what=given["what"], came=given["came"], photos=form.photos("photos")
        )


class VisitPlan(OfPair):
    title = gettext_lazy("Plan a team's visit")
    form_class = PlanVisitForm

    def do(self, form: Any) -> None:
        actions.plan_partner_visit(self.actor, partnership_id=self.pair.pk, **form.cleaned_data)


class VisitNew(PhotoPage, OfPair):
    title = gettext_lazy("Record a team's visit")
    form_class = TeamForm

    def do(self, form: Any) -> None:
        given = {name: form.cleaned_data[name] for name in ("kind", "day", "what", "came", "served")}
        actions.hold_partner_visit(self.actor, partnership_id=self.pair.pk, **given, photos=form.photos("photos"))


class VisitHeld(PhotoPage, OfPair):
    title = gettext_lazy("The team was there")
    form_class = PlannedTeamForm
    rows = PartnershipVisit

    def form_arguments(self) -> dict[str, Any]:
        return {"initial": {"what": self.row.what}}

    def do(self, form: Any) -> None:
        given = {name: form.cleaned_data[name] for name in ("day", "what", "came", "served")}
        actions.hold_partner_visit(self.actor, partnership_id=self.pair.pk, visit_id=self.row.pk, **given, photos=form.photos("photos"))


class VisitCancel(OfPair):
    title = gettext_lazy("The visit does not take place")
    form_class = WhyForm
    rows = PartnershipVisit

    def do(self, form: Any) -> None:
        actions.cancel_partner_visit(self.actor, partnership_id=self.pair.pk, visit_id=self.row.pk, **form.cleaned_data)


class NeedNew(OfPair):
    title = gettext_lazy("A need was found")

    def get_form(self, data: Any = None, files: Any = None) -> NeedForm:
        return NeedForm(data, row=self.row)

    def do(self, form: Any) -> None:
        actions.save_need(self.actor, partnership_id=self.pair.pk, need_id=self.row.pk if self.row else None, **form.cleaned_data)


class NeedEdit(NeedNew):
    title = gettext_lazy("How the need stands")
    rows = PartnershipNeed


class ItemNew(PhotoPage, OfPair):
    title = gettext_lazy("A line of the package")

    def make_form(self, data: Any = None, files: Any = None) -> ItemForm:
        return ItemForm(data, files, actor=self.actor, pair=self.pair, row=self.row)

    def do(self, form: Any) -> None:
        given = {name: form.cleaned_data[name] for name in ("words", "due_on", "need", "note")}
        progress = form.cleaned_data.get("progress", self.row.progress if self.row else 0)
        actions.save_item(
            self.actor, partnership_id=self.pair.pk, item_id=self.row.pk if self.row else None, progress=progress,
            photos=form.photos("photos"), **given,
        )  # fmt: skip


class ItemEdit(ItemNew):
    title = gettext_lazy("How far it is")
    rows = PartnershipItem


class ItemDrop(OfPair):
    title = gettext_lazy("Drop the line")
    form_class = WhyForm
    rows = PartnershipItem
    submit = gettext_lazy("Drop the line")

    def do(self, form: Any) -> None:
        actions.drop_item(self.actor, partnership_id=self.pair.pk, item_id=self.row.pk, **form.cleaned_data)


class InputNew(PhotoPage, OfPair):
    title = gettext_lazy("Record what was put in")

    def make_form(self, data: Any = None, files: Any = None) -> InputForm:
        return InputForm(data, files, actor=self.actor, pair=self.pair)

    def do(self, form: Any) -> None:
        try:
            actions.record_input(self.actor, partnership_id=self.pair.pk, **form.facts())
        except Doubles as found:
            facts = [fact for there in found.found.values() for fact in there]
            told = "；".join(f"{fact} · {fact.unit} · {formatting.day(fact.ends_on)}" for fact in facts[:3])
            message = _("The ledger has this already: %(facts)s. Say whether it is the same.") % {"facts": told}
            raise Refusal(message, found.code, field="double", status=409) from found


class InputCorrect(OfPair):
    title = gettext_lazy("Correct what was put in")
    form_class = CorrectionForm
    rows = PartnershipInput
    explanation = gettext_lazy("A new record takes the place of this one; both stay to be seen, here and in the ledger.")

    def form_arguments(self) -> dict[str, Any]:
        return {"initial": {"quantity": plain(self.row.quantity), "value": self.row.value}}

    def do(self, form: Any) -> None:
        actions.correct_input(self.actor, partnership_id=self.pair.pk, input_id=self.row.pk, **form.cleaned_data)


class Finish(PhotoPage, OfPair):
    title = gettext_lazy("Finish with a result")
    form_class = FinishForm
    submit = pgettext_lazy("partnership", "Finish")

    def form_arguments(self) -> dict[str, Any]:
        return {"initial": {"result": self.pair.result}}

    def do(self, form: Any) -> None:
        given = form.cleaned_data
        actions.finish_pair(
            self.actor, partnership_id=self.pair.pk, result=given["result"], reached=given["reached"], photos=form.photos("photos")
        )


class CallOff(OfPair):
    required_verb = PAIR
    title = gettext_lazy("Call the pair off")
    form_class = WhyForm
    submit = gettext_lazy("Call it off")
    tone = "danger"

    def do(self, form: Any) -> None:
        actions.call_off_pair(self.actor, partnership_id=self.pair.pk, **form.cleaned_data)


class Adopt(ActionButton):
    required_verb = KEEP
    done = gettext_lazy("The package is agreed.")

    def act(self, request: HttpRequest, **kwargs: Any) -> str:
        return actions.adopt_package(self.actor, partnership_id=kwargs["pk"]).get_absolute_url()


class Reopen(ActionButton):
    required_verb = PAIR
    done = gettext_lazy("Taken up again.")

    def act(self, request: HttpRequest, **kwargs: Any) -> str:
        return actions.reopen_pair(self.actor, partnership_id=kwargs["pk"]).get_absolute_url()
