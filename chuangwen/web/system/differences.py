"""Before and after as rows that a person reads: one row per thing, the changed ones marked."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy

from chuangwen.web import formatting

LABELS = {
    "state": pgettext_lazy("audit", "state"),
    "name": pgettext_lazy("audit", "name"),
    "works": pgettext_lazy("audit", "worked"),
    "hours": pgettext_lazy("audit", "working hours"),
    "kind": pgettext_lazy("audit", "kind"),
    "code": pgettext_lazy("audit", "code"),
    "note": pgettext_lazy("audit", "note"),
    "reason": pgettext_lazy("audit", "reason"),
    "text": pgettext_lazy("audit", "text"),
    "unit": pgettext_lazy("audit", "unit"),
    "lead": pgettext_lazy("audit", "lead unit"),
    "assist": pgettext_lazy("audit", "assisting units"),
    "division": pgettext_lazy("audit", "division"),
    "site": pgettext_lazy("audit", "site"),
    "family": pgettext_lazy("audit", "family"),
    "severity": pgettext_lazy("audit", "severity"),
    "due_at": pgettext_lazy("audit", "due"),
    "starts_on": pgettext_lazy("audit", "from"),
    "ends_on": pgettext_lazy("audit", "until"),
    "role": pgettext_lazy("audit", "role"),
    "roles": pgettext_lazy("audit", "roles"),
    "username": pgettext_lazy("audit", "account name"),
    "person": pgettext_lazy("audit", "person"),
    "phone": pgettext_lazy("audit", "telephone"),
    "is_active": pgettext_lazy("audit", "open"),
    "cancel_asked": pgettext_lazy("audit", "stop asked for"),
    "rows_read": pgettext_lazy("audit", "rows read"),
    "creates": pgettext_lazy("audit", "made"),
    "updates": pgettext_lazy("audit", "changed"),
    "unchanged": pgettext_lazy("audit", "unchanged"),
    "result": pgettext_lazy("audit", "result"),
    "rows": pgettext_lazy("audit", "rows"),
    "conditions": pgettext_lazy("audit", "conditions"),
    "scope": pgettext_lazy("audit", "reach"),
    "verb": pgettext_lazy("audit", "right"),
    "number": pgettext_lazy("audit", "number"),
    "title": pgettext_lazy("audit", "title"),
}


@dataclass(frozen=True)
class Difference:
    """One thing, as it was and as it is. ``before`` or ``after`` is a dash where there was nothing."""

    label: str
    before: str
    after: str
    changed: bool


def differences(before: Any, after: Any, kind: str = "") -> list[Difference]:
    """Rows in the order of the data: nested things under ``outer · inner``, changed ones first within their group."""
    model = _model(kind)
    old, new = dict(_flat(before)), dict(_flat(after))
    rows = []
    for path in dict.fromkeys([*old, *new]):
        field = _field(model, path[-1])
        was, now = (_written(side.get(path), field) for side in (old, new))
        rows.append(
            Difference(
                " · ".join(_label(part, model) for part in path if part) or pgettext("audit", "value"), was, now, was != now
            )
        )
    return sorted(rows, key=lambda row: not row.changed)


def _flat(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            yield from _flat(inner, (*path, str(key)))
    elif isinstance(value, list) and value and all(isinstance(one, dict) for one in value):
        for number, inner in enumerate(value, 1):
            yield from _flat(inner, (*path, str(number)))
    elif value is not None and value != {}:
        yield path or ("",), value


def _model(kind: str) -> Any:
    try:
        return apps.get_model(kind) if kind else None
    except (LookupError, ValueError):
        return None


def _field(model: Any, name: str) -> Any:
    try:
        return model._meta.get_field(name.removesuffix("_id")) if model else None
    except FieldDoesNotExist:
        return None


def _label(name: str, model: Any) -> str:
    found = LABELS.get(name) or LABELS.get(name.removesuffix("_id"))
    if found:
        return str(found)
    field = _field(model, name)
    own = str(getattr(field, "verbose_name", "") or "")
    return own if own and own != name.replace("_", " ") else name


def _written(value: Any, field: Any) -> str:
    if value is None or value == "":
        return formatting.EMPTY
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    choices = dict(getattr(field, "flatchoices", None) or ())
    if choices and not isinstance(value, list) and value in choices:
        return str(choices[value])
    if isinstance(value, list):
        return "、".join(_written(one, field) for one in value) or formatting.EMPTY
    if isinstance(value, str) and len(value) >= 19 and value[10:11] == "T":
        try:
            return formatting.moment(datetime.fromisoformat(value))
        except ValueError:
            return value
    return str(value)
