"""Forms as the product shows them: the label above, the hint below, what is wrong in words beside the field.

``TablerRenderer`` (set as FORM_RENDERER) dresses every form, also those of libraries. ``Form`` and ``ModelForm`` give dates the
browser's own picker, and rows of fields by ``layout``.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.forms.renderers import DjangoTemplates
from django.forms.utils import flatatt
from django.forms.widgets import Input
from django.utils.functional import Promise
from django.utils.html import escape
from django.utils.safestring import SafeString

CONTROL_CLASSES: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.CheckboxInput, "form-check-input"),
    (forms.CheckboxSelectMultiple, "form-check-input"),
    (forms.RadioSelect, "form-check-input"),
    (forms.SelectMultiple, "form-select"),
    (forms.Select, "form-select"),
    (forms.MultiWidget, "form-control"),
    (Input, "form-control"),
    (forms.Textarea, "form-control"),
)


DJANGOS_EMPTY, EMPTY = "---------", "—"


def offer(form: forms.BaseForm, name: str, choices: Any) -> None:
    """Let a field choose among these: rows (a QuerySet) or pairs of value and label.

    A field that offers nothing to choose is a mistake in the form: TypeError."""
    field = form.fields[name]
    if isinstance(field, forms.ModelChoiceField):
        field.queryset = choices
    elif isinstance(field, forms.ChoiceField):
        field.choices = choices
    else:
        raise TypeError(f"{name} is no choice")


def control_class(widget: forms.Widget) -> str:
    """The class that makes a widget look like Tabler's control of its kind."""
    return next((name for kind, name in CONTROL_CLASSES if isinstance(widget, kind)), "form-control")


class TablerBoundField(forms.BoundField):
    """A field of a form on a page: knows its control class and what reads it aloud."""

    def __init__(self, form: forms.BaseForm, field: forms.Field, name: str):
        super().__init__(form, field, name)
        if getattr(field, "empty_label", None) == DJANGOS_EMPTY:
            field.empty_label = EMPTY

    def build_widget_attrs(self, attrs: dict[str, Any], widget: forms.Widget | None = None) -> dict[str, Any]:
        widget = widget or self.field.widget
        attrs = super().build_widget_attrs(attrs, widget)
        if widget.is_hidden:
            return attrs
        classes = [widget.attrs.get("class", ""), control_class(widget)]
        if self.errors:
            classes.append("is-invalid")
        attrs["class"] = " ".join(dict.fromkeys(name for name in classes if name))
        return attrs

    @property
    def kind(self) -> str:
        """``check`` (one box), ``options`` (boxes or radios), ``file`` or ``control``: which markup the template takes."""
        widget = self.field.widget
        if isinstance(widget, forms.CheckboxInput):
            return "check"
        if isinstance(widget, forms.CheckboxSelectMultiple | forms.RadioSelect):
            return "options"
        if isinstance(widget, forms.FileInput):
            return "file"
        return "control"

    @property
    def width(self) -> str:
        """The grid class of the field in a row of its form."""
        return getattr(self.form, "widths", {}).get(self.name, "")


class TablerRenderer(DjangoTemplates):
    """For the setting FORM_RENDERER: our form and field templates for every form of the product."""

    form_template_name = "web/forms/form.html"
    formset_template_name = "web/forms/formset.html"
    field_template_name = "web/forms/field.html"
    bound_field_class = TablerBoundField


class DateInput(forms.DateInput):
    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None, format: str | None = None):
        super().__init__(attrs, format or "%Y-%m-%d")


class DateTimeInput(forms.DateTimeInput):
    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None, format: str | None = None):
        super().__init__(attrs, format or "%Y-%m-%dT%H:%M")


class TimeInput(forms.TimeInput):
    input_type = "time"

    def __init__(self, attrs: dict[str, Any] | None = None, format: str | None = None):
        super().__init__(attrs, format or "%H:%M")


class LongSelect(forms.Select):
    """A choice of hundreds, in groups or without: the options are written at once. Django renders a template for each of them."""

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        chosen = set(self.format_value(value))
        groups = []
        for key, word in self.choices:
            if isinstance(word, list | tuple):
                groups.append(f'<optgroup label="{escape(key)}">{_options(word, chosen)}</optgroup>')
            else:
                groups.append(_options([(key, word)], chosen))
        return SafeString(f"<select{flatatt({'name': name} | self.build_attrs(self.attrs, attrs))}>{''.join(groups)}</select>")


def _options(choices: Iterable[tuple[Any, Any]], chosen: set[str]) -> str:
    return "".join(
        f'<option value="{escape(key)}"{" selected" if str(key) in chosen else ""}>{escape(word)}</option>' for key, word in choices
    )


class FilesInput(forms.ClearableFileInput):
    """Several files at once, with small pictures of them before they are sent."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files; cleans to a list of uploads (empty when none were given and none are required)."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        given = data if isinstance(data, list | tuple) else [data]
        cleaned = [super(FilesField, self).clean(one, initial) for one in given or [None]]
        return [one for one in cleaned if one]


NATIVE_PICKERS: tuple[tuple[type[forms.Field], type[forms.Widget], type[forms.Widget]], ...] = (
    (forms.DateTimeField, forms.DateTimeInput, DateTimeInput),
    (forms.DateField, forms.DateInput, DateInput),
    (forms.TimeField, forms.TimeInput, TimeInput),
)


class TablerFormMixin:
    """``widths = {"name": "col-md-6"}`` puts fields beside each other; ``layout = [(heading, [names]), ...]`` groups them."""

    default_renderer = TablerRenderer
    widths: dict[str, str] = {}
    layout: Sequence[tuple[str | Promise, Sequence[str]]] = ()
    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            for kind, plain, picker in NATIVE_PICKERS:
                if isinstance(field, kind) and type(field.widget) is plain:
                    widget = picker(attrs=field.widget.attrs)
                    widget.is_required = field.required
                    field.widget = widget

    def groups(self) -> Iterable[tuple[str | Promise, list[forms.BoundField]]]:
        """The visible fields under their headings, in order; what ``layout`` does not name comes last without one."""
        visible = {field.name: field for field in self.visible_fields()}
        for heading, names in self.layout:
            yield heading, [visible.pop(name) for name in names if name in visible]
        if visible:
            yield "", list(visible.values())


class Form(TablerFormMixin, forms.Form):
    """The base of plain forms."""


class ModelForm(TablerFormMixin, forms.ModelForm):
    """The base of forms for one record."""
