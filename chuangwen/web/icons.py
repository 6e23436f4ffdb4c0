"""The vendored outline icons, read once and written into the page: no request, no font, and they take the text's colour."""

from functools import cache
from pathlib import Path

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

FOLDER = Path(__file__).parent / "icons"


@cache
def drawing(name: str) -> SafeString:
    """The paths of an icon. Raises LookupError for a name that is not vendored: a missing icon is a mistake of the page."""
    path = FOLDER / f"{name}.svg"
    if "/" in name or not path.is_file():
        raise LookupError(f"no icon named {name!r}; the names are in tools/vendor.py")
    return mark_safe(path.read_text(encoding="utf-8").strip())


@cache
def icon(name: str, classes: str = "", label: str = "") -> SafeString:
    """The icon as inline SVG; without a label it is decoration and not read aloud."""
    spoken = format_html(' role="img" aria-label="{}"', label) if label else mark_safe(' aria-hidden="true"')
    return format_html(
        '<svg class="icon {}" width="24" height="24" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" '
        'stroke-linecap="round" stroke-linejoin="round"{}>{}</svg>',
        classes,
        spoken,
        drawing(name),
    )
