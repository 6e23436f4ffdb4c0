"""Every verb of the loop: what each takes, and its address."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Field, Schema

from chuangwen.cases import actions
from chuangwen.cases.api.answers import REFUSED, CaseDetailOut, Key, answer, whole
from chuangwen.cases.api.creating import coded, site_of
from chuangwen.cases.api.router import router
from chuangwen.cases.errors import Incomplete
from chuangwen.cases.models import Case, LimitUnit, Verb
from chuangwen.kernel import access
from chuangwen.kernel.access import Actor
from chuangwen.kernel.worktime import Limit
from chuangwen.people.models import Unit
from chuangwen.places.models import Division
from chuangwen.standards.models import Kind
from chuangwen.web.views import actor_of


class VerbIn(Schema):
    """`expected_version`: the version that was looked at; where the case has changed since, the answer is 409."""

    expected_version: int | None = None


class NoteIn(VerbIn):
    note: str = Field("", max_length=500)


class ReasonIn(VerbIn):
    reason: str = Field(max_length=500)


class MergeIn(NoteIn):
    into: Key = Field(description="identifier of the case that it is part of")


class DispatchIn(NoteIn):
    """Without `lead` the rules of responsibility choose; without a limit the table of deadlines does."""

    lead: Key | None = Field(None, description="identifier of the unit")
    assists: list[Key] | None = Field(None, max_length=10)
    limit_amount: int | None = Field(None, ge=1, le=999)
    limit_unit: str = LimitUnit.WORKING_DAYS.value


class PassOnIn(NoteIn):
    unit: Key


class AskExtensionIn(ReasonIn):
    days: int


class GrantExtensionIn(NoteIn):
    days: int | None = None


class DeferIn(ReasonIn):
    until: date
    plan: str = Field(max_length=300)


class SubmitIn(VerbIn):
    measure: str = Field(max_length=500)
    after_photos: list[Key] = Field(max_length=20)


class SendBackIn(ReasonIn):
    photos: list[Key] = Field(default=[], max_length=20)


class VerifyIn(NoteIn):
    photos: list[Key] = Field(default=[], max_length=20)
    and_close: bool = False


class SolveIn(SubmitIn):
    before_photos: list[Key] = Field(default=[], max_length=20)


class ReboundIn(VerbIn):
    description: str = Field("", max_length=500)
    before_photos: list[Key] = Field(default=[], max_length=20)


class DisputeIn(Schema):
    """`said_by`: who says so, where it is not the account itself."""

    words: str = Field(max_length=500)
    photos: list[Key] = Field(default=[], max_length=20)
    said_by: str = Field("", max_length=80)


class AnswerDisputeIn(VerbIn):
    """Upheld, the answer is the new case; dismissed, `answer` is needed."""

    uphold: bool
    answer: str = Field("", max_length=500)


class LinkReboundIn(NoteIn):
    old: Key = Field(description="identifier of the closed case that is back")


class CommentIn(Schema):
    note: str = Field(max_length=500)
    photos: list[Key] = Field(default=[], max_length=20)


class EditIn(VerbIn):
    """What is to be corrected; what is left out stays."""

    description: str | None = Field(None, max_length=500)
    address: str | None = Field(None, max_length=200)
    kind: str | None = None
    severity: int | None = Field(None, ge=1, le=4)
    site: str | None = None
    division: str | None = None


def units_by_key(keys: Sequence[int], field: str) -> list[Unit]:
    """Units in the order of their keys. Raises Incomplete for one that is not there."""
    found = Unit.objects.select_related("division").in_bulk([key for key in keys if 0 < key < 2**63])
    if any(key not in found for key in keys):
        raise Incomplete(_("There is no such unit."), "cases.unknown_unit", field=field)
    return [found[key] for key in keys]


def _dispatch(_actor_: Actor, body: DispatchIn, facts: dict[str, Any]) -> dict[str, Any]:
    amount, unit = facts.pop("limit_amount"), facts.pop("limit_unit")
    if unit not in LimitUnit.values:
        raise Incomplete(_("A limit is in working hours, working days or calendar days."), "cases.limit_unit", field="limit_unit")
    facts["limit"] = Limit(amount, unit) if amount is not None else None
    facts["lead"] = units_by_key([body.lead], "lead")[0] if body.lead is not None else None
    facts["assists"] = units_by_key(body.assists, "assists") if body.assists is not None else None
    return facts


def _pass_on(_actor_: Actor, body: PassOnIn, facts: dict[str, Any]) -> dict[str, Any]:
    return facts | {"unit": units_by_key([body.unit], "unit")[0]}


def _merge(_actor_: Actor, body: MergeIn, facts: dict[str, Any]) -> dict[str, Any]:
    facts["into_id"] = facts.pop("into")
    return facts


def _link(_actor_: Actor, body: LinkReboundIn, facts: dict[str, Any]) -> dict[str, Any]:
    facts["old_id"] = facts.pop("old")
    return facts


def _edit(actor: Actor, body: EditIn, facts: dict[str, Any]) -> dict[str, Any]:
    given = body.dict(exclude_unset=True)
    changes: dict[str, Any] = {
        name: given[name] for name in ("description", "address", "severity") if given.get(name) is not None
    }
    if given.get("kind"):
        changes["kind"] = coded(Kind, given["kind"], "kind", Kind.objects.select_related("family"))
    if given.get("site"):
        changes["site"] = site_of(actor, given["site"])
    if given.get("division"):
        changes["division"] = coded(Division, given["division"], "division")
    return {"changes": changes, "expected_version": body.expected_version}


Reader = Callable[[Actor, Any, dict[str, Any]], dict[str, Any]]
VERBS: dict[Verb, tuple[type[Schema], Reader | None]] = {
    Verb.SCREEN: (NoteIn, None),
    Verb.MERGE: (MergeIn, _merge),
    Verb.REJECT: (ReasonIn, None),
    Verb.DISPATCH: (DispatchIn, _dispatch),
    Verb.REDISPATCH: (DispatchIn, _dispatch),
    Verb.SIGN_FOR: (NoteIn, None),
    Verb.REFUSE: (ReasonIn, None),
    Verb.PASS_ON: (PassOnIn, _pass_on),
    Verb.HAND_BACK: (ReasonIn, None),
    Verb.ASK_EXTENSION: (AskExtensionIn, None),
    Verb.GRANT_EXTENSION: (GrantExtensionIn, None),
    Verb.DENY_EXTENSION: (ReasonIn, None),
    Verb.DEFER: (DeferIn, None),
    Verb.RESUME: (NoteIn, None),
    Verb.SUBMIT: (SubmitIn, None),
    Verb.SEND_BACK: (SendBackIn, None),
    Verb.VERIFY: (VerifyIn, None),
    Verb.CLOSE: (NoteIn, None),
    Verb.SOLVE_ON_SPOT: (SolveIn, None),
    Verb.REBOUND: (ReboundIn, None),
    Verb.LINK_REBOUND: (LinkReboundIn, _link),
    Verb.DISPUTE: (DisputeIn, None),
    Verb.ANSWER_DISPUTE: (AnswerDisputeIn, None),
    Verb.COMMENT: (CommentIn, None),
    Verb.EDIT: (EditIn, _edit),
}


def _add(verb: Verb, schema: type[Schema], read: Reader | None) -> None:
    """``POST /cases/{id}/verbs/{verb}``: answers with the case as it stands then (a rebound: with the new one)."""
    function = actions.solve_reported if verb is Verb.SOLVE_ON_SPOT else getattr(actions, verb.value)

    def do(request: HttpRequest, case_id: int, body: Any) -> HttpResponse:
        actor = actor_of(request)
        access.require(actor, f"cases.{verb.value}")
        facts = body.dict()
        made = function(actor, case_id=_checked(case_id), **(read(actor, body, facts) if read else facts))
        return answer(whole(actor, made.pk if isinstance(made, Case) else case_id))

    do.__name__ = verb.value
    do.__annotations__ = {"request": HttpRequest, "case_id": int, "body": schema}
    router.post(
        f"/{{int:case_id}}/verbs/{verb.value}",
        response={200: CaseDetailOut} | REFUSED,
        summary=str(access.VERBS[f"cases.{verb.value}"].label),
        operation_id=f"cases_{verb.value}",
    )(do)


def _checked(case_id: int) -> int:
    """A key that the database can hold; any other names nothing."""
    return case_id if case_id < 2**63 else 0


for _verb, (_schema, _read) in VERBS.items():
    _add(_verb, _schema, _read)
