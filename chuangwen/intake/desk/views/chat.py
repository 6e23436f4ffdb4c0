"""Messages of chat groups: pasted, looked through one by one, confirmed, put together or dropped by a person."""

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.generic import View

from chuangwen.cases import queries as cases
from chuangwen.cases.forms.fields import kinds_in_use
from chuangwen.cases.rules import key_in
from chuangwen.intake.desk import actions
from chuangwen.intake.desk.forms import PasteForm, ProposalForm
from chuangwen.intake.models import ChatPaste, ChatProposal
from chuangwen.kernel import access, files
from chuangwen.kernel.errors import Missing, Refusal
from chuangwen.web.form_pages import CAN_BE_PUT_RIGHT, FormPage, go_to, refuse
from chuangwen.web.lists import Empty, ListColumn, ListPage, PageAction
from chuangwen.web.views import AccessMixin, PageMixin

FORMS = 12
"""So many proposals are shown at once, each as a form."""


class PasteList(ListPage):
    """One's pasted chats."""

    title = gettext_lazy("Chat messages")
    required_verb = "intake.paste"
    columns = [
        ListColumn("title", pgettext_lazy("chat", "Group"), phone="title"),
        ListColumn("pasted_at", pgettext_lazy("chat", "Pasted"), kind="datetime", sort="pasted_at"),
        ListColumn("messages", gettext_lazy("Messages"), kind="int"),
        ListColumn("waiting", pgettext_lazy("chat", "To be looked at"), kind="int"),
        ListColumn("confirmed", pgettext_lazy("chat", "Became cases"), kind="int"),
    ]
    search_fields = ["title"]
    default_sort = "-pasted_at"
    page_actions = [
        PageAction(gettext_lazy("Paste messages"), "/desk/chat/new/", icon="clipboard-text", primary=True, verb="intake.enter")
    ]
    empty = Empty(
        gettext_lazy("Nothing was pasted yet."),
        gettext_lazy("Copy the messages of a group and paste them here: they become proposed cases."),
        icon="messages",
    )

    def get_queryset(self) -> Any:
        state = ChatProposal.State
        return access.scoped(self.actor, "intake.paste", ChatPaste).annotate(
            waiting=Count("proposals", filter=Q(proposals__state=state.WAITING, proposals__likely=True)),
            confirmed=Count("proposals", filter=Q(proposals__state=state.CONFIRMED)),
        )

    def row_url(self, row: ChatPaste) -> str:
        return reverse("intake:chat", args=[row.pk])


class PastePage(FormPage):
    """Paste messages; nothing becomes a case by that alone."""

    title = gettext_lazy("Paste messages of a chat group")
    required_verb = "intake.enter"
    form_class = PasteForm
    submit = gettext_lazy("Read the messages")
    done = ""
    explanation = gettext_lazy(
        "Names and numbers of people are covered before anything is stored. What is read here becomes a case only when you confirm "
        "it, one by one."
    )

    def get_breadcrumbs(self) -> Any:
        return [(_("Chat messages"), reverse("intake:chats"))]

    def act(self, form: PasteForm) -> str:
        archive = form.cleaned_data["archive"]
        row = actions.paste(
            self.actor,
            text=form.cleaned_data["text"],
            archive=archive.read() if archive else b"",
            title=form.cleaned_data["title"],
        )
        return reverse("intake:chat", args=[row.pk])


class PastedPage(PageMixin, View):
    """The proposals that wait, each as a form; small talk apart; what was decided at the end."""

    required_verb = "intake.paste"
    http_method_names = ["get", "head", "post", "options"]

    def get_breadcrumbs(self) -> Any:
        return [(_("Chat messages"), reverse("intake:chats"))]

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.show(pk)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        count = actions.drop_small_talk(self.actor, paste_id=pk)
        messages.success(request, _("%(count)d messages were dropped.") % {"count": count})
        return go_to(reverse("intake:chat", args=[pk]))

    def show(self, pk: int, *, wrong: tuple[int, ProposalForm] | None = None, status: int = 200) -> HttpResponse:
        row = access.fetch(self.actor, "intake.paste", ChatPaste, pk=pk)
        self.title = row.title
        every = list(row.proposals.select_related("site__division", "kind", "case"))
        waiting = [one for one in every if one.state == ChatProposal.State.WAITING]
        likely = [one for one in waiting if one.likely]
        kinds = kinds_in_use()
        shown = likely[:FORMS]
        forms = [wrong[1] if wrong and wrong[0] == one.pk else form_of(self.actor, one, kinds) for one in shown]
        context = self.get_context_data(
            row=row, pairs=list(zip(shown, forms, strict=True)), more=len(likely) - len(shown),
            talk=[one for one in waiting if not one.likely], decided=[one for one in every if one.state != ChatProposal.State.WAITING],
            total=len(every),
        )  # fmt: skip
        return render(self.request, "intake/chat.html", context, status=status)


def form_of(actor: Any, one: ChatProposal, kinds: Any, data: Any = None) -> ProposalForm:
    initial = {"description": " ".join(one.text.split())[:500], "site": one.site, "kind": one.kind}
    return ProposalForm(
        data, actor=actor, kinds=kinds, photos=len(one.photos), initial=initial, prefix=f"p{one.pk}", auto_id="id_%s"
    )


class ProposalAnswer(PastedPage):  # the page is shown again where a form is not whole
    """What a person says to one proposal."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        one = access.fetch(self.actor, "intake.paste", ChatProposal.objects.select_related("site", "kind", "paste"), pk=pk)
        verb, said = request.POST.get("do", ""), ""
        if verb == "confirm":
            form = form_of(self.actor, one, kinds_in_use(), request.POST)
            if not form.is_valid():
                return self.show(one.paste_id, wrong=(one.pk, form), status=422)
            try:
                case = actions.confirm(self.actor, proposal_id=pk, **form.facts())
            except Refusal as refusal:
                if refusal.status not in CAN_BE_PUT_RIGHT:
                    raise
                refuse(form, refusal)
                return self.show(one.paste_id, wrong=(one.pk, form), status=422)
            said = _("It became the case %(number)s.") % {"number": case.number}
        elif verb == "join":
            key = key_in(request.POST.get("into", "").replace("\x00", ""))
            if key is None or not cases.visible(self.actor).filter(pk=key).exists():
                raise Missing(_("There is no case with this number in your area."))
            said = _("It became a remark of the case %(number)s.") % {
                "number": actions.join(self.actor, proposal_id=pk, case_id=key).number
            }
        elif verb == "before":
            actions.put_together(self.actor, proposal_id=pk)
            said = _("Put together with the one before it.")
        elif verb == "drop":
            actions.drop(self.actor, proposal_id=pk)
            said = _("Dropped.")
        else:
            raise Refusal(_("Choose what to do with it."), "intake.no_verb")
        messages.success(request, said)
        return go_to(reverse("intake:chat", args=[one.paste_id]))


class PastedPhoto(AccessMixin, View):
    """The small copy of a photo that came with a chat and is no evidence yet."""

    required_verb = "intake.paste"

    def get(self, request: HttpRequest, pk: int, position: int, number: int) -> HttpResponseBase:
        one = access.fetch(self.actor, "intake.paste", ChatProposal, paste=pk, position=position)
        if not 0 <= number < len(one.photos):
            raise Missing(_("There is no such photo."))
        answer = FileResponse(files.path_of(one.photos[number]["thumbnail"]).open("rb"), content_type="image/jpeg")
        answer["Cache-Control"] = "private, max-age=3600"
        answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
        return answer
