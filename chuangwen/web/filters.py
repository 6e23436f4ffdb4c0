"""Filters of list pages: each reads its own parameters from the address, narrows a queryset, and says in words what it does.

A filter must not double rows: reach over many-to-many by a subquery, not by a join.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, ClassVar

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models import Manager, Q, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from chuangwen.web import formatting

Text = str | Promise
Choices = Iterable[tuple[Any, Text]]


class NotUnderstood(ValueError):
    """A parameter of the address that the filter cannot read."""


@dataclass(frozen=True)
class Chip:
    """An active filter in words, and the parameters whose removal ends it."""

    label: Text
    text: Text
    without: tuple[tuple[str, str | None], ...]


@dataclass(frozen=True, kw_only=True)
class Filter:
    """``key`` is the parameter's name, ``field`` the path that is filtered. ``more`` puts the filter behind the button for
    further ones."""

    key: str
    label: Text
    field: str = ""
    more: bool = False
    template_name: ClassVar[str] = "web/lists/filter_text.html"

    @property
    def path(self) -> str:
        return self.field or self.key

    @property
    def parameters(self) -> tuple[str, ...]:
        return (self.key,)

    def read(self, params: QueryDict) -> Any:
        """The value asked for, None for none. Raises NotUnderstood."""
        return params.get(self.key, "").replace("\x00", "").strip() or None

    def apply(self, queryset: QuerySet, value: Any) -> QuerySet:
        raise NotImplementedError

    def chips(self, value: Any) -> list[Chip]:
        return [Chip(self.label, str(value), ((self.key, None),))]

    def context(self, value: Any) -> dict[str, Any]:
        """What the template of the control needs beside the filter and its value."""
        return {}


@dataclass(frozen=True, kw_only=True)
class TextFilter(Filter):
    """Free text in one column; ``lookup`` as in Django (icontains, istartswith, iexact)."""

    lookup: str = "icontains"

    def apply(self, queryset: QuerySet, value: Any) -> QuerySet:
        return queryset.filter(**{f"{self.path}__{self.lookup}": value})


@dataclass(frozen=True, kw_only=True)
class ChoiceFilter(Filter):
    """One of a list. ``choices``: pairs of value and word, or a function that gives them (asked once a request)."""

    choices: Choices | Callable[[], Choices] = ()
    template_name: ClassVar[str] = "web/lists/filter_choice.html"

    def options(self) -> list[tuple[str, Text]]:
        given = self.choices() if callable(self.choices) else self.choices
        return [(str(value), word) for value, word in given]

    def read(self, params: QueryDict) -> Any:
        value = super().read(params)
        if value is None:
            return None
        options = self.options()
        if value not in dict(options):
            raise NotUnderstood(value)
        return Chosen(value, options)

    def apply(self, queryset: QuerySet, value: Any) -> QuerySet:
        return queryset.filter(**{self.path: value.value})

    def chips(self, value: Any) -> list[Chip]:
        return [Chip(self.label, dict(value.options)[value.value], ((self.key, None),))]

    def context(self, value: Any) -> dict[str, Any]:
        return {"options": value.options if value else self.options(), "chosen": value.value if value else ""}


@dataclass(frozen=True)
class Chosen:
    """What was chosen, with the options it was chosen from, so that they are asked for once."""

    value: Any
    options: list[tuple[str, Text]]

    def __bool__(self) -> bool:
        return True


@dataclass(frozen=True, kw_only=True)
class MultiChoiceFilter(ChoiceFilter):
    """Any of a list: ``?state=open&state=late``."""

    template_name: ClassVar[str] = "web/lists/filter_multi.html"

    def read(self, params: QueryDict) -> Any:
        values = [value for value in dict.fromkeys(params.getlist(self.key)) if value]
        if not values:
            return None
        options = self.options()
        known = dict(options)
        if any(value not in known for value in values):
            raise NotUnderstood(values)
        return Chosen(values, options)

    def apply(self, queryset: QuerySet, value: Any) -> QuerySet:
        return queryset.filter(**{f"{self.path}__in": value.value})

    def chips(self, value: Any) -> list[Chip]:
        words = dict(value.options)
        return [Chip(self.label, words[one], ((self.key, one),)) for one in value.value]

    def context(self, value: Any) -> dict[str, Any]:
        return {"options": value.options if value else self.options(), "chosen": value.value if value else []}


@dataclass(frozen=True, kw_only=True)
class DateRangeFilter(Filter):
    """Days from and to, both inside: ``?opened_from=2026-11-01&opened_to=2026-11-21``; for a moment, days of the office's time
    zone."""

    template_name: ClassVar[str] = "web/lists/filter_dates.html"

    @property
    def parameters(self) -> tuple[str, ...]:
        return (f"{self.key}_from", f"{self.key}_to")

    def read(self, params: QueryDict) -> Any:
        days: list[date | None] = []
        for name in self.parameters:
            text = params.get(name, "").strip()
            try:
                days.append(date.fromisoformat(text) if text else None)
            except ValueError as error:
                raise NotUnderstood(text) from error
        first, last = days
        if first is None and last is None:
            return None
        if first is not None and last is not None and first > last:
            return last, first
        return first, last

    def apply(self, queryset: QuerySet, value: Any) -> QuerySet:
        first, last = value
        moments = isinstance(field_of(queryset.model, self.path), models.DateTimeField)
        if first:
            queryset = queryset.filter(**{f"{self.path}__gte": start_of(first) if moments else first})
        if last:
            try:
                after = last + timedelta(days=1)
            except OverflowError:
                return queryset
            queryset = queryset.filter(**{f"{self.path}__lt": start_of(after) if moments else after})
        return queryset

    def chips(self, value: Any) -> list[Chip]:
        first, last = value
        names = self.parameters
        without = tuple((name, None) for name in names)
        if first and last:
            text = _("%(first)s to %(last)s") % {"first": formatting.day(first), "last": formatting.day(last)}
        elif first:
            text = _("from %(day)s") % {"day": formatting.day(first)}
        else:
            text = _("until %(day)s") % {"day": formatting.day(last)}
        return [Chip(self.label, text, without)]

    def context(self, value: Any) -> dict[str, Any]:
        first, last = value or (None, None)
        return {"first": first.isoformat() if first else "", "last": last.isoformat() if last else ""}


def start_of(day: date) -> datetime:
    """Midnight of a day in the office's time zone."""
    return timezone.make_aware(datetime.combine(day, time.min))


