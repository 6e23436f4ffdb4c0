"""Pages of messages: one's own inbox and preferences; ways and the log of deliveries for the administrator."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy
from django.views.generic import View

from chuangwen.kernel import access
from chuangwen.kernel.errors import Missing
from chuangwen.messaging import actions, queries
from chuangwen.messaging.forms import ChannelForm, PreferencesForm, TrialForm
from chuangwen.messaging.kinds import KINDS
from chuangwen.messaging.models import URGENCIES, Channel, Delivery, Received
from chuangwen.web.form_pages import ActionButton, FormPage
from chuangwen.web.lists import (
    BulkAction,
    ChoiceFilter,
    DateRangeFilter,
    Empty,
    ListColumn,
    ListPage,
    MultiChoiceFilter,
    PageAction,
    QFilter,
    SavedView,
)
from chuangwen.web.templatetags.web import badge
from chuangwen.web.views import AccessMixin, actor_of

HOME = gettext_lazy("Messages")
WAYS = gettext_lazy("Ways of messages")
URGENCY_TONES = {1: "quiet", 2: "wait", 3: "bad"}
DELIVERY_TONES = {"waiting": "wait", "sent": "ok", "failed": "bad", "dropped": "quiet"}


def cell_notice(row: Received) -> Any:
    notice = row.notice
    shown = format_html('<strong class="d-block">{}</strong>', notice.title) if row.read_at is None else format_html(
        '<span class="d-block">{}</span>', notice.title)  # fmt: skip
    return format_html('{}<span class="text-secondary small d-block cw-words">{}</span>', shown, notice.text)


def cell_urgency(row: Received) -> Any:
    return badge(row.notice.get_urgency_display(), URGENCY_TONES[row.notice.urgency])


def read_rows(request: HttpRequest, queryset: QuerySet, data: dict[str, Any]) -> str:
    count = actions.mark_read(actor_of(request), received_ids=queryset.values_list("pk", flat=True))
    return ngettext("%(n)d message marked as read.", "%(n)d messages marked as read.", count) % {"n": count}


class Inbox(ListPage):
    """What I was told."""

    title = HOME
    lead = gettext_lazy("Everything that you were told, whether or not it also came by mail or SMS.")
    columns = [
        ListColumn("notice", gettext_lazy("Message"), cell_notice, phone="title"),
        ListColumn("urgency", gettext_lazy("Urgency"), cell_urgency, sort="notice__urgency", nowrap=True, phone="badge"),
        ListColumn("kind", pgettext_lazy("message", "About"), "notice.kind_label", nowrap=True, phone="hidden"),
        ListColumn("at", gettext_lazy("Told"), sort="at", kind="datetime", nowrap=True, phone="body"),
    ]
    search_fields = ["notice__title", "notice__text"]
    search_hint = gettext_lazy("Words")
    default_sort = "-at"
    empty = Empty(gettext_lazy("No messages"), gettext_lazy("What concerns you comes here by itself."), icon="bell")
    saved_views: Any = [
        SavedView(gettext_lazy("All")),
        SavedView(gettext_lazy("Unread"), "read=0"),
        SavedView(pgettext_lazy("urgency", "urgent"), "urgency=3"),
    ]
    bulk_actions = [BulkAction("read", gettext_lazy("Mark as read"), read_rows, icon="mail-opened")]

    def get_queryset(self) -> QuerySet[Received]:
        return queries.inbox(self.actor)

    def get_filters(self) -> Sequence[Any]:
        return self.all_filters

    @cached_property
    def all_filters(self) -> list[Any]:
        return [
            QFilter(
                key="read", label=_("Read"),
                options={"0": (_("unread"), Q(read_at__isnull=True)), "1": (_("read"), Q(read_at__isnull=False))},
            ),
            MultiChoiceFilter(key="urgency", field="notice__urgency", label=_("Urgency"), choices=URGENCIES),
            ChoiceFilter(
                key="kind", field="notice__kind", label=_("Kind of message"), choices=[(kind.name, kind.label) for kind in KINDS.values()],
                more=True,
            ),
            DateRangeFilter(key="told", field="at", label=_("Told"), more=True),
        ]  # fmt: skip

    def row_url(self, row: Received) -> str:
        return reverse("messaging:open", args=[row.pk])

    def row_tone(self, row: Received) -> str:
        return "bad" if row.read_at is None and row.notice.urgency == 3 else ""

    def get_page_actions(self) -> list[PageAction]:
        return [PageAction(_("How I am reached"), reverse("messaging:preferences"), icon="settings")]

    template_name = "messaging/inbox.html"


class ReadAll(ActionButton):
    """All of it, at once."""

    done = gettext_lazy("All messages are marked as read.")

    def act(self, request: HttpRequest, **kwargs: Any) -> str:
        actions.mark_read(self.actor)
        return reverse("messaging:inbox")


class OpenNotice(AccessMixin, View):
    """A message as a link: it is marked as read and leads to what it is about."""

    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = queries.inbox(self.actor).filter(pk=pk).first()
        if row is None:
            raise Missing(_("There is no such record, or it is not in your area."))
        actions.mark_read(self.actor, received_ids=[row.pk])
        link = row.notice.link
        good = link and url_has_allowed_host_and_scheme(link, None)
        return HttpResponseRedirect(link if good else reverse("messaging:inbox"))


class PreferencesPage(FormPage):
    """How I am reached."""

    title = gettext_lazy("How I am reached")

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("messaging:inbox"))]

    def get_form(self, data: Any = None, files: Any = None) -> PreferencesForm:
        return PreferencesForm(data, files, row=queries.preferences(self.actor.account_id))

    def act(self, form: PreferencesForm) -> str:
        actions.save_preferences(self.actor, changes=form.cleaned_data)
        return reverse("messaging:preferences")


class ChannelList(ListPage):
    """The ways out of the product."""

    title = WAYS
    lead = gettext_lazy("Mail, robots of groups, SMS gateways. Without any, messages stay in the inboxes.")
    required_verb = "messaging.edit_channels"
    columns = [
        ListColumn("name", gettext_lazy("Name of the way"), sort="name", phone="title"),
        ListColumn("kind", pgettext_lazy("channel", "Kind"), "get_kind_display", nowrap=True, phone="badge"),
        ListColumn("masked", pgettext_lazy("channel", "Address"), phone="body"),
        ListColumn("unit", gettext_lazy("Group of"), "unit.__str__", phone="hidden"),
        ListColumn("urgency", gettext_lazy("Only what is at least"), "get_least_urgency_display", nowrap=True, phone="hidden"),
        ListColumn("active", gettext_lazy("In use"), phone="hidden"),
    ]
    default_sort = "name"
    empty = Empty(gettext_lazy("No ways yet"), gettext_lazy("Messages stay in the inboxes until a way out is set up."), icon="send")

    def get_queryset(self) -> QuerySet[Channel]:
        return access.scoped(self.actor, "messaging.edit_channels", Channel).select_related("unit")

    def row_url(self, row: Channel) -> str:
        return reverse("messaging:channel", args=[row.pk])

    def get_page_actions(self) -> list[PageAction]:
        return [
            PageAction(_("Log of deliveries"), reverse("messaging:deliveries"), icon="history"),
            PageAction(_("New way"), reverse("messaging:channel-new"), icon="plus", primary=True),
        ]


class ChannelEdit(FormPage):
    required_verb = "messaging.edit_channels"
    template_name = "messaging/channel.html"
    row: Channel | None = None

    def prepare(self) -> None:
        self.title = _("New way")
        if "pk" in self.kwargs:
            self.row = access.fetch(self.actor, "messaging.edit_channels", Channel, pk=self.kwargs["pk"])
            self.title = self.row.name

    def get_breadcrumbs(self) -> Any:
        return [(WAYS, reverse("messaging:channels"))]

    def get_form(self, data: Any = None, files: Any = None) -> ChannelForm:
        return ChannelForm(data, files, row=self.row)

    def act(self, form: ChannelForm) -> str:
        made = actions.save_channel(self.actor, channel_id=self.row.pk if self.row else None, **form.cleaned_data)
        return reverse("messaging:channel", args=[made.pk])

    def extra_context(self) -> dict[str, Any]:
        return {"row": self.row}


class TrialPage(FormPage):
    """Send a trial, and see what came of it."""

    required_verb = "messaging.edit_channels"
    submit = gettext_lazy("Send a trial")
    done = ""

    def prepare(self) -> None:
        self.row = access.fetch(self.actor, "messaging.edit_channels", Channel, pk=self.kwargs["pk"])
        self.title = _("Send a trial on “%(name)s”") % {"name": self.row.name}

    def get_breadcrumbs(self) -> Any:
        return [(WAYS, reverse("messaging:channels")), (self.row.name, reverse("messaging:channel", args=[self.row.pk]))]

    def get_form(self, data: Any = None, files: Any = None) -> TrialForm:
        return TrialForm(data, files, per_person=self.row.per_person)

    def act(self, form: TrialForm) -> str:
        answer = actions.send_trial(self.actor, channel_id=self.row.pk, **form.cleaned_data)
        if answer.ok:
            messages.success(self.request, _("The trial was sent. Look whether it arrived."))
        else:
            messages.error(self.request, _("It could not be sent: %(words)s") % {"words": answer.words or _("no reason was given")})
        return reverse("messaging:trial", args=[self.row.pk])


class ChannelRemove(ActionButton):
    required_verb = "messaging.edit_channels"
    done = gettext_lazy("Removed.")

    def act(self, request: HttpRequest, **kwargs: Any) -> str:
        actions.remove_channel(self.actor, channel_id=kwargs["pk"])
        return reverse("messaging:channels")


def cell_delivery(row: Delivery) -> Any:
    return badge(row.get_state_display(), DELIVERY_TONES[row.state])


def cell_to(row: Delivery) -> Any:
    return str(row.account) if row.account_id else _("the group")


def try_again(request: HttpRequest, queryset: QuerySet, data: dict[str, Any]) -> str:
    count = actions.retry(actor_of(request), delivery_ids=queryset.values_list("pk", flat=True))
    return ngettext("%(n)d delivery is tried again.", "%(n)d deliveries are tried again.", count) % {"n": count}


class DeliveryList(ListPage):
    """What was sent to whom on which way, and what came of it."""

    title = export_name = gettext_lazy("Log of deliveries")
    required_verb = "messaging.see_deliveries"
    columns = [
        ListColumn("notice", gettext_lazy("Message"), "notice.title", phone="title"),
        ListColumn("state", gettext_lazy("State"), cell_delivery, nowrap=True, phone="badge", export="get_state_display"),
        ListColumn("channel", pgettext_lazy("channel", "Way"), "channel.name", nowrap=True, phone="body"),
        ListColumn("to", gettext_lazy("To"), cell_to, nowrap=True, phone="body"),
        ListColumn("attempts", gettext_lazy("Attempts"), sort="attempts", kind="int", phone="hidden"),
        ListColumn("next_at", gettext_lazy("Next attempt"), lambda row: row.next_at if row.state == "waiting" else None, kind="datetime",
                   nowrap=True, phone="hidden"),
        ListColumn("ended_at", gettext_lazy("Ended"), sort="ended_at", kind="datetime", nowrap=True, phone="hidden"),
        ListColumn("answer", gettext_lazy("Answer of the way"), phone="hidden"),
    ]  # fmt: skip
    search_fields = ["notice__title", "answer"]
    default_sort = "-pk"
    empty = Empty(gettext_lazy("Nothing was delivered yet"), icon="send")
    bulk_actions = [BulkAction("retry", gettext_lazy("Send again"), try_again, icon="refresh", verb="messaging.retry")]
    saved_views: Any = [
        SavedView(gettext_lazy("All")),
        SavedView(pgettext_lazy("delivery", "waiting"), "state=waiting"),
        SavedView(pgettext_lazy("delivery", "failed"), "state=failed"),
    ]

    def get_breadcrumbs(self) -> Any:
        return [(WAYS, reverse("messaging:channels"))] if self.actor.may("messaging.edit_channels") else []

    def get_queryset(self) -> QuerySet[Delivery]:
        rows = access.scoped(self.actor, "messaging.see_deliveries", Delivery)
        return rows.select_related("notice", "channel", "account__person")

    def get_filters(self) -> Sequence[Any]:
        return self.all_filters

    @cached_property
    def all_filters(self) -> list[Any]:
        ways = list(Channel.objects.order_by("name").values_list("pk", "name"))
        return [
            MultiChoiceFilter(key="state", label=_("State"), choices=Delivery.State.choices),
            ChoiceFilter(key="channel", label=pgettext("channel", "Way"), choices=ways),
            DateRangeFilter(key="made", field="created_at", label=_("Told"), more=True),
        ]

    def row_url(self, row: Delivery) -> None:
        return None
