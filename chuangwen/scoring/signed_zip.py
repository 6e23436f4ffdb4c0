"""A signed file: a ZIP whose members are hashed in a manifest that is signed. What every kind of such a file shares; knows no scores.

A file from a stranger is read within `Limits`; what is wrong with it is answered with Chinese sentences. The signature is made over the
canonical JSON of the manifest without its signature.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from .engine.reasons import InputError
from .engine.scheme_errors import SchemeError

_END = struct.Struct("<4s4H2LH")
_CHUNK = 1 << 18


@dataclass(frozen=True)
class Limits:
    """What a file may ask of the machine that verifies it: bytes of it and of its members, rows, groups, MiB of the engine."""

    file_bytes: int = 512 << 20
    text_bytes: int = 1 << 20
    scores_bytes: int = 128 << 20
    table_bytes: int = 768 << 20
    rows: int = 2_000_000
    groups: int = 300_000
    engine_mib: int = 2048

    def of(self, name: str) -> int:
        """The most bytes that a member may have when unpacked: tables of lines, scores, other texts."""
        if name.endswith(".jsonl"):
            return self.table_bytes
        return self.scores_bytes if name == "scores.json" else self.text_bytes


class Answer(Protocol):
    """What is found about a file while it is read."""

    problems: list[str]
    public_key_fingerprint: str
    signature_ok: bool
    meta: dict[str, Any]


def fingerprint(key: Ed25519PublicKey | bytes) -> str:
    """SHA-256 of the raw public key, 64 hexadecimal digits: what people compare."""
    return hashlib.sha256(key if isinstance(key, bytes) else key.public_bytes_raw()).hexdigest()


def is_trusted(full: str, trusted: Collection[str]) -> bool:
    """Whether a fingerprint is one of these, which may be shortened to sixteen digits and grouped with hyphens."""
    plain = [item.replace("-", "").replace(" ", "").lower() for item in trusted]
    return bool(full) and any(len(item) >= 16 and full.startswith(item) for item in plain)


def write_zip(
    path: Path, contents: dict[str, Iterable[bytes]], private_key: Ed25519PrivateKey, *, format: str, names: Sequence[str]
) -> None:
    """Write the members and their signed manifest, whole or not at all."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            with zipfile.ZipFile(file, "w") as archive:
                members = {name: _add(archive, name, contents[name]) for name in names if name in contents}
                manifest = {
                    "format": format,
                    "version": 1,
                    "members": members,
                    "public_key": private_key.public_key().public_bytes_raw().hex(),
                }
                manifest["signature"] = private_key.sign(canonical(manifest)).hex()
                _add(archive, "manifest.json", [canonical(manifest)])
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            Path(temporary).unlink()
        raise


def _add(archive: zipfile.ZipFile, name: str, chunks: Iterable[bytes]) -> dict[str, Any]:
    entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    digest, length = hashlib.sha256(), 0
    with archive.open(entry, "w", force_zip64=False) as member:
        for chunk in chunks:
            digest.update(chunk)
            length += len(chunk)
            member.write(chunk)
    return {"sha256": digest.hexdigest(), "bytes": length}


def canonical(document: Any) -> bytes:
    """JSON that is the same bytes for the same value."""
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode("utf-8")


def not_ours(file: IO[bytes], limits: Limits, names: Sequence[str]) -> str:
    """What is wrong with the file before a ZIP reader may touch it: its directory must be small and at the very end."""
    size = file.seek(0, os.SEEK_END)
    if size > limits.file_bytes:
        return f"文件超过 {limits.file_bytes >> 20} MiB。"
    if size < _END.size:
        return "不是成绩文件：太短。"
    file.seek(-_END.size, os.SEEK_END)
    mark, disk, start_disk, here, entries, length, offset, comment = _END.unpack(file.read(_END.size))
    if mark != b"PK\x05\x06" or comment:
        return "不是成绩文件：末尾不是压缩包目录。"
    if disk or start_disk or here != entries or entries != len(names):
        return f"不是成绩文件：应有 {len(names)} 个成员，目录写着 {entries} 个。"
    if length > 4096 or offset + length + _END.size != size:
        return "不是成绩文件：压缩包目录的大小不对。"
    file.seek(0)
    return ""


def bad_entries(archive: zipfile.ZipFile, limits: Limits, members: Sequence[str]) -> list[str]:
    """What is wrong with the list of members."""
    names = [entry.filename for entry in archive.infolist()]
    problems = [f"缺少成员 {name}。" for name in members if name not in names]
    problems += [f"有多余的成员 {name[:60]!r}。" for name in names if name not in members]
    problems += [f"成员 {name} 出现了两次。" for name in members if names.count(name) > 1]
    for entry in archive.infolist():
        if entry.filename not in members:
            continue
        if entry.flag_bits & 0x1 or entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            problems.append(f"成员 {entry.filename} 被加密或用了不认识的压缩方法。")
        if entry.file_size > limits.of(entry.filename):
            problems.append(f"成员 {entry.filename} 展开后太大。")
    return problems