def field_of(model: type[models.Model], path: str) -> models.Field | None:
    """The field at the end of a path; None where the path names an annotation."""
    found: Any = None
    for part in path.split("__"):
        try:
            found = model._meta.get_field(part)
        except FieldDoesNotExist:
            return None
        model = found.related_model or model
    return found


@dataclass(frozen=True, kw_only=True)
class BooleanFilter(Filter):
    """Yes, no or either: ``?urgent=1``."""

    yes: Text = ""
    no: Text = ""
    template_name: ClassVar[str] = "web/lists/filter_choice.html"

    def read(self, params: QueryDict) -> Any:
        value = params.get(self.key, "")
        if value not in ("", "0", "1"):
            raise NotUnderstood(value)
        return None if value == "" else value == "1"

    def apply(self, queryset: QuerySet, value: Any) -> QuerySet:
        return queryset.filter(**{self.path: value})

    def words(self) -> dict[bool, Text]:
        return {True: self.yes or _("yes"), False: self.no or _("no")}

    def chips(self, value: Any) -> list[Chip]:
        return [Chip(self.label, self.words()[value], ((self.key, None),))]

    def context(self, value: Any) -> dict[str, Any]:
        words = self.words()
        return {"options": [("1", words[True]), ("0", words[False])], "chosen": "" if value is None else str(int(value))}


@dataclass(frozen=True, kw_only=True)
class QFilter(Filter):
    """One of some named conditions: ``options={"late": (word, Q(...) or a function that gives one)}``. The function is asked at
    each request, so a condition may name the present moment."""

    options: dict[str, tuple[Text, Q | Callable[[], Q]]] = field(default_factory=dict)
    template_name: ClassVar[str] = "web/lists/filter_choice.html"

    def read(self, params: QueryDict) -> Any:
        value = super().read(params)
        if value is not None and value not in self.options:
            raise NotUnderstood(value)
        return value

    def apply(self, queryset: QuerySet, value: Any) -> QuerySet:
        condition = self.options[value][1]
        return queryset.filter(condition() if callable(condition) else condition)

    def chips(self, value: Any) -> list[Chip]:
        return [Chip(self.label, self.options[value][0], ((self.key, None),))]

    def context(self, value: Any) -> dict[str, Any]:
        return {"options": [(key, word) for key, (word, _condition) in self.options.items()], "chosen": value or ""}


