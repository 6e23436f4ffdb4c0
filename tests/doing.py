"""Every action function of every room, and the smallest arguments with which each can be called.

An action is a function that a room's ``actions`` gives to others and whose first argument is ``actor``.
"""

import inspect
import pkgutil
import types
import typing
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps
from django.db.models import Model

from chuangwen.intake.open311.actions import Posted
from chuangwen.kernel import clock
from chuangwen.kernel.access import Actor
from chuangwen.scoring.appraisal.periods import Span, span_of
from tests import parts
from tests.world import Place

NOT_ASKED = {
    "chuangwen.messaging.actions.mark_read": "one's own: whoever is signed in",
    "chuangwen.messaging.actions.save_preferences": "one's own: whoever is signed in",
    "chuangwen.cases.actions.ticking.tick": "the clock's own work: only the job calls it",
    "chuangwen.standards.actions.shipping.install_shipped": "runs at installation, as the system",
    "chuangwen.people.actions.posts.appointable_roles": "says what a form offers",
    "chuangwen.people.actions.posts.access_person": "fetches for the verb that it is given",
    "chuangwen.papers.actions.drafting.area_of": "says where the actor's papers are of; no verb is done by it",
    "chuangwen.phone.actions.devices.confirm_wiped": "the phone itself says so, known by its token",
    "chuangwen.kernel.actions.visible_jobs": "what is seen: one's own, or none",
} | parts.brought("NOT_ASKED")
"""Functions that take an actor and may be called without a right: each with the reason."""


@dataclass(frozen=True)
class Action:
    name: str
    function: Callable[..., Any]

    @property
    def room(self) -> str:
        return self.name.split(".")[1]

    def __str__(self) -> str:
        return self.name.removeprefix("chuangwen.")


def actions() -> list[Action]:
    """All of them, by their full names."""
    found: dict[str, Action] = {}
    for part in _parts():
        package = import_module(f"{part}.actions")
        for name, function in inspect.getmembers(package, inspect.isfunction):
            full = f"{function.__module__}.{name}"
            own = function.__module__.startswith(package.__name__) and not name.startswith("_")
            if own and full not in NOT_ASKED and next(iter(inspect.signature(function).parameters), "") == "actor":
                found[full] = Action(full, function)
    return [found[name] for name in sorted(found)]


def _parts() -> list[str]:
    """The rooms, and the parts of rooms, that have actions of their own."""
    rooms = [config for config in apps.get_app_configs() if config.name.startswith("chuangwen.")]
    inside = [
        f"{room.name}.{part.name}"
        for room in rooms
        for part in pkgutil.iter_modules([room.path])
        if part.ispkg and part.name != "actions"
    ]
    return [name for name in (*(room.name for room in rooms), *inside) if find_spec(f"{name}.actions")]


def nobody_with_an_account(place: Place) -> Actor:
    """Somebody who is signed in and whose post allows nothing."""
    account = place.things["account"]
    return Actor(account_id=account.pk, name=account.username)


def arguments(action: Action, place: Place) -> tuple[list[Any], dict[str, Any]]:
    """The smallest things of the right types; ids are those of the place's own records."""
    hints = typing.get_type_hints(action.function)
    positional, keywords = [], {}
    for name, parameter in list(inspect.signature(action.function).parameters.items())[1:]:
        if parameter.kind in (parameter.VAR_KEYWORD, parameter.VAR_POSITIONAL):
            continue
        if parameter.default is not parameter.empty:
            continue
        value = _value(action, name, hints.get(name, Any), place)
        if parameter.kind is parameter.KEYWORD_ONLY:
            keywords[name] = value
        else:
            positional.append(value)
    return positional, keywords


IDS = {
    "template_id": "template", "schedule_id": "schedule",
    "case_id": "case", "into_id": "other_case", "paper_id": "paper", "sheet_id": "sheet", "round_id": "round", "observation_id": "observation",
    "unit_id": "unit", "post_id": "post", "person_id": "person", "keep_id": "person", "gone_id": "person", "account_id": "account",
    "role_id": "role", "division_id": "division", "grid_id": "grid", "site_id": "site", "asset_id": "asset", "edition_id": "edition",
    "responsibility_id": "responsibility", "item_id": "item", "node_id": "indicator", "rule_id": "deadline", "parent_id": "unit",
    "key_id": "system_key", "hook_id": "webhook", "delivery_id": "delivery", "step_id": "step", "office_id": "supervising_office",
    "channel_id": "channel", "fact_id": "fact", "metric_id": "metric", "upload_id": "upload", "layout_id": "layout",
    "plan_id": "sponsorship", "sponsor_id": "sponsor", "place_id": "sponsored", "wish_id": "wish", "pair_id": "pair",
    "appraisal_id": "appraisal", "row_id": "appraisal_row", "objection_id": "appraisal_objection", "entry_id": "entry",
    "consequence_id": "consequence", "link_id": "display",
    "partnership_id": "partnership", "input_id": "partner_input", "need_id": "partner_need", "work_id": "work", "stage_id": "work_stage",
    "fund_id": "work_fund", "contract_id": "work_contract",
    "operation_id": "operation", "operation_segment_id": "operation_segment", "counted_id": "counted", "shot_id": "operation_photo",
    "duty_id": "duty", "occurrence_id": "occurrence", "record_id": "duty_record", "feed_id": "feed",
    "ground_id": "roster_ground", "segment_id": "segment", "duty_post_id": "duty_post", "roster_id": "roster", "turn_id": "turn",
    "change_id": "change", "pool_id": "pool", "roster_link_id": "roster_link", "shift_id": "shift",
}  # fmt: skip
IDS |= parts.brought("IDS")


def _value(action: Action, name: str, hint: Any, place: Place) -> Any:
    options = [o for o in typing.get_args(hint) if o is not type(None)] if _is_union(hint) else [hint]
    kind = options[0]
    origin = typing.get_origin(kind) or kind
    if name in IDS:
        return place.things[IDS[name]].pk
    if name in ("job_id", "token_id", "sign_in_id", "device_id"):
        return place.own["clerk"][name.removesuffix("_id")].pk
    if isinstance(origin, type) and issubclass(origin, Model):
        for thing in (*place.things.values(), place.town.street):
            if isinstance(thing, origin):
                return thing
        raise LookupError(f"{action}: the world has no {origin.__name__}")
    if origin in (Mapping, dict):
        return {}
    if origin in (list, tuple, set, Iterable) or (isinstance(origin, type) and origin.__module__ == "collections.abc"):
        return []
    if name == "posted":
        return Posted(kind=place.things["kind"], description="x", site=place.things["site"])
    if name == "level":
        return "indicator"
    now = clock.now()
    plain: dict[Any, Any] = {
        str: "x", int: 1, float: 1.0, bool: True, bytes: b"x", date: now.date(), datetime: now, time: now.time(), Decimal: Decimal(1),
        uuid.UUID: uuid.uuid4(), Any: None, Span: span_of("month", now.date()),
    }  # fmt: skip
    if origin in plain:
        return plain[origin]
    raise LookupError(f"{action}: nothing stands for {name}: {hint}")


def _is_union(hint: Any) -> bool:
    return typing.get_origin(hint) in (typing.Union, types.UnionType)
