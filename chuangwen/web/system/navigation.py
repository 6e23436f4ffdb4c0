"""The entries of the kernel's pages."""

from django.utils.translation import gettext_lazy as _

from chuangwen.web.navigation import SYSTEM, NavEntry, register

register(NavEntry(SYSTEM, _("Bring in sheets"), "imports", "table-import", order=10, verb="kernel.import"))
register(NavEntry(SYSTEM, _("Work calendar"), "calendar", "calendar-event", order=20, verb="kernel.see_calendar"))
register(NavEntry(SYSTEM, _("Jobs"), "jobs", "activity", order=80, verb="kernel.see_jobs"))
register(NavEntry(SYSTEM, _("Audit trail"), "audit", "shield-check", order=90, verb="kernel.see_audit"))
