"""Forms of complaints and suggestions."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from chuangwen.intake.models import Suggestion
from chuangwen.intake.residents.forms import Guarded
from chuangwen.web.forms import Form


class SuggestForm(Guarded):
    uid = forms.UUIDField(required=False, widget=forms.HiddenInput)
    subject = forms.ChoiceField(label=_("What is it about?"), choices=Suggestion.Subject.choices, widget=forms.RadioSelect)
    words = forms.CharField(
        max_length=1000, label=_("What do you want to say?"), widget=forms.Textarea({"rows": 5, "maxlength": 1000})
    )
    contact = forms.CharField(
        required=False, max_length=100, label=_("How we can reach you (if you like)"),
        help_text=_("Without it you can still read the answer under the link that you get."),
    )  # fmt: skip
    named = forms.BooleanField(required=False, label=_("Say it under my name"))

    def __init__(self, *args, signed_in: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        if not signed_in:
            del self.fields["named"]


class AnswerForm(Form):
    words = forms.CharField(max_length=1000, label=pgettext_lazy("suggestion", "Answer"), widget=forms.Textarea({"rows": 5}))
    publish = forms.BooleanField(required=False, label=_("Show it on the public page"))
    public_words = forms.CharField(
        required=False, max_length=1000, label=_("What the public page shows of it"), widget=forms.Textarea({"rows": 4}),
        help_text=_("Take out what says who it was. Numbers are covered by themselves."),
    )  # fmt: skip
