"""A signed score as one file (.cwscore) that anyone can recompute with nothing but the engine and the file.

The file is a ZIP of eight members:

    manifest.json        format, SHA-256 and length of every other member, public key, Ed25519 signature of all that
    scheme.json          the scheme, complete
    context.json         earlier years, minors' test, events of the negative list
    observations.jsonl   one JSON array per observation after a line of column names (issues.jsonl, bonuses.jsonl: the same)
    scores.json          the result, one row per line
    meta.json            what the signer says of it: round, time, unit; any JSON object

The signature is made over the canonical JSON of the manifest without its signature. A file from a stranger is read within the
bounds of `Limits`; whatever is wrong with it is answered with Chinese sentences, never with an exception.
"""

from __future__ import annotations

import os
import zipfile
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from .engine import InputError, SchemeError, read_scheme
from .engine.inputs import BONUSES, ISSUES, OBSERVATIONS, empty
from .engine.lines import read, table_of, written
from .engine.result import ScoreTables
from .engine.run import score
from .engine.total import read_context
from .signed_zip import (
    Limits,
    fingerprint,
    lines_of,
    loads,
    opened,
    text_of,
    told_in_words,
    write_zip,
)
from .signed_zip import canonical as _canonical

__all__ = ["Limits", "ScoreFileError", "Verification", "fingerprint", "tables_of_file", "verify_score_file", "write_score_file"]

FORMAT = "chuangwen-score"
SUFFIX = ".cwscore"
TABLES = {
    "observations.jsonl": (OBSERVATIONS, "observation_id", "观测表"),
    "issues.jsonl": (ISSUES, "issue_id", "问题表"),
    "bonuses.jsonl": (BONUSES, "bonus_id", "加分表"),
}
MEMBERS = ("manifest.json", "scheme.json", "context.json", *TABLES, "scores.json", "meta.json")
_MOST_DIFFERENCES = 20


@dataclass
class Verification:
    """The answer. `recomputed`: the engine came to the very scores in the file; `signature_ok`: signature and all hashes hold."""

    problems: list[str] = field(default_factory=list)
    recomputed: bool = False
    signature_ok: bool = False
    public_key_fingerprint: str = ""
    meta: dict[str, Any] = field(default_factory=dict)
    result: ScoreTables | None = None

    @property
    def ok(self) -> bool:
        """Nothing was found wrong, the signature holds and the scores came out the same."""
        return not self.problems and self.recomputed and self.signature_ok


class ScoreFileError(ValueError):
    """A score that cannot be written: it could not be verified afterwards. `problems`: Chinese sentences."""

    code = "bad_score_file"

    def __init__(self, problems: list[str]):
        super().__init__("".join(problems))
        self.problems = problems


def write_score_file(
    path: str | os.PathLike[str],
    *,
    scheme: Any,
    observations: Any,
    result: ScoreTables,
    meta: dict[str, Any],
    private_key: Ed25519PrivateKey,
    issues: Any = None,
    bonuses: Any = None,
    context: Any = None,
    limits: Limits | None = None,
) -> None:
    """Write the signed file, whole or not at all.

    `observations`, `issues`, `bonuses`: as the engine takes them, or None. The result is recomputed from what is about to be
    written before it is signed; raises ScoreFileError when it differs, InputError and SchemeError as the engine does.
    """
    limits = limits or Limits()
    given = {"observations.jsonl": observations, "issues.jsonl": issues, "bonuses.jsonl": bonuses}
    tables = {
        name: table_of(empty(columns) if given[name] is None else given[name], columns, identity, what)
        for name, (columns, identity, what) in TABLES.items()
    }
    scheme, context = read_scheme(scheme), read_context(context)
    again = _recompute(scheme, context, tables, limits)
    if _scores(again) != _scores(result):
        raise ScoreFileError(["成绩与按所附数据重算的结果不一致，不能签署。"])
    small = {"scheme.json": scheme.document(), "context.json": context.document(), "meta.json": meta}
    texts = {name: _canonical(document) for name, document in small.items()} | {"scores.json": _scores(result)}
    too_large = [f"{name} 太大，不能签署。" for name, text in texts.items() if len(text) > limits.of(name)]
    too_large += [f"{TABLES[name][2]}超过 {limits.rows} 行，不能签署。" for name, t in tables.items() if t.num_rows > limits.rows]
    if too_large:
        raise ScoreFileError(too_large)
    contents: dict[str, Iterable[bytes]] = {name: [text] for name, text in texts.items()}
    contents |= {name: written(table) for name, table in tables.items()}
    write_zip(Path(path), contents, private_key, format=FORMAT, names=MEMBERS)


