"""What the life of a paper tells people: the leader of what waits for a signature, units of what waits for theirs or was sent to them, the
office of what came back. In the language of the installation, inside the transaction in which it happened."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chuangwen.messaging import recipients
from chuangwen.messaging.actions import Message, tell, tell_many
from chuangwen.messaging.kinds import NORMAL, register
from chuangwen.messaging.wording import in_the_towns_language
from chuangwen.papers.events import PaperMoved, PaperSent
from chuangwen.papers.models import Paper, PaperEvent, PaperParty, State
from chuangwen.papers.states import Verb

TO_SIGN = register("papers.to_sign", gettext_lazy("a paper waits for a signature"))
TO_COUNTERSIGN = register("papers.to_countersign", gettext_lazy("a paper waits for our countersignature"))
CAME = register("papers.came", gettext_lazy("a paper came to us"))
CAME_BACK = register("papers.came_back", gettext_lazy("a paper came back to the office"))


@in_the_towns_language
def tell_moved(moved: PaperMoved) -> None:
    """One step of a paper's life, to whom it concerns. At most seven queries."""
    paper = Paper.objects.select_related("division").get(pk=moved.paper_id)
    match moved.verb:
        case Verb.CHECK:
            _to_role(paper, TO_SIGN, "leader", _("%(title)s waits for your signature"))
        case Verb.ASK_COUNTERSIGN | Verb.AGREE if moved.after == State.COUNTERSIGNING:
            _to_countersigners(paper)
        case Verb.AGREE:
            _to_role(paper, TO_SIGN, "leader", _("%(title)s is countersigned and waits for your signature"))
        case Verb.OBJECT:
            _to_role(paper, CAME_BACK, "clerk", _("A unit objects to %(title)s"))
        case Verb.SEND_BACK:
            _to_role(paper, CAME_BACK, "clerk", _("%(title)s was sent back"))
        case Verb.SIGN:
            _to_role(paper, CAME_BACK, "clerk", _("%(title)s is signed: send it"))


@in_the_towns_language
def tell_sent(sent: PaperSent) -> None:
    """Units to which a paper went: who answers for them is to say that it came."""
    paper = Paper.objects.get(pk=sent.paper_id)
    people = recipients.of_units(sent.unit_ids, recipients.RESPONSIBLE)
    title = _("Please confirm that you have %(title)s") % {"title": _name(paper)}
    tell_many([
        Message(
            key=f"papers.sent:{paper.pk}:{unit}", kind=CAME, title=title, text=paper.number or "", link=_link(paper),
            accounts=frozenset(accounts), about=_about(paper), units=frozenset({unit}),
        )
        for unit, accounts in people.items()
    ])  # fmt: skip


def _to_role(paper: Paper, kind: str, role: str, words: str) -> None:
    said = PaperEvent.objects.filter(paper=paper).order_by("-pk").values("pk", "words", "by").first() or {}
    accounts = recipients.of_role(role, paper.division) - {said.get("by")}
    tell(
        Message(
            key=f"papers.event:{said.get('pk')}", kind=kind, title=words % {"title": _name(paper)}, text=said.get("words") or "",
            link=_link(paper), accounts=frozenset(accounts), urgency=NORMAL, about=_about(paper),
        )
    )  # fmt: skip


def _to_countersigners(paper: Paper) -> None:
    """Those whose turn it is; who was told before is not told again."""
    asked = PaperParty.objects.filter(paper=paper, part=PaperParty.Part.COUNTERSIGNER, answer="", asked_at__isnull=False)
    waiting = list(asked.select_related("person__account"))
    heads = recipients.of_units({party.unit_id for party in waiting}, recipients.HEADS)
    title = _("%(title)s waits for your countersignature") % {"title": _name(paper)}
    tell_many([
        Message(
            key=f"papers.countersign:{party.pk}", kind=TO_COUNTERSIGN, title=title, link=_link(paper), about=_about(paper),
            accounts=frozenset(_named(party) or heads.get(party.unit_id, set())), units=frozenset({party.unit_id}),
        )
        for party in waiting
    ])  # fmt: skip


def _named(party: PaperParty) -> set[int]:
    """The account of who was asked by name."""
    account = getattr(party.person, "account", None) if party.person else None
    return {account.pk} if account is not None and account.is_active else set()


def _name(paper: Paper) -> str:
    return f"《{paper.title}》"[:90]


def _link(paper: Paper) -> str:
    return reverse("papers:paper", args=[paper.pk])


def _about(paper: Paper) -> str:
    return f"papers.paper:{paper.pk}"
