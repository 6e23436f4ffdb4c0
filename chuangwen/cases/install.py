"""The table of deadlines as it ships: put in once, where the kinds and families it names are there; what an office changed or removed stays."""

from chuangwen.cases import loop_settings
from chuangwen.cases.escalation import install  # noqa: F401 - its rules are installed, too
from chuangwen.cases.models import DeadlineRule, LoopSettings
from chuangwen.kernel.install import installs
from chuangwen.standards import shipped
from chuangwen.standards.models import Family, Kind


@installs("整改时限", order=60)
def install_deadlines() -> int:
    """How many rules were put in: all of them the first time, none afterwards (the settings row remembers that it was done)."""
    if LoopSettings.objects.filter(pk=1).exists():
        return 0
    families, kinds = dict(Family.objects.values_list("code", "pk")), dict(Kind.objects.values_list("code", "pk"))
    severities = {severity.code: severity.level for severity in shipped.families().severities}
    rows = [
        DeadlineRule(
            family_id=families.get(rule.family) if rule.family else None, kind_id=kinds.get(rule.kind) if rule.kind else None,
            severity=severities[rule.severity] if rule.severity else None, source=rule.source or "", amount=rule.amount, unit=rule.unit,
            works=rule.works, note=rule.note,
        )
        for rule in shipped.deadlines().rules
        if (rule.family is None or rule.family in families) and (rule.kind is None or rule.kind in kinds)
    ]  # fmt: skip
    if not families and not kinds:
        return 0
    DeadlineRule.objects.bulk_create(rows)
    LoopSettings.objects.create(pk=1)
    loop_settings.forget()
    return len(rows)
