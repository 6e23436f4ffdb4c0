"""Compute an appraisal, try a scheme on a past period, compare two on the same data."""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from chuangwen.kernel import access, audit, clock, files, signatures
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Conflict, Refusal
from chuangwen.places.models import Division
from chuangwen.scoring.appraisal import inputs
from chuangwen.scoring.appraisal.models import Appraisal, AppraisalRow, AppraisalScheme
from chuangwen.scoring.appraisal.periods import PERIODS, Span, span_of
from chuangwen.scoring.appraisal.result_file import AppraisalFileError, write_appraisal_file
from chuangwen.scoring.appraisal.states import PUBLISHED, SIGNED, TOLD
from chuangwen.scoring.engine import InputError, SchemeError
from chuangwen.scoring.engine.appraisal import AppraisalContext, AppraisalResult, appraise, read_appraisal_scheme
from chuangwen.scoring.engine.appraisal import AppraisalScheme as Rules
from chuangwen.scoring.engine.appraisal.result import ratio

MOST_EARLIER = 60
MOST_TRIED = 50_000  # cases and observations that a trial reads while a page is waited for


@dataclass(frozen=True)
class Computed:
    """A result that is not stored: with what it was computed from."""

    rules: Rules
    context: AppraisalContext
    given: inputs.Given
    result: AppraisalResult

    @property
    def digest(self) -> str:
        return self.given.digest(self.rules.document(), self.context.document())


def compute_appraisal(
    actor: Actor,
    *,
    scheme: AppraisalScheme,
    division: Division,
    span: Span,
    reason: str = "",
    tell: Callable[[int, int, str], None] = lambda done, total, message: None,
) -> Appraisal:
    """Compute a period. The same records give the version that is there; other records the next one, which says why (``reason``) once the units
    have seen the one before. Raises Denied, Refusal."""
    access.require(actor, "scoring.appraise", division=division)
    if span.start > clock.today():
        raise Refusal(_("The period has not begun yet."), "scoring.period_ahead", field="day")
    tell(0, 3, _("Reading the records"))
    computed = _computed(scheme.body, scheme.name, division, span)
    tell(1, 3, _("Computing"))
    before = newest_of(division, scheme.name, span)
    digest = computed.digest
    if before is not None and before.input_digest == digest and before.scheme_id == scheme.pk:
        return before
    if before is not None and before.state in TOLD and not reason.strip():
        raise Refusal(
            _("The units have seen this result: say why it is computed again."), "scoring.reason_needed", field="reason"
        )
    tell(2, 3, _("Keeping the result"))
    moment = clock.now()
    meta = {
        "scheme": scheme.name,
        "scheme_version": scheme.version,
        "period": span.label,
        "division": division.name,
        "computed_at": moment.astimezone(clock.LOCAL).isoformat(timespec="seconds"),
        "input_digest": digest,
    }
    file_key = kept_file(computed, meta)
    with transaction.atomic():
        AppraisalScheme.objects.select_for_update().get(pk=scheme.pk)
        if newest_of(division, scheme.name, span) != before:
            raise Conflict(_("Somebody else has computed this period just now."), "scoring.appraised")
        appraisal = Appraisal.objects.create(
            division=division,
            scheme=scheme,
            period=span.kind,
            starts_on=span.start,
            ends_on=span.end,
            label=span.label,
            version=before.version + 1 if before else 1,
            supersedes=before,
            reason=reason.strip()[:300],
            coverage=computed.result.coverage,
            input_digest=digest,
            file_key=file_key,
            computed_at=moment,
            computed_by_id=actor.account_id,
        )
        rows = [row_of(appraisal, order, row, computed) for order, row in enumerate(computed.result.rows)]
        AppraisalRow.objects.bulk_create(rows, batch_size=500)
        AppraisalScheme.objects.filter(pk=scheme.pk, locked=False).update(locked=True)
        audit.record(
            actor,
            "scoring.appraise",
            appraisal,
            after={"scheme": str(scheme), "period": span.label, "version": appraisal.version, "digest": digest, "reason": reason},
        )
    return appraisal


def preview_appraisal(actor: Actor, *, body: dict[str, Any], division: Division, span: Span) -> Computed:
    """What a scheme would give for a period; nothing is stored. Raises Denied, Refusal (also where there is too much to wait for)."""
    access.require(actor, "scoring.appraise", division=division)
    return _computed(body, str(body.get("name", "")), division, span, most=MOST_TRIED)


def compare_schemes(
    actor: Actor, *, before: dict[str, Any], after: dict[str, Any], division: Division, span: Span
) -> tuple[Computed, Computed]:
    """Two schemes on the very same records. Raises Denied, Refusal."""
    first = preview_appraisal(actor, body=before, division=division, span=span)
    rules = _rules(after)
    context = first.context
    if (first.context.period == first.rules.period) != (context.period == rules.period):
        raise Refusal(_("The two schemes do not have this period in common."), "scoring.period")
    return first, Computed(rules, context, first.given, _appraised(first.given, rules, context))


def newest_of(division: Division, name: str, span: Span) -> Appraisal | None:
    """The last version of a period by a scheme, whatever the scheme's version."""
    found = Appraisal.objects.filter(
        division=division, scheme__name=name, period=span.kind, starts_on=span.start, superseded_by__isnull=True
    )
    return found.select_related("scheme").order_by("-version").first()


