"""What is done with a paper: each verb a button or a form."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import pgettext_lazy

from chuangwen.kernel import access, clock
from chuangwen.papers import actions, queries
from chuangwen.papers.forms import AnswerForm, CountersignersForm, InstructionForm, ReceiveForm, SendForm, WordsForm
from chuangwen.papers.models import Paper, PaperParty
from chuangwen.papers.views.papers import crumbs
from chuangwen.people import queries as people
from chuangwen.web.form_pages import ActionButton, FormPage


class PaperButton(ActionButton):
    """One verb at once, and back to the paper."""

    def act(self, request: HttpRequest, **kwargs: Any) -> str:
        self.do(request, kwargs["pk"])
        return reverse("papers:paper", args=[kwargs["pk"]])

    def do(self, request: HttpRequest, pk: int) -> None:
        raise NotImplementedError


class Check(PaperButton):
    required_verb = "papers.check"
    done = pgettext_lazy("paper", "The paper is checked and waits for the signature.")

    def do(self, request: HttpRequest, pk: int) -> None:
        actions.check_paper(self.actor, paper_id=pk, figures_seen=request.POST.get("figures_seen", ""))


class Sign(PaperButton):
    required_verb = "papers.sign"
    done = pgettext_lazy("paper", "The paper is signed and has its number.")

    def do(self, request: HttpRequest, pk: int) -> None:
        actions.sign_paper(self.actor, paper_id=pk, figures_seen=request.POST.get("figures_seen", ""))


class TakeBack(PaperButton):
    required_verb = "papers.draft"
    done = pgettext_lazy("paper", "The paper is a draft again.")

    def do(self, request: HttpRequest, pk: int) -> None:
        actions.take_back(self.actor, paper_id=pk)


class Archive(PaperButton):
    required_verb = "papers.archive"
    done = pgettext_lazy("paper", "The paper is put to the files.")

    def do(self, request: HttpRequest, pk: int) -> None:
        actions.archive_paper(self.actor, paper_id=pk)


class PaperForm(FormPage):
    """One verb that asks for something first."""

    def prepare(self) -> None:
        assert self.required_verb is not None
        self.paper = access.fetch(
            self.actor, self.required_verb, Paper.objects.select_related("unit", "division"), pk=self.kwargs["pk"]
        )

    def get_breadcrumbs(self) -> list[Any]:
        return crumbs(self.paper)

    def act(self, form: Any) -> str:
        self.do(form)
        return reverse("papers:paper", args=[self.paper.pk])

    def do(self, form: Any) -> None:
        raise NotImplementedError


class AskCountersign(PaperForm):
    required_verb = "papers.check"
    title = pgettext_lazy("paper", "Have it countersigned")
    submit = pgettext_lazy("paper", "Ask them")
    done = pgettext_lazy("paper", "They are asked.")

    def form_arguments(self) -> dict[str, Any]:
        return {"actor": self.actor}

    def do(self, form: CountersignersForm) -> None:
        data = form.cleaned_data
        actions.ask_countersign(
            self.actor,
            paper_id=self.paper.pk,
            units=list(data["units"]),
            people=form.people(),
            in_turn=data["in_turn"],
            days=data["days"],
        )

    form_class = CountersignersForm


class Countersign(PaperForm):
    required_verb = "papers.countersign"
    title = pgettext_lazy("paper", "Countersign")
    form_class = AnswerForm
    submit = pgettext_lazy("paper", "Answer")
    done = pgettext_lazy("paper", "Your answer is recorded.")

    def do(self, form: AnswerForm) -> None:
        data = form.cleaned_data
        actions.countersign(self.actor, paper_id=self.paper.pk, agree=data["agree"] == "yes", words=data["words"])

    def act(self, form: Any) -> str:
        self.do(form)
        seen = queries.seen(self.actor).filter(pk=self.paper.pk).exists()
        return reverse("papers:paper", args=[self.paper.pk]) if seen else reverse("papers:list")


class SendBack(PaperForm):
    required_verb = "papers.sign"
    title = pgettext_lazy("paper", "Send back")
    form_class = WordsForm
    submit = pgettext_lazy("paper", "Send back")
    done = pgettext_lazy("paper", "The paper is a draft again.")

    def do(self, form: WordsForm) -> None:
        actions.send_back(self.actor, paper_id=self.paper.pk, words=form.cleaned_data["words"])


class Withdraw(PaperForm):
    required_verb = "papers.send"
    title = pgettext_lazy("paper", "Withdraw")
    explanation = pgettext_lazy("paper", "Units see that it was withdrawn and why, and can open it no more.")
    form_class = WordsForm
    tone = "danger"
    submit = pgettext_lazy("paper", "Withdraw")
    done = pgettext_lazy("paper", "The paper is withdrawn.")

    def do(self, form: WordsForm) -> None:
        actions.withdraw_paper(self.actor, paper_id=self.paper.pk, words=form.cleaned_data["words"])


class Void(PaperForm):
    required_verb = "papers.sign"
    title = pgettext_lazy("paper", "Make void")
    explanation = pgettext_lazy("paper", "Its number stays used and its file is kept; it is in force no more.")
    form_class = WordsForm
    tone = "danger"
    submit = pgettext_lazy("paper", "Make void")
    done = pgettext_lazy("paper", "The paper is void.")

    def do(self, form: WordsForm) -> None:
        actions.void_paper(self.actor, paper_id=self.paper.pk, words=form.cleaned_data["words"])


class Send(PaperForm):
    required_verb = "papers.send"
    title = pgettext_lazy("paper", "Send to units")
    form_class = SendForm
    submit = pgettext_lazy("paper", "Send")
    done = pgettext_lazy("paper", "The paper is sent.")

    def form_arguments(self) -> dict[str, Any]:
        return {"actor": self.actor, "initial": {"units": self._proposed()}}

    def _proposed(self) -> list[int]:
        """The unit that it is about; else every unit that a liaison could receive it for. Those that have it already are left out."""
        has = set(self.paper.parties.filter(part=PaperParty.Part.RECIPIENT).values_list("unit_id", flat=True))
        if self.paper.unit_id is not None:
            return [self.paper.unit_id] if self.paper.unit_id not in has else []
        units = people.units(self.actor).filter(posts__role__code__in=("liaison", "unit_head")).distinct()
        return [pk for pk in units.values_list("pk", flat=True) if pk not in has]

    def do(self, form: SendForm) -> None:
        actions.send_paper(
            self.actor, paper_id=self.paper.pk, units=list(form.cleaned_data["units"]), days=form.cleaned_data["days"]
        )


class Receive(PaperForm):
    required_verb = "papers.receive"
    title = pgettext_lazy("paper", "Receive")
    explanation = pgettext_lazy("paper", "Say for your unit that it has the paper.")
    form_class = ReceiveForm
    submit = pgettext_lazy("paper", "Received")
    done = pgettext_lazy("paper", "The receipt is sent.")

    def do(self, form: ReceiveForm) -> None:
        actions.receive_paper(self.actor, paper_id=self.paper.pk, words=form.cleaned_data["words"])


class Instruct(PaperForm):
    required_verb = "papers.instruct"
    title = pgettext_lazy("paper", "Record an instruction")
    form_class = InstructionForm
    submit = pgettext_lazy("paper", "Record")
    done = pgettext_lazy("paper", "The instruction is recorded.")

    def form_arguments(self) -> dict[str, Any]:
        leader = self.actor.name if "leader" in self.actor.roles else ""
        return {"actor": self.actor, "initial": {"given_on": clock.today(), "unit": self.paper.unit_id, "leader": leader}}

    def do(self, form: InstructionForm) -> None:
        actions.instruct(self.actor, paper_id=self.paper.pk, **form.cleaned_data)
