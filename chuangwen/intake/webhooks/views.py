"""Pages for the system administrator: who is told, of what, and what became of each message."""

import json
from typing import Any

from django.db.models import Count, Max, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.generic import View

from chuangwen.intake.models import Delivery, Webhook
from chuangwen.intake.webhooks import actions, rules
from chuangwen.intake.webhooks.forms import WebhookForm
from chuangwen.kernel import access, clock
from chuangwen.web.form_pages import ActionButton, FormPage
from chuangwen.web.lists import ChoiceFilter, DateRangeFilter, Empty, ListColumn, ListPage, PageAction
from chuangwen.web.templatetags.web import badge
from chuangwen.web.views import PageMixin

HOOKS = gettext_lazy("Telling other systems (webhooks)")
LOG = gettext_lazy("Messages to other systems")
TONES = {Delivery.State.WAITING: "wait", Delivery.State.DELIVERED: "ok", Delivery.State.FAILED: "bad"}
STATES = Delivery.State


class WebhookList(ListPage):
    title = HOOKS
    required_verb = "intake.manage_webhooks"
    columns = [
        ListColumn("name", pgettext_lazy("system", "System"), sort="name", phone="title"),
        ListColumn("state", gettext_lazy("State"), "intake/cells/webhook.html", export=lambda row: hook_word(row), phone="badge"),
        ListColumn("url", gettext_lazy("Address")),
        ListColumn("events", pgettext_lazy("webhook", "Events"), lambda row: len(row.events), kind="int"),
        ListColumn("taken", pgettext_lazy("webhook", "Taken"), kind="int"),
        ListColumn("waiting", pgettext_lazy("webhook", "To be sent"), kind="int"),
        ListColumn("failed", pgettext_lazy("webhook", "Given up"), kind="int"),
        ListColumn("last", pgettext_lazy("webhook", "Last taken"), kind="datetime"),
    ]
    search_fields = ["name", "url"]
    default_sort = "name"
    export_name = HOOKS
    page_actions = [
        PageAction(pgettext_lazy("webhook", "New address"), "/desk/webhooks/new/", icon="plus", primary=True),
        PageAction(LOG, "/desk/webhooks/deliveries/", icon="list-check"),
    ]
    empty = Empty(
        gettext_lazy("Nobody is told yet."),
        gettext_lazy("Another system gives an address; what happens to cases is sent there, signed, until it is taken."),
        pgettext_lazy("webhook", "New address"),
        "/desk/webhooks/new/",
        icon="bell",
    )

    def get_queryset(self) -> Any:
        return access.scoped(self.actor, "intake.manage_webhooks", Webhook).annotate(
            taken=Count("deliveries", filter=Q(deliveries__state=STATES.DELIVERED)),
            waiting=Count("deliveries", filter=Q(deliveries__state=STATES.WAITING)),
            failed=Count("deliveries", filter=Q(deliveries__state=STATES.FAILED)),
            last=Max("deliveries__delivered_at"),
        )

    def row_url(self, row: Webhook) -> str:
        return reverse("intake:webhook", args=[row.pk])


def hook_word(row: Webhook) -> str:
    return pgettext("webhook", "on") if row.active else pgettext("webhook", "off")


def secret_page(page: Any, name: str, plain: str, hook_id: int) -> HttpResponse:
    """The secret, this once, with how a signature is checked."""
    context = page.get_context_data(
        title=_("The secret"), name=name, secret=plain, next=reverse("intake:webhook", args=[hook_id]), signature=rules.SIGNATURE,
        timestamp=rules.TIMESTAMP,
    )  # fmt: skip
    return render(page.request, "intake/secret_once.html", context)


class NewWebhook(FormPage):
    title = pgettext_lazy("webhook", "New address")
    required_verb = "intake.manage_webhooks"

    def get_breadcrumbs(self) -> Any:
        return [(HOOKS, reverse("intake:webhooks"))]

    def get_form(self, data: Any = None, files: Any = None) -> WebhookForm:
        return WebhookForm(data, actor=self.actor)

    def act(self, form: WebhookForm) -> HttpResponse:
        hook, plain = actions.make_webhook(self.actor, **form.cleaned_data)
        return secret_page(self, hook.name, plain, hook.pk)


class WebhookPage(FormPage):
    """Where it leads and of what it tells; its last messages; a test, a new secret, removal."""

    required_verb = "intake.manage_webhooks"
    template_name = "intake/webhook.html"

    def prepare(self) -> None:
        rows = Webhook.objects.select_related("division")
        self.row = access.fetch(self.actor, "intake.manage_webhooks", rows, pk=self.kwargs["pk"])
        self.title = self.row.name

    def get_breadcrumbs(self) -> Any:
        return [(HOOKS, reverse("intake:webhooks"))]

    def get_form(self, data: Any = None, files: Any = None) -> WebhookForm:
        names = ("name", "division", "url", "events", "outside_only", "active")
        return WebhookForm(data, actor=self.actor, initial={name: getattr(self.row, name) for name in names})

    def act(self, form: WebhookForm) -> str:
        actions.change_webhook(self.actor, hook_id=self.row.pk, **form.cleaned_data)
        return reverse("intake:webhook", args=[self.row.pk])

    def extra_context(self) -> dict[str, Any]:
        until = self.row.old_until if self.row.old_until and self.row.old_until > clock.now() else None
        last = self.row.deliveries.select_related("case").order_by("-created_at", "-pk")[:5]
        told = [(each, rules.WORDS.get(each.event, each.event), TONES[each.state]) for each in last]
        return {"row": self.row, "last": told, "both_until": until}


