"""Bringing in sheets: read, show what will happen, then apply the whole or nothing.

A room registers an ``Importer`` per kind of sheet in its ``sheets.py``. ``plan`` looks (it may read the database, never
write); ``apply`` writes inside one transaction that this module opens, with an audit entry at its end. The same file
brought twice plans nothing but unchanged rows. What is only *like* something known is a question, never an answer.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from chuangwen.kernel import access, audit, clock, files, jobs, upkeep
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Conflict, Refusal
from chuangwen.kernel.models import ImportRun, Job
from chuangwen.kernel.sheets import Column, Problem, SheetRead, read_sheet

KEPT = 1_000  # problems and warnings kept for the preview page and its sheet of problems
SAMPLE = 20
COUNTS = ("rows_read", "creates", "updates", "unchanged")
AGAIN_WITHIN = timedelta(minutes=2)  # the same file once more so soon is a second tap, not a second wish


class ImportRefused(Refusal):
    """The sheet has errors; nothing was stored. ``problems`` names them by row and column."""

    code = "import.refused"

    def __init__(self, message: str, problems: Sequence[Problem]):
        super().__init__(message)
        self.problems = list(problems)


class ChangedSince(Conflict):
    """What applying would do is no longer what the person was shown; nothing was stored. ``plan`` says what it would do now."""

    code = "import.changed_since"

    def __init__(self, message: str, plan: "Plan"):
        super().__init__(message)
        self.plan = plan


@dataclass
class Question:
    """Two names that almost match, or another choice that only a person can make. ``answers`` are (value, label)."""

    key: str
    text: str
    answers: list[tuple[str, str]]
    default: str


@dataclass
class Plan:
    """What applying would do. ``payload`` is the importer's own and is handed to ``apply`` in the same process.

    ``untold`` counts problems beyond those listed.
    """

    rows_read: int
    creates: int = 0
    updates: int = 0
    unchanged: int = 0
    problems: list[Problem] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)
    sample: list[dict[str, Any]] = field(default_factory=list)
    payload: Any = None
    untold: int = 0

    def report(self) -> dict[str, Any]:
        """Plain data for the page, the command's --json and the API."""
        report = {
            "rows_read": self.rows_read,
            "creates": self.creates,
            "updates": self.updates,
            "unchanged": self.unchanged,
            "problem_count": len(self.problems) + self.untold,
            "problems": [asdict(p) for p in self.problems[:KEPT]],
            "warnings": [str(warning) for warning in self.warnings[:KEPT]],
            "questions": [asdict(q) for q in self.questions],
            "facts": self.facts,
            "sample": self.sample[:SAMPLE],
        }
        return plain(report)


def plain(value: Any) -> Any:
    """The value as JSON keeps it: days, decimals and lazy texts as text."""
    return json.loads(json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False))


@dataclass(frozen=True)
class Parameter:
    """Something the page asks besides the file: ``kind`` is text, date, choice or a room's own word that its form knows."""

    key: str
    label: str | Promise
    kind: str = "text"
    required: bool = False
    choices: Callable[[Actor], list[tuple[str, str]]] | None = None
    help: str | Promise = ""

    def told(self, actor: Actor, value: str) -> str:
        """A given value as people read it: the word of a choice where the actor still has it, else the value itself."""
        known = dict(self.choices(actor)) if self.choices is not None and self.kind == "choice" else {}
        return known.get(value, value)


