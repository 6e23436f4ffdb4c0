"""The tags and filters of every page. They are built in (settings), so a template need not load them."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import uuid4

from django import forms, template
from django.conf import settings
from django.http import QueryDict
from django.template.context import Context
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from chuangwen.kernel import clock
from chuangwen.web import charts, formatting, icons

register = template.Library()

TONES = ("ok", "wait", "warn", "bad", "quiet", "accent")


# -- words and figures ------------------------------------------------------------------------------------------------


@register.simple_tag
def icon(name: str, classes: str = "", label: str = "") -> SafeString:
    """``{% icon "map-pin" %}``: a vendored outline icon; ``label`` only where no text stands beside it."""
    return icons.icon(name, classes, str(label))


@register.simple_tag
def badge(word: Any, tone: str = "quiet", icon_name: str = "") -> SafeString:
    """``{% badge case.get_state_display "wait" %}``: a state by its word and colour together. Tones: ok, wait, warn, bad,
    quiet, accent."""
    assert tone in TONES, f"unknown tone {tone!r}"
    mark = icons.icon(icon_name, "icon-inline") if icon_name else mark_safe('<span class="cw-dot" aria-hidden="true"></span>')
    return format_html('<span class="cw-badge cw-tone-{}">{}{}</span>', tone, mark, word)


@register.filter
def day(value: date | None) -> str:
    return formatting.day(value)


@register.filter
def short_day(value: date | None) -> str:
    return formatting.short_day(value, clock.today())


@register.filter
def month(value: date | None) -> str:
    return formatting.month(value)


@register.filter
def moment(value: datetime | None) -> str:
    return formatting.moment(value)


@register.filter
def clock_time(value: datetime | None) -> str:
    return formatting.clock_time(value)


@register.filter
def since(value: datetime | None) -> SafeString | str:
    """How long ago or from now, with the exact moment for whoever points at it."""
    if value is None:
        return formatting.EMPTY
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        value.isoformat(),
        formatting.moment(value),
        formatting.relative(value, clock.now()),
    )


@register.filter
def span(minutes: int | None) -> str:
    """Minutes as days, hours and minutes."""
    return formatting.EMPTY if minutes is None else formatting.span(minutes)


@register.filter
def figure(value: Any, digits: int | None = None) -> str:
    """12,345 or, with digits, 12,345.60."""
    return formatting.number(value, digits)


@register.filter
def percent(share: Any, digits: int = 2) -> str:
    """A share of one: 0.8735 is 87.35%."""
    return formatting.percent(share, digits)


@register.filter
def file_size(count: int | None) -> str:
    return formatting.size(count)


@register.filter
def item(mapping: Any, key: Any) -> Any:
    """``{{ mapping|item:key }}``: the entry of a mapping or list whose key is itself a variable; empty where there is none."""
    try:
        return mapping[key]
    except (KeyError, IndexError, TypeError):
        return ""


# -- addresses --------------------------------------------------------------------------------------------------------


@register.simple_tag(takes_context=True)
def query(context: Context, **changes: Any) -> str:
    """The present query string with some parameters replaced (None takes one away); the page number is forgotten unless given."""
    request = context.get("request")
    params: QueryDict = request.GET.copy() if request is not None else QueryDict(mutable=True)
    params.pop("page", None)
    for name, value in changes.items():
        if value is None or value == "":
            params.pop(name, None)
        elif isinstance(value, list | tuple):
            params.setlist(name, [str(one) for one in value])
        else:
            params[name] = str(value)
    return f"?{params.urlencode()}"


@register.simple_tag
def url_if(name: str, *args: Any) -> str:
    """The address of a named page, or nothing where no room has such a page."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


# -- components -------------------------------------------------------------------------------------------------------