class NewSecret(ActionButton):
    required_verb = "intake.manage_webhooks"

    def act(self, request: HttpRequest, pk: int) -> HttpResponse:
        plain = actions.change_secret(self.actor, hook_id=pk)
        page = WebhookPage()
        page.setup(request, pk=pk)
        page.prepare()
        return secret_page(page, page.row.name, plain, pk)


class TestMessage(ActionButton):
    required_verb = "intake.manage_webhooks"

    def act(self, request: HttpRequest, pk: int) -> str:
        return reverse("intake:delivery", args=[actions.send_test(self.actor, hook_id=pk).pk])


class RemoveWebhook(ActionButton):
    required_verb = "intake.manage_webhooks"
    done = gettext_lazy("Removed. This address is told nothing any more.")

    def act(self, request: HttpRequest, pk: int) -> str:
        actions.remove_webhook(self.actor, hook_id=pk)
        return reverse("intake:webhooks")


class DeliveryList(ListPage):
    """The log: every message with what became of it."""

    title = LOG
    required_verb = "intake.manage_webhooks"
    columns = [
        ListColumn("event", pgettext_lazy("webhook", "Event"), lambda row: rules.WORDS.get(row.event, row.event), sort="event", phone="title"),
        ListColumn("case", pgettext_lazy("webhook", "Case"), "case.number", sort="case"),
        ListColumn("webhook", pgettext_lazy("system", "System"), sort="webhook__name"),
        ListColumn(
            "state",
            gettext_lazy("State"),
            lambda row: badge(row.get_state_display(), TONES[row.state]),
            export="get_state_display",
            phone="badge",
            sort="state",
        ),
        ListColumn("tries", pgettext_lazy("webhook", "Tries"), lambda row: len(row.attempts), kind="int"),
        ListColumn("answer", pgettext_lazy("webhook", "Last answer"), lambda row: last_answer(row)),
        ListColumn("created_at", pgettext_lazy("webhook", "Written"), kind="datetime", sort="created_at"),
        ListColumn("delivered_at", pgettext_lazy("webhook", "Taken"), kind="datetime", sort="delivered_at"),
        ListColumn("next_at", pgettext_lazy("webhook", "Next try"), kind="datetime", sort="next_at", phone="hidden"),
    ]
    search_fields = ["=case__number", "webhook__name"]
    default_sort = "-created_at"
    export_name = LOG
    empty = Empty(gettext_lazy("No message was written yet."), icon="bell")

    def get_breadcrumbs(self) -> Any:
        return [(HOOKS, reverse("intake:webhooks"))]

    def get_queryset(self) -> Any:
        return access.scoped(self.actor, "intake.manage_webhooks", Delivery).select_related("webhook", "case")

    @cached_property
    def hooks(self) -> list[tuple[str, str]]:
        return [(str(pk), name) for pk, name in Webhook.objects.values_list("pk", "name")]

    def get_filters(self) -> Any:
        return [
            ChoiceFilter(key="webhook", label=pgettext("system", "System"), choices=self.hooks),
            ChoiceFilter(key="state", label=_("State"), choices=Delivery.State.choices),
            ChoiceFilter(key="event", label=pgettext("webhook", "Event"), choices=[*rules.WORDS.items()]),
            DateRangeFilter(key="created", field="created_at", label=pgettext_lazy("webhook", "Written")),
        ]

    def row_url(self, row: Delivery) -> str:
        return reverse("intake:delivery", args=[row.pk])


def last_answer(row: Delivery) -> str:
    """HTTP 200, or why there was none."""
    if not row.attempts:
        return ""
    last = row.attempts[-1]
    return f"HTTP {last['status']}" if last["status"] else str(last["error"])[:60]


class DeliveryPage(PageMixin, View):
    """One message: what was said, every try with what was answered."""

    required_verb = "intake.manage_webhooks"

    def get_breadcrumbs(self) -> Any:
        return [(HOOKS, reverse("intake:webhooks")), (LOG, reverse("intake:deliveries"))]

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        rows = Delivery.objects.select_related("webhook", "case")
        row = access.fetch(self.actor, "intake.manage_webhooks", rows, pk=pk)
        self.title = str(rules.WORDS.get(row.event, row.event))
        attempts = [{**each, "at": parse_datetime(each["at"])} for each in reversed(row.attempts)]
        body = json.dumps(json.loads(row.body), ensure_ascii=False, indent=2)
        may = row.case is not None and self.actor.may("cases.see")
        context = self.get_context_data(row=row, attempts=attempts, body=body, tone=TONES[row.state], case_link=may)
        return render(request, "intake/delivery.html", context)


class SendAgain(ActionButton):
    required_verb = "intake.manage_webhooks"
    done = gettext_lazy("It is being sent once more.")

    def act(self, request: HttpRequest, pk: int) -> str:
        actions.send_again(self.actor, delivery_id=pk)
        return reverse("intake:delivery", args=[pk])
