"""What of a text may be shown: telephone numbers, identity numbers and people's names are covered. Pure."""

import re
from collections.abc import Iterable

_PHONE = re.compile(r"(?<!\d)(1[3-9]\d)[ -]?(\d{4})[ -]?(\d{4})(?!\d)")
_LANDLINE = re.compile(r"(?<!\d)(0\d{2,3})[ -]?(\d{3,4})(\d{4})(?!\d)")
_IDENTITY = re.compile(r"(?<!\d)(\d{6})(\d{8})(\d{3}[\dXx])(?!\d)")
_MAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+")
_ACCOUNT = re.compile(r"(?<![\d.])\d{14,25}(?!\d)")


def mask_name(name: str) -> str:
    """张三 becomes 张*, 欧阳小明 becomes 欧***; what is in brackets or behind an @ (department, number) is left out."""
    clean = re.split(r"[（(<@＠\[【]", name.strip())[0].strip() or name.strip()
    return clean[:1] + "*" * min(max(len(clean) - 1, 1), 3) if clean else ""


def mask_contact(contact: str) -> str:
    """138****5678; of anything else the first two characters."""
    masked = mask_numbers(contact)
    return masked if masked != contact else contact[:2] + "*" * max(min(len(contact) - 2, 6), 1) if contact else ""


def mask_numbers(text: str) -> str:
    """The text with telephone, identity and account numbers and mail addresses covered."""
    text = _IDENTITY.sub(r"\1********\3", text)
    text = _ACCOUNT.sub(lambda found: found[0][:4] + "****" + found[0][-2:], text)
    text = _PHONE.sub(r"\1****\3", text)
    text = _LANDLINE.sub(r"\1****\3", text)
    return _MAIL.sub(lambda found: found[0][:1] + "***@***", text)


def mask_text(text: str, names: Iterable[str] = ()) -> str:
    """The text with numbers covered, and each of ``names`` (of two characters or more) wherever it stands."""
    for name in sorted({name for name in names if len(name) >= 2}, key=len, reverse=True):
        text = text.replace(name, mask_name(name))
    return mask_numbers(text)
