"""Schemes and score sheets: write, compute, sign."""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from chuangwen.fieldwork.models import Round
from chuangwen.kernel import access, audit, clock, files, signatures
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Conflict, Missing, Refusal
from chuangwen.scoring import inputs
from chuangwen.scoring.engine import InputError, SchemeError, ScoreTables, read_scheme, score
from chuangwen.scoring.models import Scheme, ScoreRow, ScoreSheet
from chuangwen.scoring.score_file import ScoreFileError, fingerprint, write_score_file

MOST_PREVIEWED = 20_000  # observations that are scored while a page is waited for


def checked(body: dict[str, Any] | str) -> dict[str, Any]:
    """The scheme as data that follows the schema. Raises Refusal with every sentence that is wrong."""
    try:
        return read_scheme(body).document()
    except SchemeError as wrong:
        raise Refusal("\n".join(wrong.problems), "scoring.scheme", fields={"body": "\n".join(wrong.problems)}) from wrong


def save_scheme(actor: Actor, *, name: str, body: dict[str, Any] | str, based_on: Scheme | None = None) -> Scheme:
    """Save a scheme. One that was never used is changed in place; a used one gets a next version. Raises Refusal."""
    access.require(actor, "scoring.edit_scheme")
    document = checked(body)
    with transaction.atomic():
        newest = Scheme.objects.select_for_update().filter(name=name).order_by("-version").first()
        if newest is not None and based_on is not None and newest.pk != based_on.pk:
            raise Conflict(
                _("Somebody has saved version %(version)d in the meantime. Open it and make your change there.")
                % {"version": newest.version},
                "scoring.scheme_changed",
            )
        if newest is not None and based_on is None:
            raise Refusal(
                _("There is already a scheme of this name."),
                "scoring.scheme_name",
                fields={"name": _("There is already a scheme of this name.")},
            )
        before = newest.body if newest else None
        if newest is None or newest.locked:
            version = newest.version + 1 if newest else 1
            scheme = Scheme(name=name, version=version, created_at=clock.now())
        else:
            scheme = newest
        scheme.body = document | {"name": name, "version": str(scheme.version)}
        scheme.kind = document["kind"]
        scheme.save()
        audit.record(actor, "scoring.edit_scheme", scheme, before=before, after=scheme.body)
    return scheme


def _scheme_for(round: Round, name: str | None) -> Scheme:
    schemes = Scheme.objects.order_by("-version", "pk")
    if name:
        found = schemes.filter(name=name).first()
        if found is None:
            raise Missing(
                _("There is no scheme “%(name)s”. Known: %(known)s.")
                % {"name": name, "known": "、".join(dict.fromkeys(schemes.values_list("name", flat=True)))}
            )
        return found
    chosen = Scheme.objects.filter(name=round.scheme_code, version=round.scheme_version).first() if round.scheme_code else None
    if chosen is not None:
        return chosen
    found = Scheme.objects.filter(kind=inputs.fitting_kind(round)).order_by("-created_at", "-version").first()
    if found is None:
        raise Missing(_("There is no scheme of the kind that fits this round. Write one first."))
    return found


def tables_of(round: Round, body: dict[str, Any]) -> tuple[ScoreTables, inputs.Inputs]:
    """Score a round with a scheme; nothing is stored."""
    given = inputs.inputs_of(round, body["kind"])
    return _scored(given, body), given


def _scored(given: inputs.Inputs, body: dict[str, Any]) -> ScoreTables:
    try:
        return score(given.observations, body, issues=given.issues, bonuses=given.bonuses)
    except (InputError, SchemeError) as wrong:
        raise Refusal("\n".join(wrong.problems), "scoring.input") from wrong


def preview(actor: Actor, *, round_id: int, body: dict[str, Any]) -> ScoreTables:
    """What a scheme would give for a round; nothing is stored. Raises Missing, Denied, Refusal.

    A round with more than MOST_PREVIEWED observations is refused: that takes a job.
    """
    round = access.fetch(actor, "scoring.compute", Round, pk=round_id)
    if round.observations.order_by()[: MOST_PREVIEWED + 1].count() > MOST_PREVIEWED:
        raise Refusal(
            _("The round has more than %(count)d observations: save the scheme and compute a score sheet in the background.")
            % {"count": MOST_PREVIEWED},
            "scoring.preview_large",
        )
    return tables_of(round, checked(body))[0]


