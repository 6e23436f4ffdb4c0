"""A paper: choosing its kind, drafting it, what it says, where each figure comes from, and what can be done with it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.generic import View

from chuangwen.kernel import access
from chuangwen.kernel.access import Actor
from chuangwen.papers import actions, figures, making, queries
from chuangwen.papers.actions.life import own_party
from chuangwen.papers.composing import KINDS
from chuangwen.papers.forms import DraftForm, TextsForm
from chuangwen.papers.models import Paper, PaperParty, State
from chuangwen.papers.states import LINE, WORDS, Verb, from_state
from chuangwen.papers.views.lists import TONES
from chuangwen.scoring.appraisal import queries as appraisals
from chuangwen.web.form_pages import ActionButton, FormPage
from chuangwen.web.views import PageMixin

HOME = (gettext_lazy("Papers"), "papers:list")


def crumbs(paper: Paper | None = None) -> list[tuple[Any, str | None]]:
    """The way to a page: the list, and the paper."""
    found: list[tuple[Any, str | None]] = [(HOME[0], reverse(HOME[1]))]
    if paper is not None:
        found.append((paper.title, reverse("papers:paper", args=[paper.pk])))
    return found


class PaperNew(PageMixin, View):
    """Which kind of paper: each with what it is for."""

    title = gettext_lazy("New paper")
    required_verb = "papers.draft"

    def get(self, request: HttpRequest) -> HttpResponse:
        if request.GET.get("kind") in KINDS:
            asked = request.GET.copy()
            kind = asked.pop("kind")[0]
            return redirect(f"{reverse('papers:draft', args=[kind])}?{asked.urlencode()}")
        self.breadcrumbs = crumbs()
        return render(request, "papers/kinds.html", self.get_context_data(kinds=list(KINDS.values())))


class PaperDraft(FormPage):
    required_verb = "papers.draft"
    submit = gettext_lazy("Draft")
    done = pgettext_lazy("paper", "The draft is made. Look it through, then have it checked and signed.")

    def prepare(self) -> None:
        self.kind = making.kind_of(self.kwargs["kind"])
        self.title = self.kind.kind.label
        self.explanation = self.kind.explanation

    def get_breadcrumbs(self) -> list[Any]:
        return [*crumbs(), (_("New paper"), reverse("papers:new"))]

    def get_form(self, data: Any = None, files: Any = None) -> DraftForm:
        asked = {key: self.request.GET[key] for key in ("round", "unit", "plan", "operation", "span", "start", "end") if key in self.request.GET}
        if "round" in asked and "span" not in asked and not self.kind.needs:
            asked["span"] = ""
        return DraftForm(data, files, actor=self.actor, kind=self.kind, initial=asked)

    def act(self, form: DraftForm) -> str:
        paper = actions.draft_paper(self.actor, kind=self.kind.kind.value, **form.subject())
        return reverse("papers:paper", args=[paper.pk])


class PaperEdit(FormPage):
    required_verb = "papers.draft"
    title = gettext_lazy("Change the draft")
    explanation = gettext_lazy(
        "An empty field takes the paper's own words. Figures, tables and photos come from the records and cannot be typed."
    )
    wide = True

    def prepare(self) -> None:
        papers = Paper.objects.select_related("round", "unit", "division", "template")
        self.paper = access.fetch(self.actor, "papers.draft", papers, pk=self.kwargs["pk"])

    def get_breadcrumbs(self) -> list[Any]:
        return crumbs(self.paper)

    def form_arguments(self) -> dict[str, Any]:
        return {}

    def get_form(self, data: Any = None, files: Any = None) -> TextsForm:
        return TextsForm(data, files, actor=self.actor, kind=making.kind_of(self.paper.kind), paper=self.paper)

    def act(self, form: TextsForm) -> str:
        template = form.cleaned_data["template"]
        actions.change_draft(self.actor, paper_id=self.paper.pk, content=form.content(), template=template, cases=form.cases())
        return reverse("papers:paper", args=[self.paper.pk])


# -- what can be done -------------------------------------------------------------------------------------------------


class Button:
    """Something that can be done with a paper now. ``ask`` is the sentence that is asked first where it is done at once."""

    def __init__(
        self, verb: str, label: str | Promise, icon: str, *, ask: str | Promise = "", tone: str = "", form: bool = False
    ):
        self.verb, self.label, self.icon, self.ask, self.tone, self.form = verb, label, icon, ask, tone, form
        self.url = ""
        self.first = False


def _buttons() -> dict[Verb, Button]:
    return {
        Verb.CHANGE: Button("edit", pgettext("paper", "Change the words"), "pencil", form=True),
        Verb.CHECK: Button(
            "check", pgettext("paper", "Check"), "checks", ask=pgettext("paper", "Have you looked through words and figures?")
        ),
        Verb.ASK_COUNTERSIGN: Button("ask-countersign", pgettext("paper", "Have it countersigned"), "users", form=True),
        Verb.AGREE: Button("countersign", pgettext("paper", "Countersign"), "writing-sign", form=True),
        Verb.SIGN: Button(
            "sign",
            pgettext("paper", "Sign"),
            "signature",
            ask=pgettext("paper", "Sign this paper? It gets its number and can no longer be changed."),
        ),
        Verb.SEND_BACK: Button("send-back", pgettext("paper", "Send back"), "arrow-back-up", form=True),
        Verb.TAKE_BACK: Button(
            "take-back",
            pgettext("paper", "Take back"),
            "arrow-back-up",
            ask=pgettext("paper", "Take the paper back to change it?"),
        ),
        Verb.SEND: Button("send", pgettext("paper", "Send"), "send", form=True),
        Verb.RECEIVE: Button("receive", pgettext("paper", "Receive"), "mail-opened", form=True),
        Verb.INSTRUCT: Button("instruct", pgettext("paper", "Record an instruction"), "writing", form=True),
        Verb.WITHDRAW: Button("withdraw", pgettext("paper", "Withdraw"), "arrow-back-up", form=True, tone="danger"),
        Verb.ARCHIVE: Button(
            "archive", pgettext("paper", "Archive"), "archive", ask=pgettext("paper", "Put the paper to the files?")
        ),
        Verb.VOID: Button("void", pgettext("paper", "Make void"), "ban", form=True, tone="danger"),
    }


FIRST = (Verb.AGREE, Verb.RECEIVE, Verb.SIGN, Verb.SEND, Verb.CHECK)
"""What is most likely meant, the likeliest first."""


def buttons_for(actor: Actor, paper: Paper) -> list[Button]:
    """What this person can do with the paper now, what is likeliest first."""
    known, found = _buttons(), []
    for step in from_state(paper.state):
        button = known.get(step.verb)
        if button is None or not actor.may(step.access):
            continue
        if (
            step.verb == Verb.AGREE
            and own_party(actor, step.access, paper, PaperParty.Part.COUNTERSIGNER, answer="", asked_at__isnull=False) is None
        ):
            continue
        if step.verb == Verb.RECEIVE and own_party(actor, step.access, paper, PaperParty.Part.RECIPIENT, answer="") is None:
            continue
        button.url = reverse(f"papers:{button.verb}", args=[paper.pk])
        button.first = not any(other.first for other in found) and step.verb in FIRST
        found.append(button)
    return sorted(found, key=lambda button: not button.first)


# -- the page ---------------------------------------------------------------------------------------------------------


class PaperPage(PageMixin, View):
    required_verb = "papers.see"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        actor = self.actor
        source = queries.papers(actor).select_related(
            "sheet__scheme",
            "office",
            "template__template",
            "checked_by__person",
            "round",
            "unit",
            "division",
            "issued_by__person",
            "created_by__person",
        )
        paper = access.fetch(actor, "papers.see", source, pk=pk)
        if paper.state == State.SENT and actor.may("papers.receive"):
            actions.note_read(actor, paper_id=paper.pk)
        self.title, self.breadcrumbs = paper.title, crumbs()
        unsigned = not paper.is_signed
        now = actions.figures_now(paper) if unsigned else paper.figures
        parties = list(paper.parties.select_related("unit", "person"))
        tone, icon = TONES[paper.state]
        drafter = actor.may("papers.draft") or actor.may("papers.sign") or actor.may("papers.check")
        context = self.get_context_data(
            paper=paper,
            unsigned=unsigned,
            tone=tone,
            state_icon=icon,
            steps=steps_of(paper),
            buttons=buttons_for(actor, paper),
            may_discard=paper.state == State.DRAFT and actor.may("papers.draft"),
            may_read=queries.readable(actor).filter(pk=paper.pk).exists(),
            changed=figures.changed(paper.figures, now) if unsigned else [],
            figures_seen=actions.figures_digest(now) if unsigned else "",
            figures=now or paper.figures,
            office=paper.office or making.office_for(paper.division),
            words=own_words(paper),
            recipients=[
                party
                for party in parties
                if party.part == PaperParty.Part.RECIPIENT and (drafter or party.unit_id in _units(actor, parties))
            ],
            countersigners=[party for party in parties if party.part == PaperParty.Part.COUNTERSIGNER],
            instructions=list(paper.instructions.select_related("unit", "case")) if drafter or paper.is_signed else [],
            cases=list(paper.cases.order_by("pk")[:60]),
            versions=list(paper.versions.all()) if drafter else [],
            events=[(event, WORDS.get(Verb(event.verb), event.verb)) for event in paper.events.select_related("unit")]
            if drafter
            else [],
            state_hint=hint(paper),
            consequence=appraisals.consequences(actor).filter(pk=paper.consequence_id).first()
            if paper.consequence_id and actor.may("scoring.see_appraisals")
            else None,
        )
        return render(request, "papers/paper.html", context)


def _units(actor: Actor, parties: list[PaperParty]) -> set[int]:
    """The units of the parties for which the actor stands."""
    paths = tuple(grant.unit_path for grant in actor.scopes("papers.see") if grant.unit_path)
    return {party.unit_id for party in parties if party.unit.path.startswith(paths)} if paths else set()


def steps_of(paper: Paper) -> list[dict[str, Any]]:
    """The life of a paper as steps, with who took each and when."""
    state = State.COUNTERSIGNED if paper.state == State.COUNTERSIGNING else State(paper.state)
    if state in (State.WITHDRAWN, State.VOID):
        state = State.SENT if paper.sent_at else State.SIGNED
    asked = any(party.part == PaperParty.Part.COUNTERSIGNER for party in paper.parties.all())
    line = [one for one in LINE if one != State.COUNTERSIGNED or asked]
    notes = {
        State.DRAFT: _note(paper.created_by, paper.created_at),
        State.CHECKED: _note(paper.checked_by, paper.checked_at),
        State.SIGNED: _note(paper.issued_by, paper.issued_at),
        State.SENT: _note(None, paper.sent_at),
    }
    place = line.index(state) if state in line else 0
    found = []
    for n, one in enumerate(line):
        where = "done" if n < place or (n == place and paper.is_signed) else "now" if n == place else "next"
        label = State.COUNTERSIGNING.label if paper.state == State.COUNTERSIGNING and one == state else one.label
        found.append({"label": label, "state": where, "note": notes.get(one, "") if n <= place else ""})
    return found


def _note(account: Any, moment: Any) -> str:
    from chuangwen.web import formatting

    return " · ".join(str(part) for part in (account, formatting.moment(moment) if moment else "") if part)


def hint(paper: Paper) -> str:
    """A sentence for states that want explaining."""
    words = paper.events.order_by("-pk").exclude(words="").values_list("verb", "words").first()
    if paper.state == State.WITHDRAWN:
        return _("This paper was withdrawn: %(words)s") % {"words": words[1] if words else ""}
    if paper.state == State.VOID:
        return _("This paper is void: %(words)s") % {"words": words[1] if words else ""}
    if paper.state == State.DRAFT and words and words[0] in (Verb.SEND_BACK, Verb.OBJECT):
        return _("It came back to be drafted again: %(words)s") % {"words": words[1]}
    return ""


def own_words(paper: Paper) -> list[tuple[Any, list[str]]]:
    """What a person wrote in it, with what each text is."""
    found = []
    for text in making.kind_of(paper.kind).texts:
        value = paper.content.get(text.key)
        if value and text.key != "title":
            found.append((text.label, value if isinstance(value, list) else str(value).splitlines()))
    return found


class VersionPage(PageMixin, View):
    """An earlier version of a draft: its words, and its figures as they were."""

    required_verb = "papers.draft"

    def get(self, request: HttpRequest, pk: int, number: int) -> HttpResponse:
        from chuangwen.kernel.errors import Missing

        paper = access.fetch(self.actor, "papers.draft", Paper, pk=pk)
        version = paper.versions.filter(number=number).first()
        if version is None:
            raise Missing(_("There is no such record, or it is not in your area."))
        self.title = pgettext("paper", "Version %(number)d") % {"number": number}
        self.breadcrumbs = crumbs(paper)
        labels = {text.key: text.label for text in making.kind_of(paper.kind).texts}
        words = [
            (labels.get(key, key), value if isinstance(value, list) else str(value).splitlines())
            for key, value in version.content.items()
        ]
        changed = figures.changed(version.figures, paper.figures)
        return render(
            request, "papers/version.html", self.get_context_data(paper=paper, version=version, words=words, changed=changed)
        )


class PaperDiscard(ActionButton):
    required_verb = "papers.draft"
    done = gettext_lazy("The draft is thrown away.")

    def act(self, request: HttpRequest, **kwargs: Any) -> str:
        actions.discard_draft(self.actor, paper_id=kwargs["pk"])
        return reverse("papers:list")
