"""The form of the limits: a number for all together and for each source, for each kind of unit; empty is no limit."""

from __future__ import annotations

from typing import Any

from django import forms

from chuangwen.duties.load.actions import MOST
from chuangwen.duties.load.models import LoadLimit
from chuangwen.people.models import Unit
from chuangwen.web.forms import Form


class LimitsForm(Form):
    """One number a week for all together and for each source, for each kind of unit."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        known = {(row.source, row.unit_kind): row.per_week for row in LoadLimit.objects.all()}
        self.keys: dict[str, tuple[str, str]] = {}
        layout = []
        for source in sorted(LoadLimit.Source, key=lambda one: one != LoadLimit.Source.TOTAL):
            names = []
            for kind in Unit.Kind:
                name = f"{source.value}_{kind.value}"
                self.keys[name] = (source.value, kind.value)
                self.fields[name] = forms.IntegerField(
                    label=kind.label, min_value=0, max_value=MOST, required=False, initial=known.get((source.value, kind.value))
                )
                self.widths = self.widths | {name: "col-6 col-md-3"}
                names.append(name)
            layout.append((source.label, names))
        self.layout = layout

    def limits(self) -> dict[tuple[str, str], int | None]:
        """What was given, as the action takes it."""
        return {key: self.cleaned_data[name] for name, key in self.keys.items()}
