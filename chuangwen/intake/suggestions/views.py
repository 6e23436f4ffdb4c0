"""Complaints and suggestions: said by anybody, answered by the office, shown to all where the office publishes it."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from chuangwen.intake import guard
from chuangwen.intake.errors import TooMany
from chuangwen.intake.models import Suggestion
from chuangwen.intake.residents.views import WRONG_LINKS_AN_HOUR, OpenPage, outsider
from chuangwen.intake.sealing import unseal
from chuangwen.intake.suggestions import actions
from chuangwen.intake.suggestions.forms import AnswerForm, SuggestForm
from chuangwen.kernel import access
from chuangwen.kernel.errors import Missing, Refusal
from chuangwen.web.form_pages import CAN_BE_PUT_RIGHT, FormPage, go_to, refuse
from chuangwen.web.lists import ChoiceFilter, Empty, ListColumn, ListPage, QFilter

PUBLIC = 30


class SuggestPage(OpenPage):
    """Say something; below it what was answered and published."""

    title = gettext_lazy("Complaints and suggestions")

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(SuggestForm(initial={"uid": uuid.uuid4(), "subject": "burden"}, signed_in=self.signed_in))

    @property
    def signed_in(self) -> bool:
        return self.actor.account_id is not None and self.actor.may("intake.suggest")

    def post(self, request: HttpRequest) -> HttpResponse:
        form = SuggestForm(request.POST, signed_in=self.signed_in)
        if not form.is_valid():
            return self.show(form, 422)
        named = bool(form.cleaned_data.get("named"))
        facts = {name: form.cleaned_data[name] for name in ("subject", "words", "contact", "uid")}
        try:
            token = actions.suggest(self.actor if named else outsider(request), proof=form.proof(), named=named, **facts)
        except TooMany:
            raise
        except Refusal as refusal:
            if refusal.status not in CAN_BE_PUT_RIGHT:
                raise
            refuse(form, refusal)
            return self.show(form, 422)
        return go_to(reverse("intake:suggestion", args=[token]) + "?new=1")

    def show(self, form: SuggestForm, status: int = 200) -> HttpResponse:
        answered = Suggestion.objects.filter(published=True).order_by("-answered_at")[:PUBLIC]
        context = self.get_context_data(
            form=form, asked=guard.question(), answered=answered, may_list=self.actor.may("intake.see_suggestions")
        )
        return render(self.request, "intake/suggest.html", context, status=status)


class OwnSuggestion(OpenPage):
    """What one said, and the answer."""

    title = gettext_lazy("What you said")
    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        try:
            row = actions.by_token(token)
        except Missing:
            guard.count("wrong link", request.META.get("REMOTE_ADDR", ""), WRONG_LINKS_AN_HOUR, guard.HOUR)
            raise
        link = request.build_absolute_uri(reverse("intake:suggestion", args=[token]))
        return render(
            request, "intake/suggestion.html", self.get_context_data(row=row, link=link, new=request.GET.get("new") == "1")
        )


class SuggestionList(ListPage):
    """What people said, the unanswered first."""

    title = gettext_lazy("Complaints and suggestions")
    required_verb = "intake.see_suggestions"
    columns = [
        ListColumn(
            "words", pgettext_lazy("suggestion", "What was said"), lambda row: row.words[:120], phone="title", export="words"
        ),
        ListColumn("subject", pgettext_lazy("suggestion", "About"), "get_subject_display", sort="subject", phone="badge"),
        ListColumn("received_at", pgettext_lazy("report", "Received"), kind="datetime", sort="received_at"),
        ListColumn("by", pgettext_lazy("suggestion", "By"), lambda row: str(row.account) if row.account else _("without a name")),
        ListColumn("answered_at", pgettext_lazy("suggestion", "Answered"), kind="datetime", sort="answered_at"),
        ListColumn("published", pgettext_lazy("suggestion", "Public")),
    ]
    search_fields = ["words", "answer"]
    default_sort = ("answered_at", "-received_at")
    export_name = gettext_lazy("Complaints and suggestions")
    empty = Empty(
        gettext_lazy("Nobody has said anything yet."),
        gettext_lazy("The page is linked at the foot of every page."),
        icon="message-circle",
    )

    def get_queryset(self) -> Any:
        return access.scoped(self.actor, "intake.see_suggestions", Suggestion).select_related("account__person")

    def get_filters(self) -> Any:
        from django.db.models import Q

        return [
            ChoiceFilter(key="subject", label=_("About"), choices=Suggestion.Subject.choices),
            QFilter(
                key="answered", label=_("Answered or not"),
                options={"0": (_("waits for an answer"), Q(answered_at__isnull=True)), "1": (_("answered"), Q(answered_at__isnull=False))},
            ),
        ]  # fmt: skip

    def row_url(self, row: Suggestion) -> str:
        return reverse("intake:suggestion-answer", args=[row.pk])

    def row_tone(self, row: Suggestion) -> str:
        return "" if row.answered_at else "warn"


class AnswerPage(FormPage):
    """Read one, answer it."""

    required_verb = "intake.see_suggestions"
    title = pgettext_lazy("suggestion", "Answer")
    template_name = "intake/suggestion_answer.html"
    form_class = AnswerForm
    submit = gettext_lazy("Save the answer")
    done = gettext_lazy("The answer was saved.")

    def get_breadcrumbs(self) -> Any:
        return [(_("Complaints and suggestions"), reverse("intake:suggestion-list"))]

    def prepare(self) -> None:
        rows = Suggestion.objects.select_related("account__person", "answered_by__person")
        self.row = access.fetch(self.actor, "intake.see_suggestions", rows, pk=self.kwargs["pk"])

    def form_arguments(self) -> dict[str, Any]:
        row = self.row
        return {"initial": {"words": row.answer, "publish": row.published, "public_words": row.public_words or row.words}}

    def act(self, form: AnswerForm) -> str:
        actions.answer(self.actor, suggestion_id=self.row.pk, **form.cleaned_data)
        return reverse("intake:suggestion-list")

    def extra_context(self) -> dict[str, Any]:
        return {"row": self.row, "contact": unseal(self.row.contact) if self.actor.may("intake.answer") else ""}
