"""The desk: programmes, rules, rewards with stock, vouchers, the check of the ledger."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from chuangwen.kernel import access
from chuangwen.kernel.errors import Missing
from chuangwen.volunteers.credits import actions, checking, queries, words
from chuangwen.volunteers.credits.forms import (
    CloseForm,
    EditProgrammeForm,
    ProgrammeForm,
    RewardForm,
    RuleForm,
    StockForm,
    WhyForm,
)
from chuangwen.volunteers.credits.models import (
    CreditProgramme,
    CreditReward,
    CreditRule,
    CreditVoucher,
)
from chuangwen.web.form_pages import FormPage
from chuangwen.web.lists import Empty, LinkFilter, ListColumn, ListPage, MultiChoiceFilter, PageAction, SavedView, import_button
from chuangwen.web.row_pages import OfRow
from chuangwen.web.views import PageMixin

SEE, RUN, AUDIT = "volunteers.see_credits", "volunteers.run_credits", "volunteers.audit_credits"
HOME = gettext_lazy("Credits")


class CreditList(ListPage):
    """What the lists of this part have in common."""

    required_verb: str | None = SEE

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("volunteers:credits"))]


class ProgrammeList(CreditList):
    title = export_name = HOME
    columns = [
        ListColumn("name", gettext_lazy("Programme"), sort=("name", "pk"), phone="title"),
        ListColumn("division", gettext_lazy("Area"), "division.name", sort=("division__path", "pk")),
        ListColumn("state", gettext_lazy("State"), words.programme_badge, export="get_state_display", phone="badge", nowrap=True),
        ListColumn("started_on", gettext_lazy("Programme begun on"), kind="date", sort=("started_on", "pk"), nowrap=True),
        ListColumn("closes_on", gettext_lazy("Last day"), kind="date", nowrap=True, phone="hidden"),
    ]
    default_sort = ("division__path", "pk")
    empty = Empty(gettext_lazy("No programme of credits yet"), gettext_lazy("Open one for the town or the street."), icon="gift")

    def get_breadcrumbs(self) -> Any:
        return []

    def get_queryset(self) -> Any:
        return queries.programmes(self.actor)

    def get_page_actions(self) -> Any:
        found = [
            PageAction(_("Holders"), reverse("volunteers:credit-holders"), icon="users"),
            PageAction(_("Conduct"), reverse("volunteers:credit-records"), icon="photo-check"),
            PageAction(_("Rewards"), reverse("volunteers:credit-rewards"), icon="gift"),
            PageAction(_("Vouchers"), reverse("volunteers:credit-vouchers"), icon="qrcode"),
            PageAction(_("Redeeming places"), reverse("volunteers:credit-places"), icon="building-store"),
        ]
        if self.actor.may("volunteers.take_vouchers"):
            found.append(PageAction(_("Take a voucher"), reverse("volunteers:credit-use"), icon="scan"))
        if self.actor.may(AUDIT):
            found.append(PageAction(_("Check the ledger"), reverse("volunteers:credit-check"), icon="shield-check"))
        if self.actor.may(RUN):
            found.append(PageAction(_("New programme"), reverse("volunteers:credit-programme-new"), icon="plus", primary=True))
        return found


class ProgrammePage(PageMixin, View):
    """A programme: its rules and how it runs."""

    required_verb = SEE

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("volunteers:credits"))]

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = queries.programmes(self.actor).filter(pk=pk).first()
        if row is None:
            raise Missing(_("There is no such record, or it is not in your area."))
        self.title = row.name
        runs = access.scoped(self.actor, RUN, CreditProgramme).filter(pk=pk).exists() if self.actor.may(RUN) else False
        context = self.get_context_data(
            row=row, state=words.programme_badge(row), runs=runs and row.state != "closed",
            rules=[(rule, words.rule_told(rule)) for rule in row.rules.all()],
        )  # fmt: skip
        return render(request, "volunteers/credits/programme.html", context)


class ProgrammeNew(FormPage):
    required_verb = RUN
    title = gettext_lazy("New programme")
    explanation = gettext_lazy("It begins with a rule for hours: one credit for each whole 30 minutes. Taking part is voluntary.")

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("volunteers:credits"))]

    def get_form(self, data: Any = None, files: Any = None) -> ProgrammeForm:
        return ProgrammeForm(data, actor=self.actor)

    def act(self, form: Any) -> str:
        return actions.open_credits(self.actor, **form.cleaned_data).get_absolute_url()


class OfProgrammePage(OfRow):
    required_verb = RUN
    model, related, home = CreditProgramme, ("division",), (HOME, "volunteers:credits")


class ProgrammeEdit(OfProgrammePage):
    title = gettext_lazy("Change the programme")

    def get_form(self, data: Any = None, files: Any = None) -> EditProgrammeForm:
        return EditProgrammeForm(data, row=self.about)

    def do(self, form: Any) -> None:
        given = dict(form.cleaned_data)
        actions.edit_credits(self.actor, programme_id=self.about.pk, expected=given.pop("revision"), **given)


class ProgrammeClose(OfProgrammePage):
    title = submit = gettext_lazy("Announce the end")
    tone = "danger"
    form_class = CloseForm
    explanation = gettext_lazy(
        "From now nobody joins and nothing is earned. Until the last day, at least 30 days from today, everything can be spent; holders are "
        "told before; then it lapses."
    )

    def do(self, form: Any) -> None:
        actions.close_credits(self.actor, programme_id=self.about.pk, **form.cleaned_data)


class OfProgrammeForm(FormPage):
    """A page that makes something of a programme, or changes the one that the address names."""

    required_verb = RUN
    model: Any
    new_title: Any = ""
    list_name = "volunteers:credits"
    list_title: Any = HOME
    row: Any = None

    def prepare(self) -> None:
        self.title = self.new_title
        if "pk" in self.kwargs:
            self.row = access.fetch(self.actor, RUN, self.model.objects.select_related("programme"), pk=self.kwargs["pk"])
            self.title = self.row.name

    def get_breadcrumbs(self) -> Any:
        found = [(HOME, reverse("volunteers:credits"))]
        return found if self.list_name == "volunteers:credits" else [*found, (self.list_title, reverse(self.list_name))]

    def given(self, form: Any) -> dict[str, Any]:
        """What the action takes, with the programme."""
        given = dict(form.cleaned_data)
        programme = given.pop("programme", None)
        return given | {"programme_id": self.row.programme_id if self.row else programme.pk, "expected": given.pop("revision")}


class RuleEdit(OfProgrammeForm):
    model, new_title = CreditRule, gettext_lazy("New rule")

    def get_form(self, data: Any = None, files: Any = None) -> RuleForm:
        return RuleForm(data, actor=self.actor, row=self.row)

    def act(self, form: Any) -> str:
        row = actions.save_credit_rule(self.actor, credit_rule_id=self.row.pk if self.row else None, **self.given(form))
        return row.programme.get_absolute_url()


class RewardList(CreditList):
    """Rewards: what they cost, what is there."""

    title = export_name = gettext_lazy("Rewards")
    columns = [
        ListColumn("name", gettext_lazy("Reward"), sort=("name", "pk"), phone="title"),
        ListColumn("kind", gettext_lazy("Kind"), "get_kind_display", sort=("kind", "pk")),
        ListColumn("cost", gettext_lazy("Credits"), kind="int", sort=("cost", "pk")),
        ListColumn("stock", gettext_lazy("Pieces in stock"), kind="int", sort=("stock", "pk"), phone="badge"),
        ListColumn("most_a_month", gettext_lazy("At most a holder and month"), lambda row: row.most_a_month or None, phone="hidden"),
        ListColumn("active", gettext_lazy("Can be had now"), phone="hidden"),
        ListColumn("programme", gettext_lazy("Programme"), "programme.name", phone="hidden"),
        ListColumn("about", gettext_lazy("About the reward"), width=30, phone="hidden"),
    ]
    search_fields = ["name", "about"]
    default_sort = ("programme", "kind", "cost", "pk")
    empty = Empty(gettext_lazy("No rewards yet"), gettext_lazy("Bus rides, sights, films, goods: bring in a sheet or add one."), icon="gift")

    def get_queryset(self) -> Any:
        return queries.rewards(self.actor)

    def get_filters(self) -> Any:
        if not hasattr(self, "_filters"):
            self._filters = [MultiChoiceFilter(key="kind", label=_("Kind"), choices=CreditReward.Kind.choices)]
        return self._filters

    def row_tone(self, row: CreditReward) -> str:
        return "warn" if row.active and row.stock == 0 else "" if row.active else "quiet"

    def get_page_actions(self) -> Any:
        if not self.actor.may(RUN):
            return []
        new = PageAction(_("New reward"), reverse("volunteers:credit-reward-new"), icon="plus", primary=True)
        return [*import_button(self.actor, "credit-rewards"), new]


class RewardPage(PageMixin, View):
    """A reward and how its stock moved."""

    required_verb = SEE

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("volunteers:credits")), (_("Rewards"), reverse("volunteers:credit-rewards"))]

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = queries.rewards(self.actor).filter(pk=pk).first()
        if row is None:
            raise Missing(_("There is no such record, or it is not in your area."))
        self.title = row.name
        runs = self.actor.may(RUN) and access.scoped(self.actor, RUN, CreditReward).filter(pk=pk).exists()
        states = dict.fromkeys(CreditVoucher.State.values, 0)
        for state in row.vouchers.values_list("state", flat=True):
            states[state] += 1
        context = self.get_context_data(
            row=row, runs=runs, places=list(row.places.all()), moves=list(row.moves.select_related("by__person")[:60]),
            counts=[(label, states[state]) for state, label in CreditVoucher.State.choices],
        )  # fmt: skip
        return render(request, "volunteers/credits/reward.html", context)


class RewardEdit(OfProgrammeForm):
    model, new_title = CreditReward, gettext_lazy("New reward")
    list_name, list_title = "volunteers:credit-rewards", gettext_lazy("Rewards")

    def get_form(self, data: Any = None, files: Any = None) -> RewardForm:
        return RewardForm(data, actor=self.actor, row=self.row)

    def act(self, form: Any) -> str:
        row = actions.save_reward(self.actor, reward_id=self.row.pk if self.row else None, **self.given(form))
        return row.get_absolute_url()


class RewardStock(OfRow):
    required_verb = RUN
    model, related, home = CreditReward, ("programme",), (gettext_lazy("Rewards"), "volunteers:credit-rewards")
    title = gettext_lazy("Pieces came or went")
    form_class = StockForm

    def do(self, form: Any) -> None:
        actions.move_stock(self.actor, reward_id=self.about.pk, **form.cleaned_data)


class VoucherList(CreditList):
    """All vouchers; the code stays with its holder."""

    title = export_name = gettext_lazy("Vouchers")
    columns = [
        ListColumn("reward", gettext_lazy("Reward"), "reward.name", sort=("reward__name", "pk"), phone="title"),
        ListColumn("tail", gettext_lazy("Code ends in"), lambda row: row.code[-4:]),
        ListColumn("state", gettext_lazy("State"), words.voucher_badge, export="get_state_display", phone="badge", nowrap=True),
        ListColumn("holder", gettext_lazy("Holder"), lambda row: words.holder_name(row.account)),
        ListColumn("cost", gettext_lazy("Credits"), kind="int"),
        ListColumn("made_at", gettext_lazy("Redeemed"), kind="datetime", sort=("made_at", "pk"), nowrap=True),
        ListColumn("expires_on", gettext_lazy("Can be used until"), kind="date", sort=("expires_on", "pk"), nowrap=True),
        ListColumn("used_at", gettext_lazy("Used"), kind="datetime", sort=("used_at", "pk"), nowrap=True),
        ListColumn("used_place", gettext_lazy("Used where"), "used_place.name", phone="hidden"),
        ListColumn("tried_again", gettext_lazy("Shown again"), lambda row: row.tried_again or None, phone="hidden"),
    ]
    search_fields = ["reward__name", "=code"]
    search_hint = gettext_lazy("Reward, or the whole code")
    default_sort = ("-made_at", "-pk")
    saved_views = [
        SavedView(gettext_lazy("All")), SavedView(gettext_lazy("To be used"), "state=open"), SavedView(gettext_lazy("Used"), "state=used"),
    ]  # fmt: skip
    empty = Empty(gettext_lazy("No vouchers yet"), gettext_lazy("They come as holders redeem credits."), icon="qrcode")

    def get_queryset(self) -> Any:
        return queries.vouchers(self.actor)

    def get_filters(self) -> Any:
        if not hasattr(self, "_filters"):
            def name(value: str) -> str | None:
                found = CreditReward.objects.filter(pk=value).first()
                return found.name if found else None

            self._filters = [
                MultiChoiceFilter(key="state", label=_("State"), choices=CreditVoucher.State.choices),
                LinkFilter(key="reward", label=_("Reward"), field="reward", name=name),
            ]  # fmt: skip
        return self._filters


class VoucherCancel(FormPage):
    """The office cancels a voucher that cannot be honoured."""

    required_verb = RUN
    title = submit = gettext_lazy("Cancel the voucher")
    tone = "danger"
    form_class = WhyForm
    explanation = gettext_lazy("Its credits and its piece are there again at once.")
    voucher: CreditVoucher

    def prepare(self) -> None:
        self.voucher = access.fetch(self.actor, RUN, queries.vouchers(self.actor, RUN), pk=self.kwargs["pk"])
        self.lead = str(self.voucher)

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("volunteers:credits")), (_("Vouchers"), reverse("volunteers:credit-vouchers"))]

    def act(self, form: Any) -> str:
        actions.cancel_voucher(self.actor, voucher_id=self.voucher.pk, **form.cleaned_data)
        return self.voucher.get_absolute_url()


class CheckPage(PageMixin, View):
    """The ledger checked to the last credit, now."""

    required_verb = AUDIT
    title = gettext_lazy("Check of the ledger of credits")

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("volunteers:credits"))] if self.actor.may(SEE) else []

    def get(self, request: HttpRequest) -> HttpResponse:
        found = checking.check(access.scoped(self.actor, AUDIT, CreditProgramme).select_related("division"))
        return render(request, "volunteers/credits/check.html", self.get_context_data(found=found))
