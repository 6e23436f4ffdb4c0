"""The verbs of the kernel's own pages: trail, jobs, imports, calendar, settings."""

from django.utils.translation import gettext_lazy as _

from chuangwen.kernel.access import ROLES, declare

EVERYBODY_IN_OFFICE = tuple(role for role in ROLES if role != "resident")

SEE_AUDIT = declare("kernel.see_audit", _("Read the audit trail"), changes=False, default={"audit_admin": "all"})
SEE_JOBS = declare("kernel.see_jobs", _("See one's own jobs"), changes=False, default=dict.fromkeys(EVERYBODY_IN_OFFICE, "own"))
SEE_ALL_JOBS = declare("kernel.see_all_jobs", _("See everybody's jobs"), changes=False, default={"system_admin": "all"})
CANCEL_JOB = declare(
    "kernel.cancel_job", _("Cancel or retry a job"), default=dict.fromkeys(EVERYBODY_IN_OFFICE, "own") | {"system_admin": "all"}
)
IMPORT = declare("kernel.import", _("Bring in a sheet"), default=dict.fromkeys(("clerk", "unit_head", "liaison", "system_admin"), "own"))
SEE_CALENDAR = declare(
    "kernel.see_calendar", _("See the work calendar"), changes=False, default=dict.fromkeys(EVERYBODY_IN_OFFICE, "all")
)
EDIT_CALENDAR = declare("kernel.edit_calendar", _("Edit the work calendar"), default={"clerk": "all", "system_admin": "all"})
