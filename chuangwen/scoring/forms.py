"""Forms of score sheets and of verifying; those of schemes are in ``scheme_forms``."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chuangwen.kernel import access
from chuangwen.kernel.access import Actor
from chuangwen.scoring import words
from chuangwen.scoring.models import Scheme
from chuangwen.web.forms import Form, offer

LARGEST_FILE = 64 << 20


class SchemeField(forms.ModelChoiceField):
    """A scheme by name, version and kind."""

    def label_from_instance(self, scheme: Scheme) -> str:
        return f"{scheme}（{words.kind(scheme.kind)}）"


def newest_schemes(actor: Actor) -> Any:
    """The newest version of each scheme first, earlier versions after."""
    return access.scoped(actor, "scoring.see_schemes", Scheme).order_by("name", "-version")


class ComputeForm(Form):
    """By which scheme."""

    scheme = SchemeField(label=gettext_lazy("Scheme"), queryset=Scheme.objects.none(), empty_label=None)

    def __init__(self, *args: Any, actor: Actor, fitting: str, **kwargs: Any):
        super().__init__(*args, **kwargs)
        schemes = newest_schemes(actor)
        offer(self, "scheme", schemes)
        self.fields["scheme"].initial = schemes.filter(kind=fitting).order_by("-created_at", "-version").first()
        self.fields["scheme"].help_text = _("The observations of this round are graded for “%(kind)s”.") % {
            "kind": words.kind(fitting)
        }


class VerifyForm(Form):
    """A score file, or a result of units, from anywhere."""

    file = forms.FileField(
        label=gettext_lazy("Score file"),
        widget=forms.FileInput(attrs={"accept": ".cwscore,.cwappraisal"}),
        help_text=gettext_lazy("A file that ends in .cwscore or .cwappraisal, at most 64 MB. It is checked and not kept."),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST_FILE:
            raise ValidationError(_("The file is larger than 64 MB. Verify it on the server: chuangwen verify FILE"))
        return file


class SignForm(Form):
    """What a signer has to have looked at."""

    checked = forms.BooleanField(label=gettext_lazy("I have looked at the coverage, the open questions and what differs."))
