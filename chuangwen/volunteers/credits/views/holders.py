"""Holders and their ledgers, households and shops, recorded conduct."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.generic import View

from chuangwen.cases.views.photo_pages import PhotoPage, shown
from chuangwen.kernel import access
from chuangwen.places.models import Division
from chuangwen.volunteers.credits import actions, queries, words
from chuangwen.volunteers.credits.forms import HouseholdForm, RecordForm, RedeemForForm, ShopForm, WhyForm
from chuangwen.volunteers.credits.models import CreditAccount, CreditRecord
from chuangwen.volunteers.credits.views.desk import HOME, CreditList
from chuangwen.web.form_pages import ActionButton, FormPage
from chuangwen.web.lists import Empty, ListColumn, MultiChoiceFilter, PageAction, SavedView, TreeFilter, import_button
from chuangwen.web.row_pages import OfRow
from chuangwen.web.views import PageMixin

SEE, RECORD, CONFIRM = "volunteers.see_credits", "volunteers.record_conduct", "volunteers.confirm_conduct"
HOLDERS = gettext_lazy("Holders")
KINDS = [(value, label) for value, label in CreditAccount.Kind.choices if value in CreditAccount.HOLDERS]


class HolderList(CreditList):
    """Who takes part. What somebody has stands on their own page only: nobody is compared."""

    title = export_name = HOLDERS
    columns = [
        ListColumn("name", gettext_lazy("Holder"), words.holder_name, phone="title"),
        ListColumn("number", gettext_lazy("Number"), sort="number", nowrap=True),
        ListColumn("kind", gettext_lazy("Kind"), "get_kind_display", sort=("kind", "pk")),
        ListColumn("division", gettext_lazy("Community"), "division.name", sort=("division__path", "pk")),
        ListColumn("state", gettext_lazy("State"), words.holder_badge, export="get_state_display", phone="badge", nowrap=True),
        ListColumn("joined_on", gettext_lazy("Joined on"), kind="date", sort=("joined_on", "pk"), nowrap=True),
    ]
    search_fields = ["number", "name", "site__name", "=volunteer__person__name"]
    search_hint = gettext_lazy("Number, door, shop, whole name")
    default_sort = ("division__path", "pk")
    saved_views = [
        SavedView(gettext_lazy("All")), SavedView(gettext_lazy("Households taking part"), "kind=household"),
        SavedView(gettext_lazy("Shops"), "kind=shop"),
        SavedView(gettext_lazy("Volunteers"), "kind=volunteer"),
    ]  # fmt: skip
    empty = Empty(
        gettext_lazy("Nobody takes part yet"), gettext_lazy("Volunteers join by themselves; enter households and shops here."), icon="users"
    )

    def get_queryset(self) -> Any:
        return queries.holders(self.actor)

    def get_filters(self) -> Any:
        if not hasattr(self, "_filters"):
            self._filters = [
                MultiChoiceFilter(key="kind", label=_("Kind"), choices=KINDS),
                MultiChoiceFilter(key="state", label=_("State"), choices=CreditAccount.State.choices),
                TreeFilter(key="area", label=_("Area"), field="division", tree=lambda: access.scoped(self.actor, SEE, Division)),
            ]  # fmt: skip
        return self._filters

    def get_page_actions(self) -> Any:
        if not self.actor.may(RECORD):
            return []
        return [
            PageAction(_("Enter a shop"), reverse("volunteers:credit-shop-new"), icon="building-store"),
            PageAction(_("Enter a household"), reverse("volunteers:credit-household-new"), icon="plus", primary=True),
        ]


class HouseholdNew(FormPage):
    required_verb = RECORD
    title = gettext_lazy("Enter a household")
    explanation = gettext_lazy("Only who wants to takes part. It can be signed off at any time.")

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("volunteers:credits")), (HOLDERS, reverse("volunteers:credit-holders"))]

    def get_form(self, data: Any = None, files: Any = None) -> Any:
        return HouseholdForm(data, actor=self.actor)

    def act(self, form: Any) -> str:
        return actions.enter_household(self.actor, **form.cleaned_data).get_absolute_url()


class ShopNew(HouseholdNew):
    title = gettext_lazy("Enter a shop")

    def get_form(self, data: Any = None, files: Any = None) -> Any:
        return ShopForm(data, actor=self.actor)

    def act(self, form: Any) -> str:
        return actions.enter_shop(self.actor, **form.cleaned_data).get_absolute_url()


class HolderPage(PageMixin, View):
    """One holder: what there is, when it lapses, vouchers, records."""

    required_verb = SEE

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("volunteers:credits")), (HOLDERS, reverse("volunteers:credit-holders"))]

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = access.fetch(self.actor, SEE, queries.holders(self.actor), pk=pk)
        self.title, self.lead = str(row), f"{row.get_kind_display()} · {row.number} · {row.division}"
        keeps = (
            self.actor.may(RECORD) and row.state == "active" and row.kind != "volunteer"
            and access.scoped(self.actor, RECORD, CreditAccount).filter(pk=pk).exists()
        )  # fmt: skip
        context = self.get_context_data(
            row=row, state=words.holder_badge(row), lots=[(words.until(lot), lot["total"]) for lot in queries.lots(row)], keeps=keeps,
            vouchers=[(one, words.voucher_badge(one)) for one in row.vouchers.select_related("reward", "used_place")[:30]],
            records=[(one, words.record_badge(one)) for one in row.records.select_related("rule")[:30]],
            runs=self.actor.may("volunteers.run_credits"), records_here=keeps or (self.actor.may(RECORD) and row.state == "active"),
        )  # fmt: skip
        return render(request, "volunteers/credits/holder.html", context)


class StatementRows(CreditList):
    """The ledger of one holder, newest first."""

    title = export_name = gettext_lazy("Statement of credits")
    columns = [
        ListColumn("at", gettext_lazy("When"), kind="datetime", nowrap=True),
        ListColumn("kind", pgettext_lazy("credits", "What"), "get_kind_display"),
        ListColumn("words", gettext_lazy("Earned for"), phone="title", width=30),
        ListColumn("day", gettext_lazy("Day"), kind="date", nowrap=True, phone="hidden"),
        ListColumn("change", gettext_lazy("Credits"), words.change, export=lambda row: row.came - row.went, phone="badge", nowrap=True),
        ListColumn("debt", gettext_lazy("Remark"), words.debt, width=30),
    ]
    default_sort = ("-at", "-pk")
    default_size = 50
    empty = Empty(gettext_lazy("Nothing has been earned or spent yet"), "", icon="receipt")
    account: CreditAccount

    def find(self) -> CreditAccount:
        return access.fetch(self.actor, SEE, queries.holders(self.actor), pk=self.kwargs["pk"])

    def get_queryset(self) -> Any:
        if not hasattr(self, "account"):  # asked once, however often the list asks for its rows
            self.account = self.find()
        self.lead = f"{self.account} · {self.account.number}"
        return queries.statement(self.account)

    def row_url(self, row: Any) -> str | None:
        return None


class Statement(StatementRows):
    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("volunteers:credits")), (HOLDERS, reverse("volunteers:credit-holders"))]


class OfHolder(OfRow):
    required_verb = RECORD
    model, related, home = CreditAccount, ("programme", "volunteer__person", "site", "division"), (HOLDERS, "volunteers:credit-holders")


class HolderOut(OfHolder):
    title = submit = gettext_lazy("Sign the holder off")
    tone = "danger"
    form_class = WhyForm
    explanation = gettext_lazy("What there is lapses at once; vouchers stay good.")

    def do(self, form: Any) -> None:
        actions.take_out(self.actor, credit_account_id=self.about.pk, **form.cleaned_data)


class HolderRedeem(OfHolder):
    title = submit = gettext_lazy("Redeem for the holder")

    def get_form(self, data: Any = None, files: Any = None) -> RedeemForForm:
        return RedeemForForm(data, account=self.about, initial={"uid": uuid.uuid4()})

    def do(self, form: Any) -> None:
        given = form.cleaned_data
        actions.redeem_for(self.actor, credit_account_id=self.about.pk, reward_id=given["reward"].pk, uid=given["uid"])


class RecordNew(PhotoPage, OfHolder):
    title = gettext_lazy("Record conduct")
    explanation = gettext_lazy("It earns credits once somebody else has confirmed it.")

    def make_form(self, data: Any = None, files: Any = None) -> RecordForm:
        return RecordForm(data, files, actor=self.actor, account=self.about)

    def do(self, form: Any) -> None:
        given, seen = form.cleaned_data, form.cleaned_data.get("observation")
        actions.record_conduct(
            self.actor, credit_rule_id=given["rule"].pk, credit_account_id=self.about.pk, day=given["day"], words=given["words"],
            photos=form.photos("photos") if form.has_photos else (), observation_id=seen.pk if seen else None, uid=given["uid"],
        )  # fmt: skip


class RecordList(CreditList):
    """Recorded conduct: what waits first."""

    title = export_name = gettext_lazy("Conduct")
    columns = [
        ListColumn("rule", gettext_lazy("Earned for"), "rule.name", sort=("rule__name", "pk"), phone="title"),
        ListColumn("holder", gettext_lazy("Holder"), lambda row: words.holder_name(row.account)),
        ListColumn("division", gettext_lazy("Community"), "account.division.name", sort=("account__division__path", "pk")),
        ListColumn("day", gettext_lazy("Day"), kind="date", sort=("day", "pk"), nowrap=True),
        ListColumn("state", gettext_lazy("State"), words.record_badge, export="get_state_display", phone="badge", nowrap=True),
        ListColumn("words", gettext_lazy("What was observed"), width=30, phone="hidden"),
    ]
    search_fields = ["words", "account__number", "account__name", "account__site__name"]
    default_sort = ("-recorded_at", "-pk")
    saved_views = [
        SavedView(gettext_lazy("All")), SavedView(gettext_lazy("To be confirmed"), "state=recorded"),
        SavedView(gettext_lazy("Confirmed"), "state=confirmed"),
    ]  # fmt: skip
    empty = Empty(gettext_lazy("Nothing was recorded yet"), gettext_lazy("Record conduct on the page of a holder."), icon="photo-check")

    def get_queryset(self) -> Any:
        return queries.records(self.actor)

    def get_filters(self) -> Any:
        if not hasattr(self, "_filters"):
            self._filters = [MultiChoiceFilter(key="state", label=_("State"), choices=CreditRecord.State.choices)]
        return self._filters

    def get_page_actions(self) -> Any:
        return import_button(self.actor, "credit-conduct") if self.actor.may(RECORD) else []


class RecordPage(PageMixin, View):
    """One record with its evidence, and what is decided on it."""

    required_verb = SEE

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("volunteers:credits")), (_("Conduct"), reverse("volunteers:credit-records"))]

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        rows = queries.records(self.actor).select_related(
            "rule", "account__volunteer__person", "account__site", "account__division", "recorded_by__person", "decided_by__person",
            "observation__round",
        )  # fmt: skip
        row = access.fetch(self.actor, SEE, rows, pk=pk)
        self.title, self.lead = row.rule.name, str(row.account)
        decides = self.actor.may(CONFIRM) and access.scoped(self.actor, CONFIRM, CreditRecord).filter(pk=pk).exists()
        own = row.recorded_by_id is not None and row.recorded_by_id == self.actor.account_id
        context = self.get_context_data(
            row=row, state=words.record_badge(row), photos=shown(row.photos.all(), self.actor.account_id), own=own,
            decides=decides and not own and row.state == "recorded", strikes=decides and not own and row.state == "confirmed",
        )  # fmt: skip
        return render(request, "volunteers/credits/record.html", context)


class RecordConfirm(ActionButton):
    required_verb = CONFIRM
    done = gettext_lazy("Confirmed: it has earned.")

    def act(self, request: HttpRequest, **kwargs: Any) -> str:
        return actions.confirm_conduct(self.actor, credit_record_id=kwargs["pk"]).get_absolute_url()


class RecordRefuse(OfRow):
    required_verb = CONFIRM
    model, related, home = CreditRecord, ("rule",), (gettext_lazy("Conduct"), "volunteers:credit-records")
    title = submit = gettext_lazy("Do not confirm")
    form_class = WhyForm

    def do(self, form: Any) -> None:
        actions.refuse_conduct(self.actor, credit_record_id=self.about.pk, **form.cleaned_data)


class RecordStrike(RecordRefuse):
    title = submit = gettext_lazy("Strike the record")
    tone = "danger"
    explanation = gettext_lazy("What it earned is taken back. What has been spent already is owed: later earnings pay it.")

    def do(self, form: Any) -> None:
        actions.strike_conduct(self.actor, credit_record_id=self.about.pk, **form.cleaned_data)
