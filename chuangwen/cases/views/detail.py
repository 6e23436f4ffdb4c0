"""The page of one case: how it stands, what can be done now by who looks at it, what it is about, and everything that happened."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.generic import View

from chuangwen.cases import queries, telling
from chuangwen.cases.models import Case, CasePhoto, State, Verb
from chuangwen.cases.queries import CaseDetail
from chuangwen.cases.standing import reaches
from chuangwen.evidence.links import photo_url
from chuangwen.kernel import access, clock
from chuangwen.kernel.access import Actor
from chuangwen.people import queries as people
from chuangwen.people.access import CALL
from chuangwen.people.queries import Contact
from chuangwen.people.queries.organisation import as_contact
from chuangwen.web import formatting, panels
from chuangwen.web.views import AccessMixin, PageMixin

STEPS: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (gettext_lazy("reported"), (State.REPORTED,)),
    (gettext_lazy("accepted"), (State.SCREENED,)),
    (gettext_lazy("dispatched"), (State.DISPATCHED, State.REFUSED)),
    (gettext_lazy("put right"), (State.RECTIFYING, State.DEFERRED)),
    (gettext_lazy("checked"), (State.SUBMITTED, State.VERIFIED)),
    (pgettext_lazy("case", "closed"), (State.CLOSED,)),
)


def steps(case: Case) -> list[dict[str, Any]]:
    """The loop as a line of steps with the present one; empty for what ended beside it."""
    if case.state in (State.REJECTED, State.MERGED):
        return []
    here = next(number for number, (_label, states) in enumerate(STEPS) if case.state in states)
    here += case.state == State.CLOSED
    return [
        {"label": label, "state": "done" if number < here else "now" if number == here else "next"}
        for number, (label, _states) in enumerate(STEPS)
    ]


def buttons(found: CaseDetail) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The verbs that are open, in the order of what to do now; and the rarer ones."""
    case = found.case
    order = list(telling.BUTTONS)
    if case.state == State.RECTIFYING or case.extension_asked is not None:
        order.sort(key=lambda verb: verb not in (Verb.GRANT_EXTENSION, Verb.DENY_EXTENSION, Verb.SUBMIT))
    shown = [
        {"verb": verb.value, "button": telling.BUTTONS[verb], "url": reverse("cases:verb", args=[case.pk, verb.value])}
        for verb in order
        if verb in found.verbs
    ]
    often = [one for one in shown if one["verb"] not in telling.RARE]
    rare = [one for one in shown if one["verb"] in telling.RARE]
    if case.state in (State.DISPATCHED, State.RECTIFYING) and Verb.SUBMIT not in found.verbs:
        # The office's corrections of a case that is at work are not what one comes for.
        moved = [one for one in often if one["verb"] == Verb.REDISPATCH]
        often, rare = [one for one in often if one not in moved], moved + rare
    if found.not_acceptable:
        often.sort(key=lambda one: one["verb"] != Verb.SEND_BACK)
    if often:
        often[0]["first"] = True
    return (often, rare) if often else (rare[:2], rare[2:])


def shown_photos(links: list[CasePhoto], account_id: int | None) -> list[dict[str, Any]]:
    """What the component for photos takes: addresses for this account, and where the time of capture is known, that."""
    return [
        {
            "url": photo_url(link.photo_id, account_id),
            "thumbnail": photo_url(link.photo_id, account_id, "thumb"),
            "caption": formatting.moment(link.photo.taken_at) if link.photo.taken_at else "",
            "alt": f"{link.get_stage_display()} {number}",
        }
        for number, link in enumerate(links, 1)
    ]


