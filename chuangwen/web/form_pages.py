"""Pages that ask with one form and end in one action; and buttons that do an action at once.

    class RoundEdit(FormPage):
        required_verb = "fieldwork.edit_round"
        form_class = RoundForm

        def prepare(self):
            self.round = access.fetch(self.actor, "fieldwork.edit_round", Round, pk=self.kwargs["pk"])

        def act(self, form):
            actions.edit_round(self.actor, round_id=self.round.pk, **form.cleaned_data)
            return reverse("fieldwork:round", args=[self.round.pk])

What the action refuses and the person can put right (409, 422) stands beside the field it is about; everything else that is
refused (not allowed, not there, no space) becomes its own page.
"""

from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.encoding import iri_to_uri
from django.utils.translation import gettext_lazy as _
from django.views.generic import View

from chuangwen.kernel import access
from chuangwen.kernel.errors import Refusal
from chuangwen.web.views import AccessMixin, PageMixin, back

CAN_BE_PUT_RIGHT = (409, 422)
SEE_OTHER = 303
Answer = str | HttpResponse


def go_to(url: str) -> HttpResponse:
    """After a POST: the address to get next."""
    return HttpResponse(status=SEE_OTHER, headers={"Location": iri_to_uri(url)})


def refuse(form: forms.BaseForm, refusal: Refusal) -> None:
    """Put what an action refused beside the fields that it names, or at the head of the form."""
    for name, message in refusal.fields.items():
        form.add_error(name if name in form.fields else None, str(message))
    if not refusal.fields:
        form.add_error(None, str(refusal))


class FormPage(PageMixin, View):
    """What a room gives: ``title``, ``form_class`` (or ``get_form``) and ``act``, which calls the action and says where to go.

    ``explanation`` stands above the fields, ``done`` is said after it worked, ``tone`` colours the button (primary, danger),
    ``wide`` lets the form take the whole width, ``confirm`` asks once more before it is sent.
    """

    template_name: ClassVar[str] = "web/form.html"
    form_class: ClassVar[type[forms.BaseForm] | None] = None
    submit: Any = _("Save")
    done: Any = _("Saved.")
    explanation: Any = ""
    tone: str = "primary"
    wide: bool = False
    confirm: Any = ""
    confirm_detail: Any = ""
    cancel_url: str = ""
    http_method_names = ["get", "head", "post", "options"]

    def prepare(self) -> None:
        """Look up what the page is about; raises Missing or Denied."""

    def form_arguments(self) -> dict[str, Any]:
        """What the form is made with besides the data: ``initial``, ``actor``."""
        return {}

    def get_form(self, data: Any = None, files: Any = None) -> forms.BaseForm:
        assert self.form_class is not None, "a form page needs form_class or get_form"
        return self.form_class(data, files, **self.form_arguments())

    def act(self, form: Any) -> Answer:
        """Do it; the address to go to, or a whole answer."""
        raise NotImplementedError

    def get_cancel_url(self) -> str:
        """``cancel_url``, or the last page on the way here."""
        return self.cancel_url or next((url for _label, url in reversed(self.get_breadcrumbs()) if url), "")

    def extra_context(self) -> dict[str, Any]:
        return {}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.prepare()
        return self.answer(self.get_form())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.prepare()
        form = self.get_form(request.POST, request.FILES)
        if not form.is_valid():
            return self.answer(form, 422)
        try:
            answer = self.act(form)
        except Refusal as refusal:
            if refusal.status not in CAN_BE_PUT_RIGHT:
                raise
            refuse(form, refusal)
            return self.answer(form, 422)
        if isinstance(answer, HttpResponse):
            return answer
        if self.done:
            messages.success(request, str(self.done))
        return go_to(answer)

    def answer(self, form: forms.BaseForm, status: int = 200) -> HttpResponse:
        context = self.get_context_data(
            form=form,
            submit=self.submit,
            tone=self.tone,
            wide=self.wide,
            explanation=self.explanation,
            confirm=self.confirm,
            confirm_detail=self.confirm_detail,
            cancel_url=self.get_cancel_url(),
            **self.extra_context(),
        )
        return render(self.request, self.template_name, context, status=status)


class RowPage(FormPage):
    """Make a row (no ``pk`` in the address) or change the one that the address names; both lead back to the list.

    ``rows`` is the model or the query to find it in, for ``required_verb``; ``list_name`` names the address of the list. The form
    takes the row, or None, as ``row``.
    """

    rows: ClassVar[Any]
    list_name: ClassVar[str]
    new_title: Any = ""
    row: Any = None

    def prepare(self) -> None:
        assert self.required_verb is not None, "a page that changes rows needs required_verb"
        self.title, self.cancel_url = self.new_title, reverse(self.list_name)
        if "pk" in self.kwargs:
            self.row = access.fetch(self.actor, self.required_verb, self.rows, pk=self.kwargs["pk"])
            self.title = self.row.name

    def form_arguments(self) -> dict[str, Any]:
        return {"row": self.row}


class ActionButton(AccessMixin, View):
    """A button that does one action: ``act`` gives the address to go to, a whole answer, or nothing (back to where it stood)."""

    done: Any = ""
    http_method_names = ["post", "options"]

    def act(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Answer | None:
        raise NotImplementedError

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        answer = self.act(request, **kwargs)
        if isinstance(answer, HttpResponse):
            return answer
        if self.done:
            messages.success(request, str(self.done))
        return go_to(answer) if answer else back(request)