def _chunks(archive: zipfile.ZipFile, name: str, limits: Limits) -> Iterator[bytes]:
    left = limits.of(name)
    with archive.open(name) as member:
        while chunk := member.read(_CHUNK):
            left -= len(chunk)
            if left < 0:
                raise InputError([f"成员 {name} 展开后太大。"])
            yield chunk


def text_of(archive: zipfile.ZipFile, name: str, limits: Limits) -> bytes:
    """A whole member."""
    return b"".join(_chunks(archive, name, limits))


def lines_of(archive: zipfile.ZipFile, name: str, limits: Limits) -> Iterator[bytes]:
    """The lines of a member, each with its end. Raises InputError for a line that is too long."""
    rest = b""
    for chunk in _chunks(archive, name, limits):
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            yield line + b"\n"
        if len(rest) > 4 * _CHUNK:
            raise InputError([f"成员 {name} 有太长的行。"])
    if rest:
        yield rest


def loads(text: bytes) -> Any:
    """A JSON value, None where it is none."""
    try:
        return json.loads(text.decode("utf-8"), parse_constant=_refuse)
    except (ValueError, RecursionError):
        return None


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def manifest_of(text: bytes, answer: Answer, format: str) -> dict[str, Any]:
    """The manifest's members, its key and signature checked; an empty dict where it cannot be used."""
    manifest = loads(text)
    if not isinstance(manifest, dict) or manifest.get("format") != format or manifest.get("version") != 1:
        answer.problems.append("清单不是成绩文件的清单，或版本不认识。")
        return {}
    try:
        signature = bytes.fromhex(manifest["signature"])
        public_key = bytes.fromhex(manifest["public_key"])
        signed = {name: value for name, value in manifest.items() if name != "signature"}
        answer.public_key_fingerprint = fingerprint(public_key)
        if canonical(manifest) != text:
            answer.problems.append("清单的写法被改动过。")
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, canonical(signed))
    except InvalidSignature:
        answer.problems.append("签名不对：清单被改动过，或不是用所附公钥签的。")
    except (KeyError, TypeError, ValueError):
        answer.problems.append("清单缺签名或公钥，或写法不对。")
    members = manifest.get("members")
    return members if isinstance(members, dict) else {}


def check_hashes(
    archive: zipfile.ZipFile, members: dict[str, Any], limits: Limits, answer: Answer, names: Sequence[str]
) -> None:
    """Compare every member with what the manifest says of it."""
    expected = set(names) - {"manifest.json"}
    if set(members) != expected:
        answer.problems.append("清单所列的成员与文件不符。")
    for name in names[1:]:
        digest, length = hashlib.sha256(), 0
        try:
            for chunk in _chunks(archive, name, limits):
                digest.update(chunk)
                length += len(chunk)
        except (zipfile.BadZipFile, zlib.error, EOFError):
            answer.problems.append(f"成员 {name} 已损坏。")
            continue
        if members.get(name) != {"sha256": digest.hexdigest(), "bytes": length}:
            answer.problems.append(f"成员 {name} 与签名时不同，被改动过。")


@contextlib.contextmanager
def told_in_words(answer: Answer) -> Iterator[None]:
    """Whatever a file does to its readers becomes a problem in words."""
    try:
        yield
    except (SchemeError, InputError) as error:
        answer.problems += error.problems
    except OSError:
        answer.problems.append("文件打不开。")
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, struct.error, ValueError, OverflowError):
        answer.problems.append("文件已损坏：压缩包读不通。")
    except MemoryError:
        answer.problems.append("文件太大，内存不够核验。")


@contextlib.contextmanager
def opened(
    path: Path, limits: Limits, members: Sequence[str], format: str, trusted: Collection[str] | None, answer: Answer
) -> Iterator[zipfile.ZipFile | None]:
    """The archive with signature, hashes and notes looked at; None where it is no file of this kind at all, with the reason in the answer."""
    with path.open("rb") as file:
        problem = not_ours(file, limits, members)
        if problem:
            answer.problems.append(problem)
            yield None
            return
        with zipfile.ZipFile(file) as archive:
            answer.problems += bad_entries(archive, limits, members)
            if answer.problems:
                yield None
                return
            manifest = manifest_of(text_of(archive, "manifest.json", limits), answer, format)
            check_hashes(archive, manifest, limits, answer, members)
            answer.signature_ok = not answer.problems
            if trusted is not None and not is_trusted(answer.public_key_fingerprint, trusted):
                answer.problems.append("签名公钥不在信任名单中。")
            meta = loads(text_of(archive, "meta.json", limits))
            if isinstance(meta, dict):
                answer.meta = meta
            else:
                answer.problems.append("附注不是合法的 JSON 对象。")
            yield archive