@dataclass(frozen=True, kw_only=True)
class TreeFilter(Filter):
    """A node and everything below it, by path: ``?division=00010003``.

    ``tree`` is the tree's model (chuangwen.kernel.trees.Tree) or a function that gives the nodes the person may choose from as
    a queryset;
    ``field`` leads to the node from the listed row ("division"; "self" when the listed rows are the tree). The control offers the
    nodes above, the node itself and its children, so that a county of thousands of villages is stepped down in one query.
    """

    tree: Any = None
    name_field: str = "name"
    template_name: ClassVar[str] = "web/lists/filter_tree.html"

    def nodes(self) -> QuerySet:
        source = self.tree
        if isinstance(source, type) and issubclass(source, models.Model):
            return source._default_manager.all()
        source = source()
        return source.all() if isinstance(source, Manager) else source

    def read(self, params: QueryDict) -> Any:
        path = super().read(params)
        if path is None:
            return None
        options = self.around(path)
        if path not in dict(options):
            raise NotUnderstood(path)
        return Chosen(path, options)

    def around(self, path: str) -> list[tuple[str, Text]]:
        """Path and name of the nodes above ``path``, of itself and of its children, indented; without a path, the highest
        ones."""
        nodes = self.nodes()
        step = nodes.model.steplen
        if path:
            above = [path[:n] for n in range(step, len(path) + 1, step)]
            nodes = nodes.filter(Q(path__in=above) | Q(path__startswith=path, depth=len(path) // step + 1))
        else:
            top = nodes.order_by("depth").values("depth")[:1]
            nodes = nodes.filter(depth=top)
        rows = list(nodes.order_by("path").values_list("path", self.name_field)[:500])
        least = min((len(row[0]) for row in rows), default=0)
        return [(found, "\u3000" * ((len(found) - least) // step) + name) for found, name in rows]

    def apply(self, queryset: QuerySet, value: Any) -> QuerySet:
        path = value.value
        if self.path == "self":
            return queryset.filter(path__startswith=path)
        below = self.nodes().filter(path__startswith=path).order_by().values("pk")
        return queryset.filter(**{f"{self.path}__in": below})

    def chips(self, value: Any) -> list[Chip]:
        return [Chip(self.label, str(dict(value.options)[value.value]).strip("\u3000"), ((self.key, None),))]

    def context(self, value: Any) -> dict[str, Any]:
        return {"options": value.options if value else self.around(""), "chosen": value.value if value else ""}


@dataclass(frozen=True, kw_only=True)
class LinkFilter(Filter):
    """A filter without a control: set by a link from elsewhere (``?round=12``) and shown in words while it holds.

    ``name`` gives the word for a value, or None where there is no such thing.
    """

    name: Callable[[str], Text | None] = lambda value: value
    condition: Callable[[str], Q] | None = None
    template_name: ClassVar[str] = "web/lists/filter_hidden.html"

    def read(self, params: QueryDict) -> Any:
        value = super().read(params)
        if value is None:
            return None
        try:
            word = self.name(value)
        except (ValueError, TypeError, OverflowError, models.ObjectDoesNotExist):
            word = None
        if word is None:
            raise NotUnderstood(value)
        return Chosen(value, [(value, word)])

    def apply(self, queryset: QuerySet, value: Any) -> QuerySet:
        return queryset.filter(self.condition(value.value)) if self.condition else queryset.filter(**{self.path: value.value})

    def chips(self, value: Any) -> list[Chip]:
        return [Chip(self.label, value.options[0][1], ((self.key, None),))]

    def context(self, value: Any) -> dict[str, Any]:
        return {"chosen": value.value if value else ""}


def without(params: QueryDict, removals: Sequence[tuple[str, str | None]]) -> str:
    """The query string without some parameters (or without one of their values), and back on the first page."""
    left = params.copy()
    left.pop("page", None)
    for name, value in removals:
        if value is None:
            left.pop(name, None)
        else:
            left.setlist(name, [one for one in left.getlist(name) if one != value])
    return f"?{left.urlencode()}"
