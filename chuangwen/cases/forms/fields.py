"""What the forms of the room are made of: sites by name, units by tree, kinds by family, photos that survive a mistake beside them."""

import hashlib
import re
import uuid
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chuangwen.evidence.actions import take_in
from chuangwen.evidence.forms import PhotosField, PhotosInput
from chuangwen.evidence.links import photo_url
from chuangwen.evidence.models import Photo
from chuangwen.kernel import access, clock
from chuangwen.kernel.access import ALL, DIVISION, Actor
from chuangwen.kernel.identifiers import number_in
from chuangwen.people.models import Unit
from chuangwen.places.models import Division, Site
from chuangwen.standards.models import Kind
from chuangwen.web.forms import Form

MOST_UNITS = 1_000
SUGGESTED = 8
IN_BRACKETS = re.compile(r"[（(]([^（）()]+)[)）]\s*$")


# -- sites ------------------------------------------------------------------------------------------------------------


def sites_like(actor: Actor, text: str, *, most: int = SUGGESTED) -> list[Site]:
    """Sites in use that the actor sees, whose name holds every word or whose code begins so. One query."""
    found = access.scoped(actor, "places.see", Site).filter(active=True).select_related("division", "type")
    for word in text.split()[:4]:
        found = found.filter(Q(name__icontains=word) | Q(code__istartswith=word) | Q(address__icontains=word))
    return list(found.order_by("name", "pk")[:most])


def written(site: Site) -> str:
    """A site as the field holds it: 东汇城（DW00012）."""
    return f"{site.name}（{site.code}）"


class SiteInput(forms.TextInput):
    """A text that offers sites below it while one types (with the page's script; without it the whole name or the code does)."""

    template_name = "cases/forms/site.html"


class SiteField(forms.CharField):
    """A site by what people type or pick: name（code）, the code, or a name that is there once. Cleans to a site or None."""

    widget = SiteInput

    def __init__(self, actor: Actor, **more: Any):
        self.actor = actor
        super().__init__(max_length=200, **more)

    def prepare_value(self, value: Any) -> Any:
        return written(value) if isinstance(value, Site) else value

    def clean(self, value: Any) -> Site | None:
        text = super().clean(value)
        if not text:
            return None
        mine = access.scoped(self.actor, "places.see", Site).filter(active=True).select_related("division", "grid")
        bracket = IN_BRACKETS.search(text)
        for code in filter(None, (bracket and bracket[1].strip(), text)):
            found = mine.filter(code__iexact=code).first()
            if found is not None:
                return found
        same = list(mine.filter(name=text)[:2]) or list(mine.filter(name__icontains=text).order_by("name")[: SUGGESTED + 1])
        if len(same) == 1:
            return same[0]
        if not same:
            raise forms.ValidationError(_("There is no such site in your area. Leave it empty and write the address instead."))
        names = "、".join(written(site) for site in same[:SUGGESTED])
        raise forms.ValidationError(_("Several sites are called so: %(names)s. Give the code.") % {"names": names})


# -- units ------------------------------------------------------------------------------------------------------------


def units_to_give(actor: Actor, verb: str, division: Division | None) -> list[Unit]:
    """The units that exist today to which the actor may give a case at ``division``: those of the actor's area, those above the place,
    those without a place. One query."""
    today = clock.today()
    found = Unit.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=today), starts_on__lte=today)
    grants = actor.scopes(verb)
    if not any(grant.scope == ALL for grant in grants):
        reach = Q(division__isnull=True)
        if division is not None:
            reach |= Q(division__path__in=division.ancestor_paths)
        for grant in grants:
            if grant.scope == DIVISION:
                reach |= Q(division__path__startswith=grant.division_path)
        found = found.filter(reach)
    return list(found.select_related("division").order_by("path")[:MOST_UNITS])