def signed_before(division: Division, name: str, span: Span) -> QuerySet[Appraisal]:
    """The signed results of earlier periods of the same kind, the last version of each, the newest first."""
    return (
        Appraisal.objects.filter(division=division, scheme__name=name, period=span.kind, starts_on__lt=span.start)
        .filter(state__in=(SIGNED, PUBLISHED), superseded_by__isnull=True)
        .order_by("-starts_on")
    )


def kept_file(computed: Computed, meta: dict[str, Any]) -> str:
    """Write everything into a file and keep it. Raises Refusal."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "result.cwappraisal"
        try:
            write_appraisal_file(
                path,
                scheme=computed.rules,
                context=computed.context,
                tables=computed.given.tables,
                result=computed.result,
                meta=meta,
                private_key=signatures.private_key(),
            )
        except (AppraisalFileError, InputError) as wrong:
            raise Refusal("\n".join(wrong.problems), "scoring.appraisal_file") from wrong
        return files.store(path.read_bytes())


def _rules(body: dict[str, Any]) -> Rules:
    try:
        return read_appraisal_scheme(body)
    except SchemeError as wrong:
        raise Refusal(
            "\n".join(wrong.problems), "scoring.appraisal_scheme", fields={"body": "\n".join(wrong.problems)}
        ) from wrong


def _computed(body: dict[str, Any], name: str, division: Division, span: Span, *, most: int | None = None) -> Computed:
    rules = _rules(body)
    if span.kind not in {rules.period, *(rollup.period for rollup in rules.rollups)}:
        raise Refusal(_("The scheme does not know this period."), "scoring.period", field="period")
    units = inputs.units_of(division, span)
    if not units:
        raise Refusal(_("There is no unit in this area to appraise."), "scoring.no_units")
    if most is not None and span.kind == rules.period and inputs.size_of(units, span, division, most) > most:
        raise Refusal(
            _("The period has more than %(count)d records: save the scheme and compute it in the background.") % {"count": most},
            "scoring.preview_large",
        )
    if span.kind == rules.period:
        given = inputs.given_for(units, span, division)
        parts: list[dict[str, Any]] = []
    else:
        given, parts = inputs.Given({}, {unit["name"]: unit["pk"] for unit in units}), _parts(rules, name, division, span)
    signed = list(signed_before(division, name, span)[:MOST_EARLIER])
    known = {one.label for one in signed}
    earlier = [one.label for one in span.since(span_of(span.kind, signed[-1].starts_on))] if signed else []
    marks = AppraisalRow.objects.filter(appraisal__in=signed).exclude(mark="").select_related("appraisal").order_by("pk")
    context = AppraisalContext.model_validate(
        {
            "period": span.kind,
            "label": span.label,
            "start": span.start,
            "end": span.end,
            "units": [{"name": unit["name"], "kind": unit["kind"], "peers": unit["peers"]} for unit in units],
            "earlier": earlier,
            "unsigned": [label for label in earlier if label not in known],
            "standings": [{"period": row.appraisal.label, "unit": row.name, "mark": row.mark} for row in marks],
            "parts": parts,
        }
    )
    return Computed(rules, context, given, _appraised(given, rules, context))


def _appraised(given: inputs.Given, rules: Rules, context: AppraisalContext) -> AppraisalResult:
    try:
        return appraise(given.tables, rules, context)
    except (InputError, SchemeError) as wrong:
        raise Refusal("\n".join(wrong.problems), "scoring.input") from wrong


def _parts(rules: Rules, name: str, division: Division, span: Span) -> list[dict[str, Any]]:
    """The signed results that a longer period is made of: of the longest kind that is shorter than it."""
    known = [rules.period, *(rollup.period for rollup in rules.rollups)]
    kind = max((one for one in known if PERIODS.index(one) < PERIODS.index(span.kind)), key=PERIODS.index)
    found: list[dict[str, Any]] = []
    for part in span.parts(kind):
        newest = newest_of(division, name, part)
        if newest is None or newest.state not in (SIGNED, PUBLISHED):
            found.append({"period": part.label, "scores": []})
            continue
        rows = AppraisalRow.objects.filter(appraisal=newest).exclude(score_exact="").order_by("order")
        scores = [
            {"unit": row.name, "score": row.score_exact, "variance": row.variance_exact, "counted": row.counted, "read": row.read}
            for row in rows
        ]
        found.append({"period": part.label, "scores": scores})
    if not any(part["scores"] for part in found):
        raise Refusal(
            _("None of the shorter periods that this one is made of has been signed yet."), "scoring.no_parts", field="day"
        )
    return found


def row_of(appraisal: Appraisal, order: int, row: Any, computed: Computed) -> AppraisalRow:
    """The engine's row as it is stored."""
    return AppraisalRow(
        appraisal=appraisal,
        unit_id=computed.given.units[row.unit],
        name=row.unit,
        group=row.group,
        order=order,
        score=row.score,
        score_exact=ratio(row.score_exact) if row.score_exact is not None else "",
        variance_exact=ratio(row.variance),
        rank=row.rank,
        ranked=row.ranked,
        tied=row.tied,
        best=row.best,
        worst=row.worst,
        alike=row.alike,
        mark=row.mark,
        vetoes=list(row.vetoes),
        counted=row.counted,
        read=row.read,
        note=row.note[:300],
        proposed=row.proposed,
        figures=[figure.document(computed.rules) for figure in row.figures],
    )
