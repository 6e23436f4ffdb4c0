"""The table of deadlines: readable, editable, and tried out before anybody has to live with it. And the settings of the loop."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.generic import View

from chuangwen.cases import actions, clocks, loop_settings, telling
from chuangwen.cases.actions.assigning import started
from chuangwen.cases.forms.deadlines import DeadlineForm, SettingsForm, TryForm
from chuangwen.cases.models import DeadlineRule, LoopSettings, Source
from chuangwen.kernel import access, clock
from chuangwen.kernel.worktime import Limit
from chuangwen.web.form_pages import ActionButton, FormPage
from chuangwen.web.lists import Empty, ListColumn, ListPage, PageAction
from chuangwen.web.views import PageMixin

HOME = gettext_lazy("Deadlines")


def which(rule: DeadlineRule) -> str:
    """The conditions of a rule in words; what names nothing fits everything."""
    parts = [
        str(rule.kind or rule.family or ""),
        str(telling.SEVERITY_WORDS[rule.severity]) if rule.severity else "",
        Source(rule.source).label if rule.source else "",
    ]
    return " · ".join(part for part in map(str, parts) if part) or _("all problems")


def limit(rule: DeadlineRule) -> str:
    return telling.limit_words(rule.amount, rule.unit)


class DeadlineList(ListPage):
    title = HOME
    lead = gettext_lazy(
        "How long a problem may take. A rule that names the source goes before one that names the kind, then the family, then the severity."
    )
    required_verb = "cases.see_deadlines"
    columns = [
        ListColumn("which", gettext_lazy("Which problems"), which, phone="title"),
        ListColumn("limit", gettext_lazy("Limit"), limit, phone="badge", nowrap=True),
        ListColumn("works", gettext_lazy("Building works"), phone="hidden"),
        ListColumn("note", pgettext_lazy("case", "Note")),
        ListColumn("active", gettext_lazy("In force"), phone="hidden"),
    ]
    default_sort = ("family__order", "kind__order", "severity", "pk")
    default_size = 50
    search_fields = ["kind__name", "family__name", "note"]
    search_hint = gettext_lazy("Kind, family or note")
    export_name = HOME
    empty = Empty(gettext_lazy("No rules yet"), gettext_lazy("Every case gets the limit of the settings."), icon="hourglass")

    def get_queryset(self) -> QuerySet[DeadlineRule]:
        return access.scoped(self.actor, "cases.see_deadlines", DeadlineRule).select_related("family", "kind")

    def row_url(self, row: DeadlineRule) -> str | None:
        return reverse("cases:deadline-edit", args=[row.pk]) if self.actor.may("cases.edit_deadlines") else None

    def row_tone(self, row: DeadlineRule) -> str:
        return "" if row.active else "quiet"

    def get_page_actions(self) -> list[PageAction]:
        found = [PageAction(_("Try it out"), reverse("cases:deadline-try"), icon="hourglass")]
        if self.actor.may("cases.edit_deadlines"):
            found.append(PageAction(_("Settings of the loop"), reverse("cases:loop-settings"), icon="settings"))
            found.append(PageAction(_("New rule"), reverse("cases:deadline-new"), icon="plus", primary=True))
        return found


class DeadlineEdit(FormPage):
    """Add a rule, or change one."""

    required_verb = "cases.edit_deadlines"
    template_name = "cases/deadline_form.html"
    explanation = gettext_lazy("Clocks that run are not moved; the next dispatch follows the change.")
    rule: DeadlineRule | None = None

    def prepare(self) -> None:
        self.title = _("New rule")
        if "pk" in self.kwargs:
            rows = DeadlineRule.objects.select_related("family", "kind__family")
            self.rule = access.fetch(self.actor, "cases.edit_deadlines", rows, pk=self.kwargs["pk"])
            self.title = which(self.rule)

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("cases:deadlines"))]

    def form_arguments(self) -> dict[str, Any]:
        return {"rule": self.rule}

    def act(self, form: DeadlineForm) -> str:
        actions.save_deadline(self.actor, rule_id=self.rule.pk if self.rule else None, **form.cleaned_data)
        return reverse("cases:deadlines")

    form_class = DeadlineForm

    def extra_context(self) -> dict[str, Any]:
        return {"rule": self.rule}


class DeadlineRemove(ActionButton):
    required_verb = "cases.edit_deadlines"
    done = gettext_lazy("Removed.")

    def act(self, request: HttpRequest, **kwargs: Any) -> str:
        actions.remove_deadline(self.actor, rule_id=kwargs["pk"])
        return reverse("cases:deadlines")


class SettingsEdit(FormPage):
    """What an office sets once for its loop."""

    required_verb = "cases.edit_deadlines"
    title = gettext_lazy("Settings of the loop")
    form_class = SettingsForm

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("cases:deadlines"))]

    def form_arguments(self) -> dict[str, Any]:
        return {"settings": LoopSettings.objects.filter(pk=1).first() or LoopSettings(pk=1)}

    def act(self, form: SettingsForm) -> str:
        actions.save_settings(self.actor, changes=form.cleaned_data)
        return reverse("cases:deadlines")


class TryOut(PageMixin, View):
    """Kind, severity, source: the rule that fits, and the due moment if it were dispatched now."""

    required_verb = "cases.see_deadlines"
    title = gettext_lazy("Try the deadlines out")

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("cases:deadlines"))]

    def get(self, request: HttpRequest) -> HttpResponse:
        form = TryForm(request.GET if "severity" in request.GET else None)
        answer = self.answer(form.cleaned_data) if form.is_bound and form.is_valid() else None
        return render(request, "cases/deadline_try.html", self.get_context_data(form=form, answer=answer))

    def answer(self, asked: dict[str, Any]) -> dict[str, Any]:
        kind, settings = asked["kind"], loop_settings.get()
        found = clocks.choose_limit(
            loop_settings.deadline_rules(), source=asked["source"], kind=kind.pk if kind else None,
            family=kind.family_id if kind else None, severity=asked["severity"],
        )  # fmt: skip
        asked_limit = found.limit if found else Limit(settings.default_amount, settings.default_unit)
        rule = DeadlineRule.objects.select_related("family", "kind").filter(pk=found.pk).first() if found else None
        times = started(asked_limit, clock.now())
        return {
            "limit": telling.limit_words(asked_limit.amount, asked_limit.unit), "rule": rule, "which": which(rule) if rule else "",
            "now": clock.now(), "half": times["half_at"], "due": times["due_at"], "supervise": times["supervise_at"],
            "works": rule.works if rule else False,
        }  # fmt: skip
