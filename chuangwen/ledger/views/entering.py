"""Entering: several metrics of one day at once, or one fact with everything that belongs to it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from chuangwen.cases.views.photo_pages import PhotoPage
from chuangwen.kernel import access, clock
from chuangwen.kernel.errors import Refusal
from chuangwen.kernel.identifiers import number_in
from chuangwen.ledger import actions, needs, operations, queries
from chuangwen.ledger.errors import Doubles
from chuangwen.ledger.forms import DayForm, FactForm, default_unit
from chuangwen.ledger.models import Metric
from chuangwen.ledger.views.metrics import HOME
from chuangwen.web.form_pages import CAN_BE_PUT_RIGHT, FormPage, go_to, refuse

ON_TOP = 12


class EnterDay(FormPage):
    """Quick for a clerk: the unit's usual metrics on top, all others by group below."""

    required_verb = "ledger.enter"
    title = gettext_lazy("Enter facts")
    template_name = "ledger/enter.html"
    submit = gettext_lazy("Enter")

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("ledger:metrics"))]

    def prepare(self) -> None:
        self.units = queries.units_of(self.actor, "ledger.enter", clock.today())
        self.metrics = queries.metrics()
        asked = number_in(self.request.GET.get("unit", ""))
        self.unit = next((unit for unit in self.units if unit.pk == asked), None) or default_unit(self.actor, self.units)

    def get_form(self, data: Any = None, files: Any = None) -> DayForm:
        initial = {"unit": self.unit} if self.unit else {}
        return DayForm(data, files, actor=self.actor, metrics=self.metrics, units=self.units, initial=initial)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.prepare()
        form = self.get_form(request.POST)
        if not form.is_valid():
            return self.answer(form, 422)
        entries = form.entries()
        try:
            made = actions.enter_facts(self.actor, entries=entries, decided=form.decided(entries))
        except Doubles as found:
            form.ask(entries, found.found)
            return self.answer(form, 409)
        except Refusal as refusal:
            if refusal.status not in CAN_BE_PUT_RIGHT:
                raise
            refuse(form, refusal)
            return self.answer(form, 422)
        words = ngettext("%(count)d fact is in the ledger.", "%(count)d facts are in the ledger.", len(made)) % {
            "count": len(made)
        }
        messages.success(request, words)
        unit, day = form.cleaned_data["unit"], form.cleaned_data["day"]
        asked = {"on_from": day.isoformat(), "on_to": day.isoformat(), "unit": unit.path}
        return go_to(f"{reverse('ledger:facts')}?{urlencode(asked)}")

    def extra_context(self) -> dict[str, Any]:
        return {"blocks": [], "needs": []}

    def answer(self, form: Any, status: int = 200) -> HttpResponse:
        self.extra_context = lambda: self.blocks(form)
        return super().answer(form, status)

    def blocks(self, form: DayForm) -> dict[str, Any]:
        """The metrics as the page shows them: what is asked about first, then the unit's usual ones, then the groups."""
        unit, by_key = self.unit, form.metrics
        usual = queries.lately(unit, most=ON_TOP) if unit else []
        if unit:
            usual += [
                pk for pk, metric in by_key.items() if metric.reporter_kind == unit.kind and metric.rhythm and pk not in usual
            ]
        usual = usual or [pk for pk, metric in by_key.items() if metric.rhythm]
        top = [by_key[pk] for pk in usual[: ON_TOP + 4] if pk in by_key]
        place = unit.division if unit else None
        known = queries.known(unit, clock.today(), place) if unit and place else {}
        filled = {pk for pk in by_key if form.is_bound and (form.data.get(f"m{pk}") or form.errors.get(f"m{pk}"))}
        shown = {metric.pk for metric in top}
        groups = []
        for name, members in queries.groups_of(form.metrics.values()).items():
            left = [metric for metric in members if metric.pk not in shown]
            if left:
                lines = [form.line(metric) for metric in left]
                groups.append({"name": name, "lines": lines, "open": any(metric.pk in filled for metric in left)})
        return {
            "heads": list(form.heads()),
            "top": [form.line(metric) for metric in top],
            "groups": groups,
            "known": known,
            "asked": bool(form.doubles),
            "unit": unit,
            "units": self.units,
            "needs": list({(need.words, need.url): need for need in needs.of(self.actor, list(by_key)) if need.url}.values()),
            "offered": operations.offered(self.actor, clock.today()),
        }


class EnterFact(PhotoPage):
    """One fact of a metric, with days, place, source and photos."""

    required_verb = "ledger.enter"
    submit = gettext_lazy("Enter")
    wide = False

    def prepare(self) -> None:
        self.metric = access.fetch(self.actor, "ledger.enter", Metric, pk=self.kwargs["pk"])
        self.title = _("Enter: %(metric)s") % {"metric": self.metric.name}
        self.explanation = self.metric.explanation
        self.units = queries.units_of(self.actor, "ledger.enter", clock.today())

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("ledger:metrics")), (self.metric.name, self.metric.get_absolute_url())]

    def make_form(self, data: Any = None, files: Any = None) -> FactForm:
        return FactForm(data, files, actor=self.actor, metric=self.metric, units=self.units)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.prepare()
        form = self.get_form(request.POST, request.FILES)
        if not form.is_valid():
            return self.answer(form, 422)
        word = str(request.POST.get("decision", ""))[:40]
        try:
            made = actions.enter_facts(self.actor, entries=[form.entry()], decided={0: word} if word else {})
        except Doubles as found:
            form.ask(found.found[0])
            return self.answer(form, 409)
        except Refusal as refusal:
            if refusal.status not in CAN_BE_PUT_RIGHT:
                raise
            refuse(form, refusal)
            return self.answer(form, 422)
        if not made:
            messages.info(request, _("Left as it is: nothing was entered."))
            return go_to(self.metric.get_absolute_url())
        messages.success(request, _("Entered."))
        return go_to(made[0].get_absolute_url())