@dataclass(frozen=True)
class Importer:
    """One kind of sheet.

    ``plan(actor, sheet, parameters) -> Plan`` and ``apply(actor, plan, parameters) -> dict`` (facts for the result).
    ``verb`` must be granted besides ``kernel.import``. ``csv`` allows a comma separated list. ``trim(content, parameters)`` takes out of a
    huge list what the parameters ask for, before anything is read.

    ``read(content, parameters) -> SheetRead`` stands in for reading by ``columns`` where a sheet has columns of its own. ``start`` is the
    address name of the page where one begins with such a sheet.

    ``page`` is the address name of the list where what came in is seen; ``words`` says what the keys of facts, samples and
    results are called (columns and ``WORDS`` are known already).
    """

    kind: str
    label: str | Promise
    verb: str
    columns: Sequence[Column]
    plan: Callable[[Actor, SheetRead, dict[str, Any]], Plan]
    apply: Callable[[Actor, Plan, dict[str, Any]], dict[str, Any]]
    parameters: Sequence[Parameter] = ()
    csv: bool = False
    help: str | Promise = ""
    examples: Sequence[dict[str, Any]] = ()
    order: int = 0
    trim: Callable[[bytes, dict[str, Any]], bytes] | None = None
    read: Callable[[bytes, dict[str, Any]], SheetRead] | None = None
    start: str = ""
    page: str = ""
    words: Mapping[str, str | Promise] = field(default_factory=dict)

    def granted(self, actor: Actor) -> bool:
        """Whether this person may bring in such a sheet."""
        return actor.may("kernel.import") and actor.may(self.verb)


WORDS: dict[str, str | Promise] = {
    "rows_counted": pgettext_lazy("sheet", "rows counted"),
    "rows_unplaced": pgettext_lazy("sheet", "rows that cannot be placed"),
    "duplicate_serials": pgettext_lazy("sheet", "serial numbers that occur twice"),
    "sites": pgettext_lazy("sheet", "sites"),
    "site_types": pgettext_lazy("sheet", "site types"),
    "losses": pgettext_lazy("sheet", "losses"),
    "indicators": pgettext_lazy("sheet", "indicators"),
    "sub_indicators": pgettext_lazy("sheet", "sub-indicators"),
    "departments": pgettext_lazy("sheet", "departments"),
    "areas": pgettext_lazy("sheet", "areas"),
    "round": pgettext_lazy("sheet", "round"),
    "edition": pgettext_lazy("sheet", "edition"),
    "editions": pgettext_lazy("sheet", "editions"),
    "version": pgettext_lazy("sheet", "version"),
    "criteria": pgettext_lazy("sheet", "criteria"),
    "without_lead": pgettext_lazy("sheet", "criteria without a lead unit"),
    "unknown_units": pgettext_lazy("sheet", "units that are not known"),
    "unknown_site_types": pgettext_lazy("sheet", "site types that are not known"),
    "responsibilities": pgettext_lazy("sheet", "responsibilities"),
    "checklist_items": pgettext_lazy("sheet", "checklist items"),
    "unnamed": pgettext_lazy("sheet", "divisions without a name"),
    "unplaced": pgettext_lazy("sheet", "rows that cannot be placed"),
    "made": pgettext_lazy("sheet", "made"),
    "created": pgettext_lazy("sheet", "made"),
    "changed": pgettext_lazy("sheet", "changed"),
    "joined": pgettext_lazy("sheet", "joined"),
    "assets": pgettext_lazy("sheet", "facilities"),
    "units": pgettext_lazy("sheet", "units"),
    "posts": pgettext_lazy("sheet", "posts"),
    "persons": pgettext_lazy("sheet", "people"),
    "cases": pgettext_lazy("sheet", "cases"),
    "observations": pgettext_lazy("sheet", "observations"),
    "row": pgettext_lazy("sheet", "row"),
    "serial": pgettext_lazy("sheet", "serial number"),
    "reason": pgettext_lazy("sheet", "reason"),
    "indicator": pgettext_lazy("sheet", "indicator"),
    "sub": pgettext_lazy("sheet", "item"),
    "site": pgettext_lazy("sheet", "site"),
    "area": pgettext_lazy("sheet", "area"),
    "loss": pgettext_lazy("sheet", "loss"),
    "state": pgettext_lazy("sheet", "state"),
    "code": pgettext_lazy("sheet", "code"),
    "name": pgettext_lazy("sheet", "name"),
}
"""What the usual keys of facts, samples and results are called."""

