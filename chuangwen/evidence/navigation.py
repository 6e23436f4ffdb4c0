"""Entries of the navigation. They count nothing: what waits for whom stands on the pages of the cases."""

from django.utils.translation import gettext_lazy as _

from chuangwen.web.navigation import CASES, NavEntry, register

register(NavEntry(CASES, _("Doubted photos"), "evidence:doubts", "photo-search", order=55, verb="evidence.see_doubts"))
register(NavEntry(CASES, _("Photos for everybody"), "evidence:releases", "world", order=56, verb="evidence.release"))
