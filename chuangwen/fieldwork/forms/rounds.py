"""What a round is, and what somebody else published for it."""

import json
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chuangwen.fieldwork import framing, scheme_registry
from chuangwen.fieldwork.models import Round
from chuangwen.kernel import access, clock
from chuangwen.kernel.access import Actor
from chuangwen.people.models import Unit
from chuangwen.places.models import Division
from chuangwen.standards.models import Edition
from chuangwen.standards.queries import current_edition
from chuangwen.web.forms import Form, offer

MOST_OPTIONS = 1000
LARGEST_FIGURES = 1_000_000  # bytes of a publisher's file


class TreeChoice(forms.ModelChoiceField):
    """A node of a tree, indented by its depth."""

    def label_from_instance(self, node: Any) -> str:
        return "\u3000" * max(0, node.depth - 1) + node.name


class RoundForm(Form):
    """What a round is."""

    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=100, help_text=gettext_lazy("As it stands in papers: 2026年11月测评")
    )
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=Round.Kind.choices, initial=Round.Kind.MONTHLY)
    edition = forms.ModelChoiceField(label=gettext_lazy("Edition of the standard"), queryset=Edition.objects.none())
    division = TreeChoice(label=gettext_lazy("Assessed area"), queryset=Division.objects.none(), required=False)
    assessor = forms.ModelChoiceField(
        label=gettext_lazy("Who assesses"),
        queryset=Unit.objects.none(),
        required=False,
        help_text=gettext_lazy("The assessment company or office; left empty, the own office."),
    )
    starts_on = forms.DateField(label=gettext_lazy("First day"))
    ends_on = forms.DateField(label=gettext_lazy("Last day"))
    scheme = forms.ChoiceField(
        label=gettext_lazy("Scheme that scores it"),
        required=False,
        help_text=gettext_lazy("Left empty, the newest one that fits its results."),
    )
    rerate_share = forms.DecimalField(
        label=gettext_lazy("Share rated again by another team"),
        min_value=Decimal(0),
        max_value=Decimal(1),
        decimal_places=3,
        required=False,
        widget=forms.NumberInput(attrs={"step": "0.01"}),
        help_text=gettext_lazy("0.05 is one place in twenty, drawn at the end; 0 for none."),
    )

    widths = {
        "name": "col-md-8",
        "kind": "col-md-4",
        "edition": "col-md-6",
        "division": "col-md-6",
        "assessor": "col-md-6",
        "starts_on": "col-md-3",
        "ends_on": "col-md-3",
        "scheme": "col-md-6",
        "rerate_share": "col-md-6",
    }

    def __init__(self, *args: Any, actor: Actor, round: Round | None = None, **kwargs: Any):
        if round is not None:
            kwargs["initial"] = {name: getattr(round, name) for name in self.base_fields if name != "scheme"} | {
                "scheme": f"{round.scheme_version}:{round.scheme_code}" if round.scheme_code else "",
                "rerate_share": f"{round.rerate_share.normalize():f}",
            }
        super().__init__(*args, **kwargs)
        editions = Edition.objects.exclude(state=Edition.State.ARCHIVED)
        if round is not None:
            editions = editions | Edition.objects.filter(pk=round.edition_id)
        offer(self, "edition", editions)
        self.fields["edition"].initial = current_edition()
        above_villages = access.scoped(actor, "fieldwork.edit_round", Division).filter(active=True)
        if above_villages.count() > MOST_OPTIONS:
            above_villages = above_villages.filter(level__lt=Division.Level.VILLAGE)
        offer(self, "division", above_villages.order_by("path"))
        assessors = access.scoped(actor, "people.see", Unit)
        offer(self, "assessor", assessors.filter(kind=Unit.Kind.ASSESSOR).order_by("name"))
        if not any(grant.scope == access.ALL for grant in actor.scopes("fieldwork.edit_round")):
            self.fields["division"].required = True
        known = [(f"{one.version}:{one.code}", one.label) for one in scheme_registry.choices()]
        kept = kwargs.get("initial", {}).get("scheme", "")
        gone = [(kept, kept)] if kept and kept not in dict(known) else []
        offer(self, "scheme", [("", "—"), *known, *gone])
        if round is None:
            self.fields["rerate_share"].initial = f"{framing.settings().rerate_share.normalize():f}"
            today = clock.today()
            self.fields["starts_on"].initial = self.fields["ends_on"].initial = today

    def clean_scheme(self) -> tuple[str, int] | None:
        version, _colon, code = self.cleaned_data["scheme"].partition(":")
        return (code, int(version)) if code else None


class PublishedForm(Form):
    """A publisher's figures as a file."""

    file = forms.FileField(
        label=gettext_lazy("JSON file"),
        widget=forms.FileInput(attrs={"accept": "application/json,.json"}),
        help_text=gettext_lazy(
            "index, indicators, departments and areas, each with possible and got: "
            '{"index": {"possible": 30, "got": 28.473}, "indicators": {"公共服务": {"possible": 9, "got": 7.9}}}'
        ),
    )

    def clean_file(self) -> dict[str, Any]:
        file = self.cleaned_data["file"]
        if file.size > LARGEST_FIGURES:
            raise ValidationError(_("The file is larger than 1 MB; published figures are smaller."))
        try:
            return json.loads(file.read().decode("utf-8-sig"))
        except (ValueError, RecursionError) as error:
            raise ValidationError(_("This is not a JSON file.")) from error