def units_below(unit: Unit, without: Iterable[int] = ()) -> list[Unit]:
    """The units of today below one, in the order of the tree. One query."""
    today = clock.today()
    found = Unit.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=today), path__startswith=unit.path, starts_on__lte=today)
    return list(found.exclude(pk__in=[unit.pk, *without]).select_related("division").order_by("path")[:MOST_UNITS])


def unit_options(units: Sequence[Unit]) -> list[tuple[str, str]]:
    """Key and name, indented as the tree stands."""
    least = min((unit.depth for unit in units), default=0)
    return [(str(unit.pk), "\u3000" * (unit.depth - least) + unit.name) for unit in units]


class UnitField(forms.ChoiceField):
    """One of the given units; ``first`` are offered above the others. Cleans to a unit or None."""

    def __init__(self, units: Sequence[Unit], *, first: Sequence[Unit] = (), empty: Any = "—", **more: Any):
        self.units = {str(unit.pk): unit for unit in (*units, *first)}
        choices: list[Any] = [("", empty)]
        if first:
            shown = {unit.pk for unit in first}
            choices.append((_("By the rules of responsibility"), [(str(unit.pk), unit.name) for unit in first]))
            choices.append((_("All units"), unit_options([unit for unit in units if unit.pk not in shown])))
        else:
            choices += unit_options(units)
        super().__init__(choices=choices, **more)

    def prepare_value(self, value: Any) -> Any:
        return str(value.pk) if isinstance(value, Unit) else value

    def clean(self, value: Any) -> Unit | None:
        return self.units.get(super().clean(value))


class UnitsField(forms.MultipleChoiceField):
    """Several of the given units, as boxes in the order of the tree; not indented, as boxes stand side by side. Cleans to a list."""

    def __init__(self, units: Sequence[Unit], **more: Any):
        self.units = {str(unit.pk): unit for unit in units}
        more.setdefault("widget", forms.CheckboxSelectMultiple())
        super().__init__(choices=[(key, unit.name) for key, unit in self.units.items()], **more)

    def prepare_value(self, value: Any) -> Any:
        return [str(one.pk) if isinstance(one, Unit) else one for one in value or ()]

    def clean(self, value: Any) -> list[Unit]:
        return [self.units[key] for key in super().clean(value)]


# -- kinds ------------------------------------------------------------------------------------------------------------


def kinds_in_use() -> list[Kind]:
    """The kinds with their families, in the order of the code table. One query."""
    return list(Kind.objects.filter(active=True).select_related("family").order_by("family__order", "order", "pk"))


class KindField(forms.ChoiceField):
    """A kind of problem, under its family. Cleans to a kind or None."""

    def __init__(self, kinds: Sequence[Kind] | None = None, **more: Any):
        kinds = kinds_in_use() if kinds is None else kinds
        self.kinds = {str(kind.pk): kind for kind in kinds}
        groups: dict[str, list[tuple[str, str]]] = {}
        for kind in kinds:
            groups.setdefault(kind.family.name, []).append((str(kind.pk), kind.name))
        super().__init__(choices=[("", more.pop("empty", "—")), *groups.items()], **more)

    def prepare_value(self, value: Any) -> Any:
        return str(value.pk) if isinstance(value, Kind) else value

    def clean(self, value: Any) -> Kind | None:
        return self.kinds.get(super().clean(value))

    def for_page(self) -> list[dict[str, Any]]:
        """What the page's script needs to propose a kind while somebody writes."""
        return [
            {
                "id": key,
                "name": kind.name,
                "family": kind.family.code,
                "words": [kind.name, *kind.keywords],
                "severity": kind.severity,
            }
            for key, kind in self.kinds.items()
        ]


# -- words and photos -------------------------------------------------------------------------------------------------


class Phrased(forms.Textarea):
    """A text area with sentences to tap below it."""

    template_name = "cases/forms/phrased.html"

    def __init__(self, phrases: Sequence[str] = (), attrs: dict[str, Any] | None = None):
        super().__init__({"rows": 3, "maxlength": 500} | (attrs or {}))
        self.phrases = phrases

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        return super().get_context(name, value, attrs) | {"phrases": self.phrases}


