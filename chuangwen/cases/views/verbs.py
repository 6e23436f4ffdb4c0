"""One page for every verb: its small form, alone or in a dialog of the case's page, and the page that tells of a conflict."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from chuangwen.cases import telling
from chuangwen.cases.actions.assigning import limit_of, started
from chuangwen.cases.actions.base import check, word
from chuangwen.cases.errors import NotNow, SomebodyElse
from chuangwen.cases.forms.verbs import FORMS, VerbForm
from chuangwen.cases.models import Case, CaseEvent, LimitUnit, Verb
from chuangwen.cases.queries.detail import BESIDE
from chuangwen.kernel import access, clock
from chuangwen.kernel.errors import Conflict, Refusal
from chuangwen.kernel.identifiers import number_in
from chuangwen.kernel.worktime import Limit
from chuangwen.web import formatting
from chuangwen.web.form_pages import CAN_BE_PUT_RIGHT, FormPage, go_to, refuse
from chuangwen.web.views import AccessMixin

DIALOG = "verb-dialog-body"

DONE: dict[Verb, Any] = {
    Verb.SCREEN: gettext_lazy("Accepted."),
    Verb.MERGE: gettext_lazy("Merged."),
    Verb.REJECT: gettext_lazy("Rejected. Whoever reported it sees the reason."),
    Verb.DISPATCH: gettext_lazy("Dispatched to %(unit)s."),
    Verb.REDISPATCH: gettext_lazy("Dispatched to %(unit)s."),
    Verb.SIGN_FOR: gettext_lazy("Signed for."),
    Verb.REFUSE: gettext_lazy("Refused. The office decides now."),
    Verb.PASS_ON: gettext_lazy("Passed on to %(handler)s."),
    Verb.HAND_BACK: gettext_lazy("Handed back to %(unit)s."),
    Verb.ASK_EXTENSION: gettext_lazy("Asked. The clock goes on until the office answers."),
    Verb.GRANT_EXTENSION: gettext_lazy("Granted. Due %(due)s."),
    Verb.DENY_EXTENSION: gettext_lazy("Denied. The deadline stays."),
    Verb.DEFER: gettext_lazy("Deferred. It wakes by itself when the day has come."),
    Verb.RESUME: gettext_lazy("Resumed. Due %(due)s."),
    Verb.SUBMIT: gettext_lazy("Submitted. The clock stands still while it is checked."),
    Verb.SEND_BACK: gettext_lazy("Sent back. The clock goes on, due %(due)s."),
    Verb.VERIFY: gettext_lazy("Passed."),
    Verb.CLOSE: gettext_lazy("Closed."),
    Verb.SOLVE_ON_SPOT: gettext_lazy("Solved on the spot and closed."),
    Verb.REBOUND: gettext_lazy("Recorded as a new case that names the old one."),
    Verb.LINK_REBOUND: gettext_lazy("Linked: the old problem counts as found again."),
    Verb.DISPUTE: gettext_lazy("The objection waits for an answer."),
    Verb.ANSWER_DISPUTE: gettext_lazy("Answered. Who objected reads it."),
    Verb.COMMENT: gettext_lazy("Remark added."),
    Verb.EDIT: gettext_lazy("Corrected."),
}

EXPLAINED: dict[Verb, Any] = {
    Verb.REFUSE: gettext_lazy("The office decides whose it is. Say whose it seems to be: that helps."),
    Verb.SUBMIT: gettext_lazy("One photo, one sentence."),
    Verb.DEFER: gettext_lazy("Its clock stands still until the day; it is not forgotten."),
    Verb.ASK_EXTENSION: gettext_lazy("The clock goes on until the office answers."),
    Verb.REJECT: gettext_lazy("Whoever reported it reads this reason."),
    Verb.REBOUND: gettext_lazy("A new case is made, linked to this one."),
    Verb.LINK_REBOUND: gettext_lazy(
        "A closed problem that is back counts against its first solution. Choose it, or give its number."
    ),
    Verb.DISPUTE: gettext_lazy("The office has to answer; where it does not in time, the problem goes on by itself."),
    Verb.ANSWER_DISPUTE: gettext_lazy("Where nobody answers in time the problem goes on by itself."),
    Verb.REDISPATCH: gettext_lazy("After a refusal this binds: the unit cannot refuse it again."),
    Verb.MERGE: gettext_lazy("Two reports of one problem become one case; the other goes on."),
}


class VerbPage(FormPage):
    """``/cases/12/dispatch/``: asks, does, and goes back to the case. Sent again by an impatient tap it does nothing twice."""

    template_name = "cases/verb.html"
    case: Case
    verb: Verb

    def prepare(self) -> None:
        try:
            self.verb = Verb(self.kwargs["verb"])
            self.form_class = FORMS[self.verb]
        except (ValueError, KeyError) as problem:
            raise Http404 from problem
        self.case = access.fetch(self.actor, word(self.verb), Case.objects.select_related(*BESIDE), pk=self.kwargs["pk"])
        button = telling.BUTTONS[self.verb]
        self.title, self.submit = button.label, button.label
        self.tone = "danger" if button.tone == "bad" else "primary"
        self.explanation = EXPLAINED.get(self.verb, "")

    def get_breadcrumbs(self) -> Any:
        return [(_("Cases"), reverse("cases:list")), (self.case.number, reverse("cases:detail", args=[self.case.pk]))]

    def form_arguments(self) -> dict[str, Any]:
        return {"actor": self.actor, "case": self.case}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.prepare()
        try:
            check(self.actor, self.verb, self.case)
        except Conflict as conflict:
            return self.conflict(conflict)
        except Refusal as refusal:
            if refusal.status != 409:
                raise
            return self.conflict(refusal)
        return self.answer(self.get_form())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.prepare()
        version = number_in(request.POST.get("version"), digits=9)
        if self.done_already(version):
            messages.info(request, _("This was done already."))
            return go_to(self.case_url())
        try:
            check(self.actor, self.verb, self.case)
        except NotNow as conflict:
            return self.conflict(conflict, version)
        form: VerbForm = self.get_form(request.POST, request.FILES)
        valid = form.is_valid()
        if form.has_photos:
            form.store()
        if not valid:
            return self.answer(form, 422)
        try:
            with transaction.atomic():
                found = form.act(expected_version=form.cleaned_data.get("version"))
        except (SomebodyElse, NotNow) as conflict:
            return self.conflict(conflict, version)
        except Refusal as refusal:
            if refusal.status not in CAN_BE_PUT_RIGHT:
                raise
            refuse(form, refusal)
            return self.answer(form, 422)
        return self.after(found)

    def after(self, found: Any) -> HttpResponse:
        case = found if isinstance(found, Case) else self.case
        words = DONE[self.verb] % {
            "unit": case.lead_unit,
            "handler": case.handling_unit,
            "due": formatting.moment(case.due_at) if case.due_at else "",
        }
        messages.success(self.request, f"{case.number}：{words}")
        return go_to(reverse("cases:detail", args=[case.pk]))

    def case_url(self) -> str:
        return reverse("cases:detail", args=[self.case.pk])

    def done_already(self, version: int | None) -> bool:
        """Whether all that happened since what the person saw was done by themselves, and what they ask for now is among it."""
        if version is None or version >= self.case.version or self.actor.account_id is None:
            return False
        since = meanwhile(self.case, version)
        return all(event.account_id == self.actor.account_id for event in since) and self.verb in {event.verb for event in since}

    def conflict(self, refusal: Refusal, version: int | None = None) -> HttpResponse:
        """What happened meanwhile and how the case stands now, instead of the form."""
        case = Case.objects.select_related(*BESIDE).get(pk=self.case.pk)
        events = meanwhile(case, version) if version is not None else list(case.events.select_related("unit").order_by("-pk")[:1])
        context = self.get_context_data(
            case=case,
            what=str(refusal),
            events=[telling.told(event) for event in events],
            state_tone=telling.STATE_TONES[case.state],
            due=telling.due_of(case, clock.now()),
            case_url=self.case_url(),
            title=_("The case has moved on") if self.request.method == "POST" else _("Not now"),
            sent=self.request.method == "POST",
        )
        return render(self.request, "cases/conflict.html", context, status=409)

    def answer(self, form: Any, status: int = 200) -> HttpResponse:
        if status == 200 and self.request.headers.get("HX-Target") == DIALOG:
            self.template_name = "cases/verb_dialog.html"
        return super().answer(form, status)

    def extra_context(self) -> dict[str, Any]:
        return {
            "case": self.case,
            "verb": self.verb.value,
            "icon_name": telling.BUTTONS[self.verb].icon,
            "case_url": self.case_url(),
            "due_shown": due_words(limit_of(self.case)) if self.verb in (Verb.DISPATCH, Verb.REDISPATCH) else "",
            "state_tone": telling.STATE_TONES[self.case.state],
        }


def meanwhile(case: Case, version: int) -> list[CaseEvent]:
    """What changed a case since ``version``, newest first: as many events as the version has moved on, remarks and clocks not counted."""
    moved = max(0, min(case.version - version, 10))
    quiet = (Verb.COMMENT, Verb.CLOCK, Verb.REPORT)
    return list(case.events.exclude(verb__in=quiet).select_related("unit").order_by("-pk")[:moved])


def due_at(limit: Limit) -> datetime:
    """When a clock of this limit that begins now would be over."""
    return started(limit, clock.now())["due_at"]


def due_words(limit: Limit) -> str:
    return _("%(limit)s: due %(moment)s") % {
        "limit": telling.limit_words(limit.amount, limit.unit),
        "moment": formatting.moment(due_at(limit)),
    }


class DueShown(AccessMixin, View):
    """The due moment of a limit, while a person changes it."""

    required_verb = "cases.see_deadlines"

    def get(self, request: HttpRequest) -> HttpResponse:
        amount, unit = number_in(request.GET.get("amount"), digits=3), request.GET.get("unit", "")
        if not amount or unit not in LimitUnit.values:
            return HttpResponse(_("A whole number of hours or days."), content_type="text/plain; charset=utf-8")
        return HttpResponse(due_words(Limit(amount, unit)), content_type="text/plain; charset=utf-8")