def verify_score_file(
    path: str | os.PathLike[str], *, trusted_fingerprints: Collection[str] | None = None, limits: Limits | None = None
) -> Verification:
    """Check every hash and the signature, then recompute every score. Never raises for what is in the file.

    With `trusted_fingerprints` a good signature of any other key is a problem too; a fingerprint may be shortened to its first
    sixteen digits and grouped with hyphens.
    """
    answer = Verification()
    limits = limits or Limits()
    with told_in_words(answer):
        _verify(Path(path), trusted_fingerprints, limits, answer)
    return answer


def _verify(path: Path, trusted: Collection[str] | None, limits: Limits, answer: Verification) -> None:
    with opened(path, limits, MEMBERS, FORMAT, trusted, answer) as archive:
        if archive is None:
            return
        scheme = read_scheme(text_of(archive, "scheme.json", limits))
        context = read_context(text_of(archive, "context.json", limits))
        tables = {
            name: read(lines_of(archive, name, limits), columns, what, most_rows=limits.rows)
            for name, (columns, _, what) in TABLES.items()
        }
        claimed = text_of(archive, "scores.json", limits)
    answer.result = _recompute(scheme, context, tables, limits)
    again = _scores(answer.result)
    answer.recomputed = again == claimed
    if not answer.recomputed:
        answer.problems += _differences(claimed, again)


def tables_of_file(path: str | os.PathLike[str], *, limits: Limits | None = None) -> dict[str, Any]:
    """The input tables that a file of our own holds: observations, issues, bonuses. Nothing is verified here. Raises InputError."""
    limits = limits or Limits()
    with zipfile.ZipFile(path) as archive:
        return {
            name.removesuffix(".jsonl"): read(lines_of(archive, name, limits), columns, what, most_rows=limits.rows)
            for name, (columns, _, what) in TABLES.items()
        }


def _recompute(scheme, context, tables: dict[str, Any], limits: Limits) -> ScoreTables:
    try:
        return score(
            tables["observations.jsonl"],
            scheme,
            issues=tables["issues.jsonl"],
            bonuses=tables["bonuses.jsonl"],
            context=context,
            uncounted_limit=1000,
            memory_limit_mib=limits.engine_mib,
            most_groups=limits.groups,
        )
    except (SchemeError, InputError):
        raise
    except Exception as error:  # the database's own errors: out of memory, out of range
        raise InputError([f"重算时出错：{type(error).__name__}。"]) from error


def _scores(result: ScoreTables) -> bytes:
    """The result as JSON with one row per line, so that two of them can be compared line by line."""
    document = result.document()
    rows = b",\n".join(_canonical(row) for row in document["rows"])
    return b'{"coverage":' + _canonical(document["coverage"]) + b',"rows":[\n' + rows + b"\n]}\n"


def _differences(claimed: bytes, again: bytes) -> list[str]:
    """Which scores differ, in words; the first of them only."""
    before, after = _by_key(claimed), _by_key(again)
    if before is None or after is None:
        return ["所载成绩与重算结果不一致。"]
    found = []
    for key in sorted(before.keys() | after.keys()):
        one, other = before.get(key), after.get(key)
        if one != other:
            found.append(f"成绩“{key[0]}·{key[1]}”不一致：文件中是 {_told(one)}，重算是 {_told(other)}。")
    more = len(found) - _MOST_DIFFERENCES
    found = found[:_MOST_DIFFERENCES] + ([f"另有 {more} 项成绩不一致。"] if more > 0 else [])
    return found or ["所载覆盖情况或写法与重算结果不一致。"]


def _by_key(text: bytes) -> dict[tuple[str, str], dict[str, Any]] | None:
    document = loads(text) if len(text) <= 16 << 20 else None
    rows = document.get("rows") if isinstance(document, dict) else None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        return None
    return {(str(row.get("level")), str(row.get("key"))): row for row in rows}


def _told(row: dict[str, Any] | None) -> str:
    if row is None:
        return "没有这一项"
    return f"{str(row.get('got'))[:40]}/{str(row.get('possible'))[:40]}（名次 {str(row.get('rank') or '无')[:12]}）"