class KeptPhotos(forms.HiddenInput):
    """The photos that were sent already, small, with the form."""

    template_name = "cases/forms/kept.html"

    def __init__(self, address: Callable[[int], str]):
        super().__init__()
        self.address = address

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        keys = keys_in(value)
        return super().get_context(name, value, attrs) | {"photos": [(key, self.address(key)) for key in keys]}


def keys_in(value: Any) -> list[int]:
    return [key for part in str(value or "").split(",") if (key := number_in(part)) is not None]


class CameraInput(PhotosInput):
    """One large button that opens the phone's camera or its pictures; without the page's script the browser's own field."""

    template_name = "cases/forms/camera.html"


class PhotoForm(Form):
    """A form with photos. What was sent is stored at once, so that a mistake in another field does not ask for the photos again; sent
    twice, they are stored once (their identifiers are made from the form's own and the place in it).

    ``photo_fields``: label and hint by name; ``wanted``: those without which the form is not whole.
    """

    photo_fields: dict[str, tuple[Any, Any]] = {}
    wanted: tuple[str, ...] = ()

    uid = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, files: Any = None, *, actor: Actor, **kwargs: Any):
        self.actor = actor
        kwargs["initial"] = {"uid": uuid.uuid4()} | kwargs.get("initial", {})
        super().__init__(own_photos_only(actor, data, self.photo_fields), files, **kwargs)
        for name, (label, hint) in self.photo_fields.items():
            field = PhotosField(label=label, required=False, help_text=hint)
            field.widget = CameraInput({"accept": "image/*"})
            self.fields[name] = field
            self.fields[f"{name}_kept"] = forms.CharField(
                required=False, max_length=400, widget=KeptPhotos(lambda key: photo_url(key, actor.account_id, "thumb"))
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for name in self.wanted:
            if (
                name in self.fields
                and name not in self.errors
                and not cleaned.get(name)
                and not keys_in(cleaned.get(f"{name}_kept"))
            ):
                self.add_error(name, forms.ValidationError(gettext_lazy("Please add at least one photo."), code="required"))
        return cleaned

    def store(self) -> None:
        """Take in what was sent and can be read. Afterwards ``photos(name)`` are the keys, and the form shown again holds them."""
        data = self.data.copy() if hasattr(self.data, "copy") else dict(self.data)
        form_uid = self.cleaned_data.get("uid") or uuid.uuid4()
        for name in self.photo_fields:
            if name not in self.fields:
                continue
            keys = keys_in(self.cleaned_data.get(f"{name}_kept"))
            for file_name, content in self.cleaned_data.get(name) or ():
                uid = uuid.uuid5(form_uid, f"{self.actor.account_id}:{name}:{hash_of(content)}")
                keys.append(take_in(self.actor, content, name=file_name, uid=uid).pk)
            data[self.add_prefix(f"{name}_kept")] = ",".join(map(str, dict.fromkeys(keys)))
            self.cleaned_data[f"{name}_kept"] = data[self.add_prefix(f"{name}_kept")]
        self.data = data

    def photos(self, name: str) -> list[int]:
        return keys_in(self.cleaned_data.get(f"{name}_kept"))

    @property
    def has_photos(self) -> bool:
        return any(name in self.fields for name in self.photo_fields)


def own_photos_only(actor: Actor, data: Any, names: Iterable[str]) -> Any:
    """The posted data without keys of photos that the actor did not upload: the form would otherwise show them."""
    given = {name: keys_in(data.get(f"{name}_kept")) for name in names} if data else {}
    keys = {key for found in given.values() for key in found}
    if not keys:
        return data
    own = set(Photo.objects.filter(pk__in=keys, uploaded_by=actor.account_id).values_list("pk", flat=True))
    data = data.copy()
    for name, found in given.items():
        data[f"{name}_kept"] = ",".join(str(key) for key in found if key in own)
    return data


def hash_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
