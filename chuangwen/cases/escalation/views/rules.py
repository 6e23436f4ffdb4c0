"""The rules of the ladder, its settings, the offices whose numbers its papers bear."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from chuangwen.cases.escalation import actions, forms, telling
from chuangwen.cases.escalation.base import settings
from chuangwen.cases.escalation.views.steps import HOME
from chuangwen.cases.models import EscalationRule, SupervisingOffice
from chuangwen.cases.telling import limit_words
from chuangwen.kernel import access
from chuangwen.web.form_pages import ActionButton, FormPage
from chuangwen.web.lists import Empty, ListColumn, ListPage, PageAction
from chuangwen.web.templatetags.web import badge

RULES = gettext_lazy("Rules of escalation")


class RuleList(ListPage):
    """When a step is proposed by itself."""

    title = export_name = RULES
    lead = gettext_lazy(
        "A case climbs step by step: a rung is proposed when the one below it was taken and not kept. A hand-over is proposed by a person only."
    )
    required_verb = "cases.see_ladder"
    template_name = "cases/escalation/rules.html"
    columns = [
        ListColumn("condition", pgettext_lazy("escalation", "When"), telling.condition, phone="title"),
        ListColumn(
            "level", gettext_lazy("Rung"), lambda rule: badge(rule.get_level_display(), telling.LEVEL_TONES[rule.level]), nowrap=True,
            phone="badge", export="get_level_display",
        ),
        ListColumn("climb", gettext_lazy("Addressed to"), lambda rule: telling.rung(rule.climb), nowrap=True, phone="body"),
        ListColumn(
            "answer", gettext_lazy("Answer within"), lambda rule: limit_words(rule.answer_amount, rule.answer_unit), nowrap=True,
            phone="body",
        ),
        ListColumn("asks", gettext_lazy("What is asked of the unit"), phone="hidden"),
        ListColumn("active", gettext_lazy("In force"), phone="hidden"),
    ]  # fmt: skip
    default_sort = ("level", "pk")
    search_fields = ["asks", "family__name"]
    search_hint = gettext_lazy("Family, words")
    empty = Empty(gettext_lazy("No rules yet"), gettext_lazy("Steps are taken by hand alone."), icon="stairs")

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("cases:steps"))] if self.actor.may("cases.see_steps") else []

    def get_queryset(self) -> QuerySet[EscalationRule]:
        return access.scoped(self.actor, "cases.see_ladder", EscalationRule).select_related("family")

    def row_url(self, row: EscalationRule) -> str | None:
        return reverse("cases:ladder-rule", args=[row.pk]) if self.actor.may("cases.edit_ladder") else None

    def row_tone(self, row: EscalationRule) -> str:
        return "" if row.active else "quiet"

    def get_page_actions(self) -> list[PageAction]:
        found = []
        if self.actor.may("cases.edit_ladder"):
            found.append(PageAction(_("Settings"), reverse("cases:ladder-settings"), icon="settings"))
        if self.actor.may("cases.edit_supervising_office"):
            found.append(PageAction(_("New office"), reverse("cases:ladder-office-new"), icon="building-bank"))
        if self.actor.may("cases.edit_ladder"):
            found.append(PageAction(_("New rule"), reverse("cases:ladder-rule-new"), icon="plus", primary=True))
        return found

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        offices = access.scoped(self.actor, "cases.see_steps", SupervisingOffice).select_related("division").order_by("pk")
        return super().get_context_data(**more) | {
            "offices": list(offices), "may_edit": self.actor.may("cases.edit_supervising_office"), "by_rule": settings().by_rule,
        }  # fmt: skip


class RuleEdit(FormPage):
    """Add a rule, or change one."""

    required_verb = "cases.edit_ladder"
    template_name = "cases/escalation/rule_form.html"
    explanation = gettext_lazy("Steps that were proposed already stay as they are.")
    row: EscalationRule | None = None

    def prepare(self) -> None:
        self.title = _("New rule")
        if "pk" in self.kwargs:
            rows = EscalationRule.objects.select_related("family")
            self.row = access.fetch(self.actor, "cases.edit_ladder", rows, pk=self.kwargs["pk"])
            self.title = str(self.row)

    def get_breadcrumbs(self) -> Any:
        return [(RULES, reverse("cases:ladder"))]

    def get_form(self, data: Any = None, files: Any = None) -> forms.RuleForm:
        return forms.RuleForm(data, files, row=self.row)

    def act(self, form: forms.RuleForm) -> str:
        actions.save_rule(self.actor, rule_id=self.row.pk if self.row else None, **form.cleaned_data)
        return reverse("cases:ladder")

    def extra_context(self) -> dict[str, Any]:
        return {"rule": self.row}


class RuleRemove(ActionButton):
    required_verb = "cases.edit_ladder"
    done = gettext_lazy("Removed.")

    def act(self, request: HttpRequest, **kwargs: Any) -> str:
        actions.remove_rule(self.actor, rule_id=kwargs["pk"])
        return reverse("cases:ladder")


class LadderSettings(FormPage):
    """Whether the rules work by themselves, how long appeals take, whether promises are public."""

    required_verb = "cases.edit_ladder"
    title = gettext_lazy("Settings of the ladder")

    def get_breadcrumbs(self) -> Any:
        return [(RULES, reverse("cases:ladder"))]

    def get_form(self, data: Any = None, files: Any = None) -> forms.LadderForm:
        return forms.LadderForm(data, files, settings=settings())

    def act(self, form: forms.LadderForm) -> str:
        actions.save_settings(self.actor, changes=form.cleaned_data)
        return reverse("cases:ladder")


class OfficeEdit(FormPage):
    """Add an office, or change one."""

    required_verb = "cases.edit_supervising_office"
    explanation = gettext_lazy("The steps of an area bear the numbers of its nearest office: one series per word and year, without gaps.")
    row: SupervisingOffice | None = None

    def prepare(self) -> None:
        self.title = _("New office")
        if "pk" in self.kwargs:
            self.row = access.fetch(self.actor, "cases.edit_supervising_office", SupervisingOffice, pk=self.kwargs["pk"])
            self.title = self.row.organ

    def get_breadcrumbs(self) -> Any:
        return [(RULES, reverse("cases:ladder"))]

    def get_form(self, data: Any = None, files: Any = None) -> forms.OfficeForm:
        return forms.OfficeForm(data, files, actor=self.actor, row=self.row)

    def act(self, form: forms.OfficeForm) -> str:
        actions.save_office(self.actor, office_id=self.row.pk if self.row else None, **form.cleaned_data)
        return reverse("cases:ladder")
