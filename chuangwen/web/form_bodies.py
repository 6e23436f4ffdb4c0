"""Bodies of the API that a page's form checks: what a page asks for and refuses, the API asks for and refuses in the same words.

    form = filled(lambda data: PlaceForm(data, plan=plan, row=row), body.dict(exclude_unset=True))
    actions.save_place(actor, plan_id=plan.pk, **form.facts("name", "need", "least", "most"))

What a body leaves out is what the form shows: the usual for something new, what stands there for a change. Ask for the right first: a form
knows no policy.
"""

from collections.abc import Callable, Mapping
from typing import Any, NoReturn, TypeVar

from django import forms

from chuangwen.kernel.errors import Refusal

F = TypeVar("F", bound=forms.Form)


def filled(make: Callable[[dict[str, Any] | None], F], given: Mapping[str, Any]) -> F:
    """The form that ``make`` gives for data (None: as it is shown at first), filled with ``given`` by the names of its fields: plain values,
    keys of rows, or rows. Raises Refusal with the form's words by field."""
    shown = make(None)
    values = {name: shown.get_initial_for_field(field, name) for name, field in shown.fields.items()} | dict(given)
    form = make({name: shown.fields[name].prepare_value(value) if name in shown.fields else value for name, value in values.items()})
    if not form.is_valid():
        _refuse(form)
    return form


def _refuse(form: forms.Form) -> NoReturn:
    told = {name: "".join(str(sentence) for sentence in sentences) for name, sentences in form.errors.items()}
    name, first = next(iter(told.items()))
    message = f"{form.fields[name].label}：{first}" if name in form.fields else first
    raise Refusal(message, "invalid", fields={name: words for name, words in told.items() if name in form.fields})
