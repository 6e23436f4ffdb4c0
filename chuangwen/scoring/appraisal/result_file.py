"""An appraisal as one file (.cwappraisal): the scheme, the context, every record that was read, the result. Anyone
can recompute it with nothing but the engine and the file; ``chuangwen verify`` does.

The members: manifest.json (hashes, public key, signature), scheme.json, context.json, cases.jsonl, observations.jsonl, facts.jsonl,
entries.jsonl, scores.json (the result), meta.json (who signed what and when).
"""

from __future__ import annotations

import os
import zipfile
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from chuangwen.scoring.engine import InputError, SchemeError
from chuangwen.scoring.engine.appraisal import AppraisalScheme, read_appraisal_scheme
from chuangwen.scoring.engine.appraisal.context import AppraisalContext, read_appraisal_context
from chuangwen.scoring.engine.appraisal.result import AppraisalResult
from chuangwen.scoring.engine.appraisal.run import appraise
from chuangwen.scoring.engine.appraisal.tables import TABLES
from chuangwen.scoring.engine.inputs import empty
from chuangwen.scoring.engine.lines import read, table_of, written
from chuangwen.scoring.signed_zip import (
    Limits,
    canonical,
    lines_of,
    loads,
    not_ours,
    opened,
    text_of,
    told_in_words,
    write_zip,
)

FORMAT = "chuangwen-appraisal"
SUFFIX = ".cwappraisal"
NAMES = tuple(f"{name}.jsonl" for name in TABLES)
MEMBERS = ("manifest.json", "scheme.json", "context.json", *NAMES, "scores.json", "meta.json")


@dataclass
class Verification:
    """The answer. `recomputed`: the engine came to the very result in the file; `signature_ok`: signature and all hashes hold."""

    problems: list[str] = field(default_factory=list)
    recomputed: bool = False
    signature_ok: bool = False
    public_key_fingerprint: str = ""
    meta: dict[str, Any] = field(default_factory=dict)
    result: AppraisalResult | None = None

    @property
    def ok(self) -> bool:
        return not self.problems and self.recomputed and self.signature_ok


class AppraisalFileError(ValueError):
    """A result that cannot be written: it could not be verified afterwards. `problems`: Chinese sentences."""

    def __init__(self, problems: list[str]):
        super().__init__("".join(problems))
        self.problems = problems


def is_appraisal_file(path: str | os.PathLike[str]) -> bool:
    """Whether a file looks like one of these by its members; no more is looked at, and nothing of a file that is no such ZIP at all."""
    try:
        with Path(path).open("rb") as file:
            if not_ours(file, Limits(), MEMBERS):
                return False
        with zipfile.ZipFile(path) as archive:
            return "cases.jsonl" in archive.namelist()
    except (OSError, zipfile.BadZipFile, ValueError, NotImplementedError):
        return False


def write_appraisal_file(
    path: str | os.PathLike[str],
    *,
    scheme: AppraisalScheme,
    context: AppraisalContext,
    tables: Mapping[str, Any],
    result: AppraisalResult,
    meta: dict[str, Any],
    private_key: Ed25519PrivateKey,
    limits: Limits | None = None,
) -> None:
    """Write the file, whole or not at all; the result is computed again from what is about to be written. Raises AppraisalFileError."""
    limits = limits or Limits()
    plain = {
        name: table_of(empty(columns) if tables.get(name) is None else tables[name], columns, identity, what)
        for name, (columns, identity, what) in TABLES.items()
    }
    scores = _scores(result, scheme)
    if _scores(appraise(plain, scheme, context, memory_limit_mib=limits.engine_mib), scheme) != scores:
        raise AppraisalFileError(["考核结果与按所附数据重算的结果不一致，不能写成文件。"])
    texts = {
        "scheme.json": canonical(scheme.document()),
        "context.json": canonical(context.document()),
        "meta.json": canonical(meta),
    }
    texts["scores.json"] = scores
    problems = [f"{name} 太大。" for name, text in texts.items() if len(text) > limits.of(name)]
    problems += [f"{TABLES[name][2]}超过 {limits.rows} 行。" for name, table in plain.items() if table.num_rows > limits.rows]
    if problems:
        raise AppraisalFileError(problems)
    contents: dict[str, Iterable[bytes]] = {name: [text] for name, text in texts.items()}
    contents |= {f"{name}.jsonl": written(table) for name, table in plain.items()}
    write_zip(Path(path), contents, private_key, format=FORMAT, names=MEMBERS)