IMPORTERS: dict[str, Importer] = {}


def register(importer: Importer) -> Importer:
    IMPORTERS[importer.kind] = importer
    return importer


def _importer(actor: Actor, kind: str) -> Importer:
    if kind not in IMPORTERS:
        raise Refusal(
            _("There is no sheet of the kind “%(kind)s”. Known: %(known)s.")
            % {"kind": kind, "known": "、".join(sorted(IMPORTERS))},
            "import.unknown_kind",
            status=404,
        )
    importer = IMPORTERS[kind]
    access.require(actor, "kernel.import")
    access.require(actor, importer.verb)
    return importer


def _complete(parameters: dict[str, Any], source: bytes, file_name: str) -> dict[str, Any]:
    """The parameters as importers find them: with the file's name and SHA-256, and the answers to questions under their own
    keys as well as together under ``answers``."""
    answers = {key: value for key, value in parameters.items() if ":" in key} | dict(parameters.get("answers") or {})
    file = {"file_name": file_name, "file_hash": hashlib.sha256(source).hexdigest()}
    return parameters | answers | {"answers": answers} | file


def preview(
    actor: Actor,
    kind: str,
    source: bytes,
    parameters: dict[str, Any],
    *,
    file_name: str = "",
    tell: Callable[[str], None] | None = None,
) -> Plan:
    """Read the sheet and say what applying it would do. Raises SheetError, Refusal.

    The importer finds the file's name and SHA-256 among its parameters (``file_name``, ``file_hash``). ``tell`` hears what is
    being done, in words.
    """
    importer = _importer(actor, kind)
    parameters = _complete(parameters, source, file_name)
    if importer.trim is not None:
        source = importer.trim(source, parameters)
    sheet = importer.read(source, parameters) if importer.read else read_sheet(source, importer.columns, allow_csv=importer.csv)
    if tell:
        tell(_("Checking %(count)d rows") % {"count": len(sheet.rows)})
    plan = importer.plan(actor, sheet, parameters)
    listed = {(p.row, p.column_letter, p.code) for p in plan.problems}
    own = [p for p in sheet.problems if (p.row, p.column_letter, p.code) not in listed]
    plan.untold += max(sheet.problem_count - len(sheet.problems), 0)
    plan.problems = sorted([*own, *plan.problems], key=lambda problem: problem.row)
    plan.warnings = [*_remarks(sheet), *plan.warnings]
    return plan


def _remarks(sheet: SheetRead) -> list[str]:
    """What the reader noticed and what keeps nothing from being brought in."""
    remarks = [str(warning) for warning in sheet.warnings]
    if sheet.unknown_columns:
        remarks.append(_("Columns that are not read: %(names)s.") % {"names": "、".join(sheet.unknown_columns)})
    others = [name for name in sheet.other_sheets if name != _("How to fill in")]  # the template explains itself there
    if others:
        remarks.append(
            _("Only the sheet “%(name)s” is read, not: %(others)s.") % {"name": sheet.sheet_name, "others": "、".join(others)}
        )
    return remarks


