"""Entries of the navigation: the app itself, one's own phones, and everybody's for the system administrator."""

from django.utils.translation import gettext_lazy as _

from chuangwen.phone.access import SEE_DEVICES, USE
from chuangwen.web.navigation import HOME, SYSTEM, NavEntry, register

register(NavEntry(HOME, _("My phones"), "phone:my-phones", "device-mobile", order=90, verb=USE))
register(NavEntry(SYSTEM, _("Phones"), "phone:devices", "device-mobile", order=45, verb=SEE_DEVICES))
