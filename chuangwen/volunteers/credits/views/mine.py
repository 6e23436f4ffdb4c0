"""The holder's own pages: what I have, when it lapses, what I can get, my vouchers. Nobody else's figures stand here."""

from __future__ import annotations

import uuid
from typing import Any

import segno
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from chuangwen.kernel import access
from chuangwen.kernel.errors import Missing
from chuangwen.volunteers.credits import actions, codes, queries, rules, words
from chuangwen.volunteers.credits.actions.base import programme_for
from chuangwen.volunteers.credits.forms import TransferForm
from chuangwen.volunteers.credits.models import CreditAccount
from chuangwen.volunteers.credits.views.holders import StatementRows
from chuangwen.web.form_pages import ActionButton, FormPage
from chuangwen.web.views import PageMixin

SPEND = "volunteers.spend_credits"
HOME = gettext_lazy("My credits")


class Mine(PageMixin, View):
    required_verb = SPEND
    title = HOME

    def get(self, request: HttpRequest) -> HttpResponse:
        account = queries.own_account(self.actor)
        if account is None or account.state != "active":
            volunteer = queries.own_volunteer(self.actor)
            programme = programme_for(volunteer.division) if volunteer is not None else None
            rows = [(rule, words.rule_told(rule)) for rule in programme.rules.filter(active=True)] if programme else []
            context = self.get_context_data(volunteer=volunteer, programme=programme, rules=rows, account=account)
            return render(request, "volunteers/credits/join.html", context)
        vouchers = list(account.vouchers.select_related("reward", "used_place")[:40])
        rewards = queries.offered(account.programme)
        context = self.get_context_data(
            account=account, programme=account.programme, lots=[(words.until(lot), lot["total"]) for lot in queries.lots(account)],
            rewards=[
                {"row": row, "icon": words.ICONS[row.kind], "short": max(0, row.cost - account.balance), "uid": uuid.uuid4(),
                 "places": list(row.places.all())}
                for row in rewards
            ],
            ready=[one for one in vouchers if one.state == "open"],
            past=[(one, words.voucher_badge(one)) for one in vouchers if one.state != "open"],
            rules=[(rule, words.rule_told(rule)) for rule in account.programme.rules.filter(active=True)],
        )  # fmt: skip
        return render(request, "volunteers/credits/mine.html", context)


class Join(ActionButton):
    required_verb = SPEND
    done = gettext_lazy("You take part: your hours earn credits from today.")

    def act(self, request: HttpRequest, **kwargs: Any) -> str:
        volunteer = queries.own_volunteer(self.actor)
        if volunteer is None:
            raise Missing(_("You are not registered as a volunteer."))
        actions.join_credits(self.actor, volunteer_id=volunteer.pk)
        return reverse("volunteers:credit-mine")


def own(request_view: Any) -> CreditAccount:
    found = queries.own_account(request_view.actor)
    if found is None:
        raise Missing(_("You do not take part in a programme of credits."))
    return found


class Leave(ActionButton):
    required_verb = SPEND
    done = gettext_lazy("You have left the programme. You can come back at any time.")

    def act(self, request: HttpRequest, **kwargs: Any) -> str:
        actions.leave_credits(self.actor, credit_account_id=own(self).pk)
        return reverse("volunteers:credit-mine")


class Redeem(ActionButton):
    """The address names the reward; the form holds an identifier, so that a second tap is the same redemption."""

    required_verb = SPEND

    def act(self, request: HttpRequest, **kwargs: Any) -> str:
        try:
            uid = uuid.UUID(request.POST.get("uid", ""))
        except ValueError:
            uid = None
        voucher = actions.redeem(self.actor, credit_account_id=own(self).pk, reward_id=kwargs["pk"], uid=uid)
        return reverse("volunteers:credit-voucher", args=[voucher.pk])


class Voucher(PageMixin, View):
    """One's own voucher, to be shown: large, with its picture."""

    required_verb = SPEND

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("volunteers:credit-mine"))]

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        voucher = access.fetch(self.actor, SPEND, queries.vouchers(self.actor, SPEND), pk=pk)
        self.title = voucher.reward.name
        text = codes.signed(voucher.code, voucher.expires_on, voucher.reward.name)
        link = request.build_absolute_uri(reverse("volunteers:credit-verify")) + f"?t={text}"
        context = self.get_context_data(
            voucher=voucher, state=words.voucher_badge(voucher), code=rules.grouped(voucher.code), places=list(voucher.reward.places.all()),
            picture=segno.make(link, error="m").svg_data_uri(scale=5, border=2) if voucher.state == "open" else "",
        )  # fmt: skip
        return render(request, "volunteers/credits/voucher.html", context)


class HandBack(ActionButton):
    required_verb = SPEND
    done = gettext_lazy("The voucher was handed back; its credits are there again.")

    def act(self, request: HttpRequest, **kwargs: Any) -> str:
        actions.cancel_own_voucher(self.actor, voucher_id=kwargs["pk"])
        return reverse("volunteers:credit-mine")


class OwnStatement(StatementRows):
    required_verb = SPEND

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("volunteers:credit-mine"))]

    def find(self) -> CreditAccount:
        return own(self)


class Transfer(FormPage):
    required_verb = SPEND
    title = submit = gettext_lazy("Pass credits on")
    form_class = TransferForm
    explanation = gettext_lazy("They keep the day on which they lapse. It cannot be taken back.")

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("volunteers:credit-mine"))]

    def form_arguments(self) -> dict[str, Any]:
        return {"initial": {"uid": uuid.uuid4()}}

    def act(self, form: Any) -> str:
        actions.transfer_credits(self.actor, credit_account_id=own(self).pk, **form.cleaned_data)
        return reverse("volunteers:credit-mine")
