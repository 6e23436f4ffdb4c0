"""The code of a certificate: what it says and the signature over it, in letters that an address and a QR code take. Knows no database.

``text`` is the statement as canonical JSON (UTF-8) and 64 bytes of Ed25519 signature behind it, in Base64 for addresses (RFC 4648, section 5,
without padding). The name stands in it masked, and as a hash with the number, so that the name on the paper can be checked but not read.
A PDF bears its code and a signature over all bytes before in comments behind its last line, which readers pass over.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import asdict, dataclass
from datetime import date

from chuangwen.kernel import signatures
from chuangwen.kernel.codes import mask_name

SIGNATURE = 64
LONGEST = 2_000
_CODE = re.compile(r"[A-Za-z0-9_-]{100,2000}")
CODE_MARK, FILE_MARK = b"%CHUANGWEN-HOURS-CODE ", b"%CHUANGWEN-HOURS-FILE "


class NotACode(ValueError):
    """This is no code of a certificate; the words say why."""


@dataclass(frozen=True)
class Statement:
    """What a certificate says. ``minutes`` counted from ``first`` to ``last``; ``name`` is masked."""

    number: str
    name: str
    check: str
    minutes: int
    first: date
    last: date
    organ: str
    day: date


def name_check(number: str, name: str) -> str:
    """Sixteen hex digits by which the name on a certificate is checked."""
    return hashlib.sha256(f"{number}\n{name.strip()}".encode()).hexdigest()[:16]


def statement(*, number: str, name: str, minutes: int, first: date, last: date, organ: str, day: date) -> Statement:
    return Statement(number, mask_name(name), name_check(number, name), minutes, first, last, organ, day)


def _bytes(told: Statement) -> bytes:
    facts = {key: value.isoformat() if isinstance(value, date) else value for key, value in asdict(told).items()}
    return json.dumps({"v": 1} | facts, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def encode(told: Statement) -> str:
    """The code, signed with the key of this installation."""
    data = _bytes(told)
    return base64.urlsafe_b64encode(data + base64.b64decode(signatures.sign(data))).decode().rstrip("=")


def decode(code: str) -> tuple[Statement, bytes, str]:
    """What it says, the signed bytes and the signature (Base64), whether genuine or not. Raises NotACode."""
    text = "".join(code.split())
    if not _CODE.fullmatch(text):
        raise NotACode("这不是志愿服务记录证明的查验码。")
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        data, sealed = raw[:-SIGNATURE], raw[-SIGNATURE:]
        facts = json.loads(data)
        if not isinstance(facts, dict) or facts.pop("v") != 1:
            raise NotACode("这不是志愿服务记录证明的查验码，或者由更新的版本开具。")
        for name in ("first", "last", "day"):
            facts[name] = date.fromisoformat(facts[name])
        told = Statement(**facts)
        if not isinstance(told.minutes, int) or not all(isinstance(one, str) for one in (told.number, told.name, told.check, told.organ)):
            raise NotACode("查验码内容不完整。")
    except NotACode:
        raise
    except (ValueError, TypeError, KeyError, RecursionError) as wrong:
        raise NotACode("查验码不完整，或者抄写有误。") from wrong
    return told, data, base64.b64encode(sealed).decode()


def genuine(code: str, public: bytes) -> Statement | None:
    """What it says when it was signed with the key that ``public`` (32 bytes) belongs to; None: it was not. Raises NotACode."""
    told, data, signature = decode(code)
    return told if signatures.verify(data, signature, public) else None


def seal_file(pdf: bytes, code: str) -> bytes:
    """The PDF with its code and the signature over both behind its last line."""
    marked = pdf.rstrip(b"\r\n") + b"\n" + CODE_MARK + code.encode() + b"\n"
    return marked + FILE_MARK + signatures.sign(hashlib.sha256(marked).digest()).encode() + b"\n"


def code_in(content: bytes) -> str:
    """The code that a PDF bears, or that a text holds (an address or the code itself). Raises NotACode."""
    if content.startswith(b"%PDF"):
        found = re.findall(re.escape(CODE_MARK) + rb"([A-Za-z0-9_-]+)", content)
        if not found:
            raise NotACode("这个 PDF 里没有查验码。请改用证明上的查验码或二维码。")
        return found[-1].decode()
    text = content[: LONGEST * 2].decode("utf-8", "replace").strip()
    codes = _CODE.findall(text)
    if not codes:
        raise NotACode("其中没有志愿服务记录证明的查验码。")
    return max(codes, key=len)


def file_whole(content: bytes, public: bytes) -> bool:
    """Whether the PDF is byte for byte as it was issued."""
    place = content.rfind(FILE_MARK)
    if place < 0:
        return False
    signature = content[place + len(FILE_MARK) :].strip().decode("ascii", "replace")
    return signatures.verify(hashlib.sha256(content[:place]).digest(), signature, public)
