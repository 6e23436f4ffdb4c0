"""Schemes of unit appraisal: write, and write the next version of one that was used."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from chuangwen.kernel import access, audit, clock
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Conflict, Refusal
from chuangwen.scoring.appraisal.models import AppraisalScheme
from chuangwen.scoring.engine import SchemeError
from chuangwen.scoring.engine.appraisal import read_appraisal_scheme


def checked(body: dict[str, Any] | str) -> dict[str, Any]:
    """The scheme as data that follows the schema. Raises Refusal with every sentence that is wrong."""
    try:
        return read_appraisal_scheme(body).document()
    except SchemeError as wrong:
        raise Refusal(
            "\n".join(wrong.problems), "scoring.appraisal_scheme", fields={"body": "\n".join(wrong.problems)}
        ) from wrong


def save_appraisal_scheme(
    actor: Actor, *, name: str, body: dict[str, Any] | str, based_on: AppraisalScheme | None = None
) -> AppraisalScheme:
    """Save a scheme. One that was never used is changed in place; a used one gets a next version. Raises Refusal, Conflict."""
    access.require(actor, "scoring.edit_appraisal_scheme")
    document = checked(body)
    with transaction.atomic():
        newest = AppraisalScheme.objects.select_for_update().filter(name=name).order_by("-version").first()
        if newest is not None and based_on is not None and newest.pk != based_on.pk:
            raise Conflict(
                _("Somebody has saved version %(version)d in the meantime. Open it and make your change there.")
                % {"version": newest.version},
                "scoring.appraisal_scheme_changed",
            )
        if newest is not None and based_on is None:
            sentence = _("There is already a scheme of this name.")
            raise Refusal(sentence, "scoring.appraisal_scheme_name", fields={"name": sentence})
        before = newest.body if newest else None
        if newest is None or newest.locked:
            scheme = AppraisalScheme(name=name, version=newest.version + 1 if newest else 1, created_at=clock.now())
        else:
            scheme = newest
        scheme.body = document | {"name": name, "version": str(scheme.version)}
        scheme.period = document["period"]
        scheme.save()
        audit.record(actor, "scoring.edit_appraisal_scheme", scheme, before=before, after=scheme.body)
    return scheme
