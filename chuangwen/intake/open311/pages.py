"""Pages for the system administrator: which systems hold a key, and what came by each."""

from typing import Any

from django.db.models import Count, Max, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from chuangwen.intake.models import SystemKey
from chuangwen.intake.open311 import actions, queries
from chuangwen.intake.open311.forms import KeyForm
from chuangwen.kernel import access
from chuangwen.web.form_pages import ActionButton, FormPage
from chuangwen.web.lists import Empty, ListColumn, ListPage, PageAction, QFilter

IN_FORCE = Q(withdrawn_at__isnull=True)
SYSTEMS = gettext_lazy("Other systems (Open311)")


class KeyList(ListPage):
    """The keys, with what came by each."""

    title = SYSTEMS
    required_verb = "intake.manage_keys"
    columns = [
        ListColumn("name", pgettext_lazy("system", "System"), sort="name", phone="title"),
        ListColumn("state", gettext_lazy("State"), "intake/cells/key.html", export=lambda row: key_word(row), phone="badge"),
        ListColumn("division", gettext_lazy("For which area"), lambda row: str(row.division) if row.division else _("the whole town")),
        ListColumn("reports_count", pgettext_lazy("system", "Reports"), kind="int"),
        ListColumn("last_report", pgettext_lazy("system", "Last report"), kind="datetime"),
        ListColumn("last_used_at", gettext_lazy("Last used"), kind="datetime", sort="last_used_at"),
        ListColumn("created_at", gettext_lazy("Given"), kind="datetime", sort="created_at", phone="hidden"),
    ]
    search_fields = ["name"]
    default_sort = "name"
    export_name = SYSTEMS
    page_actions = [
        PageAction(pgettext_lazy("system", "New key"), "/desk/systems/new/", icon="key", primary=True),
        PageAction(pgettext_lazy("system", "Who is told"), "/desk/webhooks/", icon="bell"),
        PageAction(pgettext_lazy("system", "Description for programs"), "/open311/v2/openapi.json", icon="file-text"),
    ]
    empty = Empty(
        gettext_lazy("No other system has a key yet."),
        gettext_lazy("With a key another system brings reports by the interface Open311 GeoReport v2 and reads how they go on."),
        gettext_lazy("Give a key"),
        "/desk/systems/new/",
        icon="key",
    )

    def get_queryset(self) -> Any:
        rows = access.scoped(self.actor, "intake.manage_keys", SystemKey).select_related("division")
        return rows.annotate(reports_count=Count("reports"), last_report=Max("reports__received_at"))

    def get_filters(self) -> Any:
        return [
            QFilter(
                key="state", label=_("State"),
                options={"in": (pgettext("system", "in force"), IN_FORCE), "out": (pgettext_lazy("system", "taken back"), ~IN_FORCE)},
            )
        ]  # fmt: skip

    def row_url(self, row: SystemKey) -> str:
        return reverse("intake:system", args=[row.pk])


def key_word(row: SystemKey) -> str:
    return str(pgettext("system", "in force") if row.withdrawn_at is None else pgettext_lazy("system", "taken back"))


class NewKey(FormPage):
    """Give a key; it is shown this once."""

    title = pgettext_lazy("system", "New key")
    required_verb = "intake.manage_keys"
    submit = gettext_lazy("Give the key")

    def get_breadcrumbs(self) -> Any:
        return [(SYSTEMS, reverse("intake:systems"))]

    def get_form(self, data: Any = None, files: Any = None) -> KeyForm:
        return KeyForm(data, actor=self.actor)

    def act(self, form: KeyForm) -> HttpResponse:
        plain = actions.make_key(self.actor, **form.cleaned_data)
        context = self.get_context_data(
            title=_("The key"), name=form.cleaned_data["name"], secret=plain, next=reverse("intake:systems"),
            endpoint=self.request.build_absolute_uri("/open311/v2"), jurisdiction=queries.jurisdiction(),
        )  # fmt: skip
        return render(self.request, "intake/key_once.html", context)


class KeyPage(FormPage):
    """What a key allows, what came by it, and the button to take it back."""

    required_verb = "intake.manage_keys"
    template_name = "intake/key.html"

    def prepare(self) -> None:
        rows = SystemKey.objects.select_related("division", "created_by__person").annotate(
            reports_count=Count("reports"), last_report=Max("reports__received_at")
        )
        self.row = access.fetch(self.actor, "intake.manage_keys", rows, pk=self.kwargs["pk"])
        self.title = self.row.name

    def get_breadcrumbs(self) -> Any:
        return [(SYSTEMS, reverse("intake:systems"))]

    def get_form(self, data: Any = None, files: Any = None) -> KeyForm:
        names = ("name", "division", "per_hour", "reads_words", "media_hosts")
        return KeyForm(data, actor=self.actor, initial={name: getattr(self.row, name) for name in names})

    def act(self, form: KeyForm) -> str:
        actions.change_key(self.actor, key_id=self.row.pk, **form.cleaned_data)
        return reverse("intake:system", args=[self.row.pk])

    def extra_context(self) -> dict[str, Any]:
        may = self.actor.may("intake.see_reports")
        return {"row": self.row, "reports_url": f"{reverse('intake:reports')}?system={self.row.pk}" if may else ""}


class WithdrawKey(ActionButton):
    required_verb = "intake.manage_keys"
    done = gettext_lazy("The key was taken back. Nothing can be sent or read with it any more.")

    def act(self, request: HttpRequest, **kwargs: Any) -> str:
        actions.withdraw_key(self.actor, key_id=kwargs["pk"])
        return reverse("intake:systems")