@dataclass(frozen=True)
class Content:
    """What a file holds: to open a figure down to its records."""

    scheme: AppraisalScheme
    context: AppraisalContext
    tables: dict[str, Any]


def content_of(path: str | os.PathLike[str], only: Collection[str] | None = None, *, limits: Limits | None = None) -> Content:
    """Scheme, context and tables (those in ``only``) of a file of our own; nothing is verified. Raises InputError, SchemeError."""
    limits = limits or Limits()
    with zipfile.ZipFile(path) as archive:
        return _content(archive, limits, TABLES if only is None else only)


def verify_appraisal_file(
    path: str | os.PathLike[str], *, trusted_fingerprints: Collection[str] | None = None, limits: Limits | None = None
) -> Verification:
    """Check every hash and the signature, then compute every result again. Never raises for what is in the file."""
    answer, limits = Verification(), limits or Limits()
    with told_in_words(answer):
        _verify(Path(path), trusted_fingerprints, limits, answer)
    return answer


def _verify(path: Path, trusted: Collection[str] | None, limits: Limits, answer: Verification) -> None:
    with opened(path, limits, MEMBERS, FORMAT, trusted, answer) as archive:
        if archive is None:
            return
        content = _content(archive, limits, TABLES)
        claimed = text_of(archive, "scores.json", limits)
    try:
        answer.result = appraise(content.tables, content.scheme, content.context, memory_limit_mib=limits.engine_mib)
    except (SchemeError, InputError):
        raise
    except Exception as error:  # the database's own errors: out of memory, out of range
        raise InputError([f"重算时出错：{type(error).__name__}。"]) from error
    again = _scores(answer.result, content.scheme)
    answer.recomputed = again == claimed
    if not answer.recomputed:
        answer.problems += _differences(claimed, again)


def _content(archive: zipfile.ZipFile, limits: Limits, only: Collection[str]) -> Content:
    tables = {
        name: read(lines_of(archive, f"{name}.jsonl", limits), TABLES[name][0], TABLES[name][2], most_rows=limits.rows)
        for name in only
    }
    scheme = read_appraisal_scheme(text_of(archive, "scheme.json", limits))
    return Content(scheme, read_appraisal_context(text_of(archive, "context.json", limits)), tables)


def _scores(result: AppraisalResult, scheme: AppraisalScheme) -> bytes:
    """One unit per line, so that two results can be compared line by line."""
    document = result.document(scheme)
    rows = b",\n".join(canonical(row) for row in document["rows"])
    return b'{"coverage":' + canonical(document["coverage"]) + b',"rows":[\n' + rows + b"\n]}\n"


def _differences(claimed: bytes, again: bytes) -> list[str]:
    """Which units differ, in words; the first of them only."""
    before, after = loads(claimed), loads(again)
    if not isinstance(before, dict) or not isinstance(before.get("rows"), list):
        return ["所载结果与重算结果不一致。"]
    told = {str(row.get("unit")): row for row in before["rows"] if isinstance(row, dict)}
    found = [
        f"“{row['unit']}”不一致：文件中是 {str(told.get(row['unit'], {}).get('score'))[:20]} 分，重算是 {row['score']} 分。"
        for row in after["rows"]
        if told.get(row["unit"]) != row
    ]
    return found[:20] or ["所载结果与重算结果不一致。"]