def compute_round(
    actor: Actor,
    *,
    round_name: str | None = None,
    round: Round | None = None,
    scheme_name: str | None = None,
    scheme: Scheme | None = None,
    tell: Callable[[int, int, str], None] = lambda done, total, message: None,
) -> ScoreSheet:
    """Compute a score sheet; the same data and scheme give the sheet that is already there. ``tell`` hears how far it is.

    Raises Missing, Denied, Refusal.
    """
    found = access.fetch(actor, "scoring.compute", Round, **({"pk": round.pk} if round else {"name": round_name}))
    scheme = scheme or _scheme_for(found, scheme_name)
    tell(0, 3, _("Reading the records"))
    given = inputs.inputs_of(found, scheme.kind)
    tell(1, 3, _("Computing"))
    result = _scored(given, scheme.body)
    tell(2, 3, _("Keeping the score sheet"))
    digest = given.digest
    known = ScoreSheet.objects.filter(round=found, scheme=scheme, input_digest=digest).first()
    if known is not None:
        return known
    with transaction.atomic():
        earlier = ScoreSheet.objects.filter(round=found, scheme__name=scheme.name).order_by("-computed_at").first()
        sheet = ScoreSheet.objects.create(
            round=found,
            scheme=scheme,
            computed_at=clock.now(),
            computed_by_id=actor.account_id,
            coverage=result.coverage.document(),
            input_digest=digest,
            supersedes=earlier,
        )
        ScoreRow.objects.bulk_create((_row(sheet, order, row) for order, row in enumerate(result.rows)), batch_size=1000)
        Scheme.objects.filter(pk=scheme.pk, locked=False).update(locked=True)
        audit.record(actor, "scoring.compute", sheet, after={"scheme": str(scheme), "coverage": sheet.coverage, "digest": digest})
    return sheet


def _row(sheet: ScoreSheet, order: int, row: Any) -> ScoreRow:
    told = row.document()
    return ScoreRow(
        sheet=sheet,
        order=order,
        level=row.level,
        key=row.key,
        name=row.name[:600],
        parent=row.parent,
        possible=row.possible,
        got=row.got,
        possible_exact=told["possible_exact"],
        got_exact=told["got_exact"],
        rate=row.rate,
        rank=row.rank,
        peer_group=row.peer_group[:40],
        counted=row.counted,
        read=row.read,
        vetoed=row.vetoed,
        note=row.note[:300],
    )


def sign_sheet(actor: Actor, *, sheet_id: int) -> ScoreSheet:
    """Sign a score sheet with the key of this installation. The data must still be what was computed; a signed sheet stays as it is.

    Raises Conflict when observations or cases have changed since: compute again first.
    """
    sheet = access.fetch(actor, "scoring.sign", ScoreSheet.objects.select_related("round", "scheme"), pk=sheet_id)
    if sheet.state == ScoreSheet.State.SIGNED:
        return sheet
    result, given = tables_of(sheet.round, sheet.scheme.body)
    if given.digest != sheet.input_digest:
        raise Conflict(
            _("The records have changed since this score sheet was computed. Compute it again, then sign."),
            "scoring.data_changed",
        )
    moment = clock.now()
    meta = {
        "round": sheet.round.name,
        "scheme": sheet.scheme.name,
        "scheme_version": sheet.scheme.version,
        "signed_by": actor.name,
        "signed_at": moment.astimezone(clock.LOCAL).isoformat(timespec="seconds"),
        "sheet": sheet.pk,
        "input_digest": sheet.input_digest,
    }
    key = signatures.private_key()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sheet.cwscore"
        try:
            write_score_file(path, scheme=sheet.scheme.body, result=result, meta=meta, private_key=key, **given.tables())
        except ScoreFileError as wrong:
            raise Refusal("\n".join(wrong.problems), "scoring.sign") from wrong
        file_key = files.store(path.read_bytes())
    try:
        with transaction.atomic():
            locked = ScoreSheet.objects.select_for_update().get(pk=sheet.pk)
            if locked.state == ScoreSheet.State.SIGNED:
                return locked
            locked.state, locked.file_key, locked.signed_at, locked.signed_by_id = (
                ScoreSheet.State.SIGNED,
                file_key,
                moment,
                actor.account_id,
            )
            locked.key_fingerprint = fingerprint(signatures.public_bytes(key))[:80]
            locked.save(update_fields=["state", "file_key", "signed_at", "signed_by", "key_fingerprint"])
            audit.record(actor, "scoring.sign", locked, after={"file": file_key, "key": locked.key_fingerprint})
    except IntegrityError as problem:
        raise Conflict(_("The score sheet was signed by somebody else just now."), "scoring.signed") from problem
    return locked
