"""Tags of the room's pages."""

from django import template
from django.utils.translation import gettext as _

from chuangwen.kernel import codes

register = template.Library()
_SYSTEMS = (
    ("HarmonyOS", "HarmonyOS"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)
_BROWSERS = (("MicroMessenger", "微信"), ("Edg/", "Edge"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))


@register.filter
def device(agent: str) -> str:
    """A browser's own description in two words: 微信 · Android."""
    browser = next((name for mark, name in _BROWSERS if mark in agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in agent), "")
    return " · ".join(filter(None, (browser, system))) or _("unknown device")


@register.filter
def masked(phone: str) -> str:
    """A telephone number as it is shown to everybody: 138****1234."""
    return codes.mask_phone(phone) if phone else ""