class CasePage(PageMixin, View):
    required_verb = "cases.see"

    def get_breadcrumbs(self) -> Any:
        return [(_("Cases"), reverse("cases:list"))]

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        found = queries.detail(self.actor, pk)
        case, account = found.case, self.actor.account_id
        self.title = case.number
        often, rare = buttons(found)
        history = telling.history(found.events)
        by_event: dict[int, list[CasePhoto]] = {}
        for link in found.photos:
            by_event.setdefault(link.event_id or 0, []).append(link)
        for event, entry in zip(found.events, history, strict=True):
            entry.photos = shown_photos(by_event.get(event.pk, []), account)
        history.reverse()
        context = self.get_context_data(
            case=case, found=found, often=often, rare=rare, history=history, steps=steps(case),
            state_tone=telling.STATE_TONES[case.state], due=telling.due_of(case, clock.now()),
            urgency_tone=telling.URGENCY_TONES[case.urgency],
            limit=telling.limit_words(case.limit_amount, case.limit_unit),
            used=used(found), severity=telling.SEVERITY_WORDS.get(case.severity, case.severity),
            severity_tone=telling.SEVERITY_TONES.get(case.severity, "quiet"),
            before=shown_photos(found.before, account), after=shown_photos(found.after, account),
            contacts=self.contacts(case), doubt_photos=doubt_photos(self.actor, found),
            linked=linked(found), sees_audit=self.actor.may("kernel.see_audit"),
            panels=panels.shown(request, "cases.case", case), heads=panels.shown(request, "cases.case", case, "head"),
        )  # fmt: skip
        return render(request, "cases/detail.html", context)

    def contacts(self, case: Case) -> list[tuple[str, Any, list[Contact]]]:
        """Lead and handling unit with whom one calls there, where the actor may call. One query."""
        units = {unit.pk: unit for unit in (case.lead_unit, case.handling_unit) if unit is not None}
        if not units:
            return []
        posts = people.contacts(units, clock.today()) if self.actor.may(CALL) else {}
        found = []
        for key, unit in units.items():
            label = pgettext("case", "Lead") if key == case.lead_unit_id else _("Passed on to")
            calls = self.actor.may(CALL) and (people.allows(self.actor, CALL, unit) or key in self.actor.unit_ids)
            called = [as_contact(post, calls) for post in posts.get(key, ())]
            found.append((label, unit, sorted(called, key=lambda one: one.kind != "liaison")))
        return found


def doubt_photos(actor: Actor, found: CaseDetail) -> list[int]:
    """The after photos that somebody who checks the work is shown the doubts of; none for everybody else, who did the work included."""
    case = found.case
    if not found.after or case.submitted_by_id == actor.account_id or not actor.may("cases.verify"):
        return []
    if not reaches(actor, "cases.verify", case, [party.unit.path for party in found.parties]):
        return []
    return [link.photo_id for link in found.after]


def used(found: CaseDetail) -> dict[str, Any] | None:
    """The time that is gone, for the bar: percent, tone, words; None where no clock is or was."""
    reading = found.clock
    if reading.share is None or reading.minutes is None or not (reading.running or reading.paused):
        return None
    tone = "quiet" if reading.paused else telling.URGENCY_TONES.get(reading.urgency, "ok")
    return {
        "percent": max(0, min(100, round(reading.share * 100))),
        "tone": tone,
        "paused": reading.paused,
        "over": reading.share > 1,
    }


def linked(found: CaseDetail) -> list[tuple[str, list[Case]]]:
    """Other cases that have to do with this one, under a word each."""
    case = found.case
    groups = [
        (_("The problem that came back"), [case.rebound_of] if case.rebound_of else []),
        (_("Found again as"), found.rebounds),
        (_("Merged into"), [case.merged_into] if case.merged_into else []),
        (_("Merged into this one"), found.merged),
        (_("Open, and like this one"), found.similar),
    ]
    return [(label, cases) for label, cases in groups if cases]


class CasePoint(AccessMixin, View):
    """Where the case is, as GeoJSON for the small map of its page."""

    required_verb = "cases.see"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        case = access.fetch(self.actor, "cases.see", Case.objects.select_related("site"), pk=pk)
        features = []
        if case.lat is not None and case.lon is not None:
            tone = "bad" if case.urgency in telling.LATE else telling.STATE_TONES[case.state]
            features.append(
                {
                    "type": "Feature",
                    "geometry": {"type": "Point", "coordinates": [round(case.lon, 6), round(case.lat, 6)]},
                    "properties": {"title": case.number, "note": case.site.name if case.site else case.address, "tone": tone},
                }
            )
        return JsonResponse({"type": "FeatureCollection", "features": features})
