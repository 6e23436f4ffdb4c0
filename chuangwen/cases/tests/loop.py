"""Short ways for tests to bring a case where they want it, by the actions alone."""

from datetime import timedelta
from itertools import count
from typing import Any

from chuangwen.cases import actions
from chuangwen.cases.actions.evidence import handed_in
from chuangwen.cases.models import Case, State
from chuangwen.evidence.actions import decide
from chuangwen.evidence.actions.examining import compare
from chuangwen.evidence.models import Doubt, Examination, Photo
from chuangwen.kernel import access, clock
from chuangwen.kernel.access import Actor
from chuangwen.kernel.worktime import Limit
from chuangwen.testing.factories import Town, make_unit

_serial = count(1)


def make_photo(actor: Actor) -> int:
    """The key of a photo that the actor uploaded."""
    key = f"{next(_serial):064x}"
    return Photo.objects.create(
        file_key=key, sm3=key, dhash=key[-16:], phash=key[-16:], format="JPEG", size=1, width=1, height=1, uploaded_at=clock.now(),
        uploaded_by_id=actor.account_id, custody=key, custody_previous="0" * 64,
    ).pk  # fmt: skip


def compared(case: Case) -> Case:
    """What the worker does after a submission: its photos are compared with the earlier ones."""
    for examination in Examination.objects.filter(photo__in=handed_in(case), state=Examination.State.WAITING):
        compare(examination.pk)
    return case


def look_through(case: Case) -> None:
    """What follows a submission: its photos are compared, and a person finds every doubt about them settled."""
    compared(case)
    for doubt in Doubt.objects.filter(photo__in=handed_in(case), decision=""):
        decide(access.SYSTEM, doubt.pk, Doubt.Decision.GENUINE)


class Loop:
    """The loop of one town. ``at(state)`` is a fresh case in that state; ``do(verb, case)`` does the verb as who usually does it."""

    def __init__(self, town: Town):
        self.town = town
        self.actors = dict(town.actors)
        department = self.town.units["department"]
        self.squad = make_unit("城管中队", parent=department, division=self.town.street)
        self.clerk, self.unit, self.inspector = self.actors["clerk"], self.actors["liaison"], self.actors["inspector"]

    def report(self, actor: Actor | None = None, **more: Any) -> Case:
        facts = {"description": "墙上有小广告", "site": self.town.sites[0], "kind": self.town.kinds["sticker"]} | more
        return actions.report(actor or self.actors["grid_worker"], **facts)

    def at(self, state: str, **more: Any) -> Case:
        """A case in ``state``, brought there step by step."""
        case = self.report(**more)
        steps = {
            State.REPORTED: [], State.SCREENED: ["screen"], State.DISPATCHED: ["dispatch"], State.REFUSED: ["dispatch", "refuse"],
            State.RECTIFYING: ["dispatch", "sign_for"], State.DEFERRED: ["dispatch", "defer"],
            State.SUBMITTED: ["dispatch", "sign_for", "submit"], State.VERIFIED: ["dispatch", "sign_for", "submit", "verify"],
            State.CLOSED: ["dispatch", "sign_for", "submit", "verify", "close"], State.REJECTED: ["reject"], State.MERGED: ["merge"],
        }[State(state)]  # fmt: skip
        for verb in steps:
            case = self.do(verb, case)
        return Case.objects.get(pk=case.pk)

    def usual(self, verb: str) -> Actor:
        """Who usually does it."""
        if verb in ("sign_for", "refuse", "pass_on", "hand_back", "ask_extension", "submit"):
            return self.unit
        return self.inspector if verb == "verify" else self.actors["grid_worker"] if verb == "solve_on_spot" else self.clerk

    def arguments(self, verb: str, case: Case, actor: Actor) -> dict[str, Any]:
        """What the verb needs besides the case."""
        lead = self.town.units["department"]
        match verb:
            case "dispatch" | "redispatch":
                return {"lead": lead, "limit": Limit(3, "working_days")}
            case "refuse" | "reject" | "send_back" | "hand_back" | "deny_extension":
                return {"reason": "不属于我单位职责"}
            case "merge":
                return {"into_id": self.report(self.clerk, site=self.town.sites[1]).pk}
            case "pass_on":
                return {"unit": self.squad}
            case "ask_extension":
                return {"days": 2, "reason": "等待材料"}
            case "defer":
                return {"until": clock.today() + timedelta(days=30), "reason": "需要施工", "plan": "2027年道路维修计划"}
            case "submit":
                return {"measure": "已清理", "after_photos": [make_photo(actor)]}
            case "dispute":
                return {"words": "垃圾还在", "photos": [make_photo(actor)]}
            case "answer_dispute":
                return {"uphold": False, "answer": "已复核，问题已解决"}
            case "link_rebound":
                return {"old_id": self.closed_elsewhere(case).pk}
            case "comment":
                return {"note": "请尽快"}
            case "edit":
                return {"changes": {"description": f"墙上和电杆上有小广告{next(_serial)}处"}}
            case "solve_on_spot":
                return {"measure": "当场清除", "before_photos": [make_photo(actor)], "after_photos": [make_photo(actor)]}
        return {}

    def closed_elsewhere(self, case: Case) -> Case:
        """A case at another site that was closed a day before ``case`` was reported."""
        old = self.at(State.CLOSED, site=self.town.sites[2])
        Case.objects.filter(pk=old.pk).update(closed_at=case.reported_at - timedelta(days=1))
        return old

    def do(self, verb: str, case: Case, actor: Actor | None = None, **more: Any) -> Case:
        actor = actor or self.usual(verb)
        function = actions.solve_reported if verb == "solve_on_spot" else getattr(actions, verb)
        done = function(actor, case_id=case.pk, **self.arguments(verb, case, actor) | more)
        if verb == "submit":
            look_through(case)
        return done