def bring_in(
    actor: Actor,
    kind: str,
    source: bytes,
    parameters: dict[str, Any],
    *,
    file_name: str = "",
    shown: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Read and apply in one go (command line, API, the job that applies). All or nothing.

    Returns the report with what ``apply`` adds. ``shown`` is the report that a person has agreed to. Raises ImportRefused when
    a row has an error, ChangedSince when applying would no longer do what was shown.
    """
    importer = _importer(actor, kind)
    with transaction.atomic():
        plan = preview(actor, kind, source, parameters, file_name=file_name)
        if plan.problems:
            raise ImportRefused(
                _("The sheet has %(count)d errors; nothing was brought in.") % {"count": len(plan.problems) + plan.untold},
                plan.problems,
            )
        report = plan.report()
        if shown is not None and any(report[key] != shown.get(key) for key in COUNTS):
            raise ChangedSince(_("The records have changed since the sheet was read. Look again at what will happen."), plan)
        changes = bool(plan.creates or plan.updates)
        outcome = importer.apply(actor, plan, _complete(parameters, source, file_name)) if changes else {}
        report |= {"result": plain(outcome)}
        if changes:
            audit.record(
                actor,
                "kernel.import",
                title=f"{importer.label} {file_name}".strip(),
                after={k: report[k] for k in COUNTS} | {"kind": kind, "result": report["result"]},
            )
    return report


def receive(actor: Actor, kind: str, content: bytes, file_name: str, parameters: dict[str, Any]) -> ImportRun:
    """Store what a person brought and have a job read it for the preview page.

    The same file with the same parameters once more within two minutes, not yet applied, is the run that is there already.
    """
    _importer(actor, kind)
    key = files.store(content)
    moment = clock.now()
    with transaction.atomic():
        if actor.account_id is not None:
            get_user_model().objects.select_for_update().filter(pk=actor.account_id).values_list("pk").first()
        there = ImportRun.objects.filter(
            kind=kind, file_key=key, file_name=file_name[:200], account_id=actor.account_id, created_at__gt=moment - AGAIN_WITHIN
        ).exclude(state__in=(ImportRun.State.APPLIED, ImportRun.State.FAILED))
        for run in there:
            if {k: v for k, v in run.parameters.items() if k != "answers"} == plain(parameters):
                return run
        run = ImportRun.objects.create(
            kind=kind,
            file_key=key,
            file_name=file_name[:200],
            parameters=plain(parameters),
            account_id=actor.account_id,
            created_at=moment,
        )
        _queue(actor, run, "import.preview")
    return run


def answer(actor: Actor, run: ImportRun, answers: Mapping[str, str]) -> ImportRun:
    """Take the person's answers to questions, and read again; without answers, simply read again.

    A run that was applied, or is being read or applied just now, stays as it is. Raises Missing for what is not the actor's.
    """
    _importer(actor, run.kind)
    with transaction.atomic():
        locked = access.fetch(actor, "kernel.import", ImportRun.objects.all(), lock=True, pk=run.pk)
        if locked.state == ImportRun.State.APPLIED or under_way(locked):
            return locked
        locked.parameters = locked.parameters | {"answers": (locked.parameters.get("answers") or {}) | dict(answers)}
        locked.state = ImportRun.State.READING
        locked.save(update_fields=["parameters", "state"])
        _queue(actor, locked, "import.preview")
    return locked


def confirm(actor: Actor, run: ImportRun) -> ImportRun:
    """Have a job apply what was shown. A second confirmation of the same run does nothing."""
    _importer(actor, run.kind)
    with transaction.atomic():
        locked = access.fetch(actor, "kernel.import", ImportRun.objects.all(), lock=True, pk=run.pk)
        if locked.state != ImportRun.State.READY:
            return locked
        locked.state = ImportRun.State.READING
        locked.save(update_fields=["state"])
        _queue(actor, locked, "import.apply")
    return locked


def under_way(run: ImportRun) -> bool:
    """Whether a job is at work on it, or waits to be. A run that says so while its job has ended was interrupted."""
    return run.state == ImportRun.State.READING and run.job is not None and not run.job.ended


def _queue(actor: Actor, run: ImportRun, job: str) -> None:
    arguments = {"run": run.pk, "actor": carry(actor)}
    run.job = jobs.start(actor, job, arguments, title=run.file_name, result_url=run.get_absolute_url())
    run.save(update_fields=["job"])


ACTOR_BUILDERS: list[Callable[[int | None], Actor]] = []


def carry(actor: Actor) -> dict[str, Any]:
    return {"account": actor.account_id, "system": actor.is_system}


def carried(data: dict[str, Any]) -> Actor:
    """The actor of a job, with the rights that the person has now (not when the job was queued)."""
    if data.get("system"):
        return access.SYSTEM
    return ACTOR_BUILDERS[-1](data.get("account"))


def _mine(run: jobs.Run) -> ImportRun | None:
    """The run this job is for; None when it was applied, or handed to another job since (an old job that was run again)."""
    record = ImportRun.objects.get(pk=run.arguments["run"])
    return record if record.state != ImportRun.State.APPLIED and record.job_id == run.job.pk else None


def _write(run: jobs.Run, **facts: Any) -> None:
    """Put down how it went, unless another job has taken the run over meanwhile."""
    ImportRun.objects.filter(pk=run.arguments["run"], job_id=run.job.pk).exclude(state=ImportRun.State.APPLIED).update(**facts)


@jobs.register("import.preview", label=gettext_lazy("Reading a sheet"))
def _preview_job(run: jobs.Run) -> dict[str, Any]:
    record = _mine(run)
    if record is None:
        return {"superseded": True}
    run.progress(0, 0, _("Reading the sheet"))
    try:
        plan = preview(
            carried(run.arguments["actor"]),
            record.kind,
            files.read(record.file_key),
            record.parameters,
            file_name=record.file_name,
            tell=lambda words: _tell(run, words),
        )
    except Refusal as refusal:
        _write(run, state=ImportRun.State.REFUSED, report={"refusal": str(refusal)})
        return {"refused": str(refusal)}
    run.stop_if_cancelled()
    _write(run, state=ImportRun.State.REFUSED if plan.problems else ImportRun.State.READY, report=plan.report())
    return {"rows_read": plan.rows_read, "problems": len(plan.problems) + plan.untold}


@jobs.register("import.apply", label=gettext_lazy("Applying a sheet"))
def _apply_job(run: jobs.Run) -> dict[str, Any]:
    record = _mine(run)
    if record is None:
        return {"superseded": True}
    actor = carried(run.arguments["actor"])
    _tell(run, _("Applying the sheet"))
    try:
        with transaction.atomic():
            locked = ImportRun.objects.select_for_update().get(pk=record.pk)
            if locked.state == ImportRun.State.APPLIED:  # another worker was quicker: its lease had run out, it had not ended
                return {"superseded": True}
            content = files.read(record.file_key)
            report = bring_in(actor, record.kind, content, record.parameters, file_name=record.file_name, shown=locked.report)
            run.stop_if_cancelled()
            locked.state, locked.applied_at, locked.report = ImportRun.State.APPLIED, clock.now(), report
            locked.save(update_fields=["state", "applied_at", "report"])
    except ChangedSince as changed:
        _write(run, state=ImportRun.State.READY, report=changed.plan.report() | {"changed_since": True})
        return {"changed_since": True}
    except ImportRefused as refusal:
        facts = {"problem_count": len(refusal.problems), "problems": plain([asdict(p) for p in refusal.problems[:KEPT]])}
        _write(run, state=ImportRun.State.REFUSED, report=record.report | facts)
        return {"refused": str(refusal)}
    except Refusal as refusal:
        _write(run, state=ImportRun.State.FAILED, report={"refusal": str(refusal)})
        raise
    if report["rows_read"] >= upkeep.MANY:
        upkeep.look_at_tables()
    return {"rows_read": report["rows_read"], "creates": report["creates"], "updates": report["updates"]}


def _tell(run: jobs.Run, words: str) -> None:
    """Progress in words; how long it takes nobody knows."""
    run.progress(0, 0, words)


def interrupted(run: ImportRun) -> bool:
    """Whether the job ended without saying how: it was stopped, or broke. Nothing was stored then; it can be read again."""
    return run.state == ImportRun.State.READING and (run.job is None or run.job.state in (Job.State.FAILED, Job.State.CANCELLED))