@register.simple_block_tag
def card(
    content: str,
    title: Any = "",
    icon: str = "",
    url: str = "",
    link: Any = "",
    note: Any = "",
    tone: str = "",
    flush: bool = False,
    classes: str = "",
) -> str:
    """``{% card title="..." %}...{% endcard %}``: a frame with a heading, and a link at its right. ``flush`` for tables and
    lists."""
    return render_to_string(
        "web/components/card.html",
        {
            "content": content,
            "title": title,
            "icon": icon,
            "url": url,
            "link": link,
            "note": note,
            "tone": tone,
            "flush": flush,
            "classes": classes,
        },
    )


@register.inclusion_tag("web/components/stat.html")
def stat(
    label: Any,
    value: Any,
    url: str = "",
    unit: Any = "",
    note: Any = "",
    tone: str = "",
    icon: str = "",
    digits: int | None = None,
) -> dict[str, Any]:
    """``{% stat "Overdue" 12 url="/cases/?overdue=1" tone="bad" %}``: a figure that opens the rows behind it. Nought has no tone."""
    tone = tone if value else ""
    shown = formatting.number(value, digits) if not isinstance(value, str) else value
    return {"label": label, "value": shown, "url": url, "unit": unit, "note": note, "tone": tone, "icon": icon}


@register.inclusion_tag("web/components/person.html")
def person(name: str, note: Any = "", url: str = "", phone: str = "") -> dict[str, Any]:
    """A person: the name, what they are, and their telephone one tap away."""
    return {"name": name, "note": note, "url": url, "phone": phone, "initial": name[:1]}


@register.inclusion_tag("web/components/unit.html")
def unit(name: str, note: Any = "", url: str = "", phone: str = "") -> dict[str, Any]:
    """A unit, like a person."""
    return {"name": name, "note": note, "url": url, "phone": phone}


@register.inclusion_tag("web/components/empty.html")
def empty(title: Any, text: Any = "", icon: str = "inbox", url: str = "", action: Any = "") -> dict[str, Any]:
    """What an empty page says: what would be here, and what to do first."""
    return {"title": title, "text": text, "icon": icon, "url": url, "action": action}


@register.inclusion_tag("web/components/job.html")
def job(job: Any, live: bool = True) -> dict[str, Any]:
    """The progress of a job of the kernel; renews itself until the job has ended (not at all when it is not ``live``)."""
    return {
        "job": job,
        "poll_url": url_if("job-progress", job.pk) if live else "",
        "cancel_url": url_if("job-cancel", job.pk) if live else "",
    }


@register.inclusion_tag("web/components/chart.html")
def chart(data: charts.Chart) -> dict[str, Any]:
    """A chart, and its figures as a table below it. The drawing library is loaded only where this stands."""
    return {"chart": data, "data": data.for_page(), "id": f"chart-{uuid4().hex[:12]}"}


@register.inclusion_tag("web/components/map.html")
def map_view(
    url: str,
    label: Any,
    outline: str = "",
    height: str = "lg",
    fit: str = "",
    locate: bool = False,
    legend: Iterable[tuple[str, Any]] = (),
) -> dict[str, Any]:
    """A map of the GeoJSON points at ``url`` (WGS-84; properties: title, url, tone, note), over outlines or a tile server's
    ground.

    ``outline`` is the address of GeoJSON polygons; ``fit`` is "west,south,east,north" to open at; ``legend`` pairs of tone and
    word.
    """
    return {
        "url": url,
        "label": label,
        "outline": outline,
        "height": height,
        "fit": fit,
        "locate": locate,
        "legend": list(legend),
        "tiles": getattr(settings, "MAP_TILES", ""),
        "datum": getattr(settings, "MAP_TILES_DATUM", "wgs84"),
        "attribution": getattr(settings, "MAP_TILES_ATTRIBUTION", ""),
    }


# -- forms ------------------------------------------------------------------------------------------------------------


@register.filter
def field_groups(form: forms.BaseForm) -> Any:
    """The visible fields of any form under their headings."""
    groups = getattr(form, "groups", None)
    return groups() if groups else [("", form.visible_fields())]
