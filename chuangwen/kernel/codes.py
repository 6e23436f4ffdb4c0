"""Codes that Chinese administration works with: divisions, organisations, residents, telephones. How they are read, checked and
masked.

Pure. A check says whether a code can be right, not whether somebody bears it.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

LEVELS = ("province", "city", "county", "town", "village")
_ENDS = (2, 4, 6, 9, 12)
_PROVINCES = frozenset(
    str(code)
    for code in (*range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55), *range(61, 66), 71, 81, 82)
)


def _plain(text: str) -> str:
    """Half-width, upper case, without spaces and dashes."""
    return re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", text)).upper()


@dataclass(frozen=True, slots=True, order=True)
class DivisionCode:
    """A 12-digit code of GB/T 2260 and its statistical extension: province 2, city 2, county 2, town 3, village 3 digits.

    A city without counties (东莞 441900) has its towns right below it: their county digits are 00.
    """

    code: str
    level: str

    @property
    def significant(self) -> str:
        """The digits up to the code's own level: 440902003 for a town."""
        return self.code[: _ENDS[LEVELS.index(self.level)]]

    @property
    def parent(self) -> "DivisionCode | None":
        """The division above; None for a province."""
        for end in reversed(_ENDS[: LEVELS.index(self.level)]):
            above = DivisionCode(self.code[:end].ljust(12, "0"), LEVELS[_ENDS.index(end)])
            if int(above.significant[-(3 if end > 6 else 2) :]):
                return above
        return None

    @property
    def ancestors(self) -> list["DivisionCode"]:
        """From the province down to the division above."""
        chain: list[DivisionCode] = []
        above = self.parent
        while above is not None:
            chain.insert(0, above)
            above = above.parent
        return chain

    def __str__(self) -> str:
        return self.code


def parse_division_code(text: str) -> DivisionCode:
    """A code of 2, 4, 6, 9 or 12 digits (shorter ones are filled up with zeros). Raises ValueError when it cannot be one."""
    digits = _plain(text)
    if not re.fullmatch(r"\d{2}|\d{4}|\d{6}|\d{9}|\d{12}", digits, re.ASCII):
        raise ValueError(f"a division code has 12 digits: {text!r}")
    digits = digits.ljust(12, "0")
    if digits[:2] not in _PROVINCES:
        raise ValueError(f"no province has the code {digits[:2]}")
    city, county, town, village = (int(digits[a:b]) for a, b in zip(_ENDS, _ENDS[1:], strict=False))
    if (village and not town) or ((county or town) and not city):
        raise ValueError(f"a level is left out in {digits}")
    level = max(index for index, part in enumerate((1, city, county, town, village)) if part)
    return DivisionCode(digits, LEVELS[level])


def is_division_code(text: str) -> bool:
    """Whether ``text`` is a full 12-digit division code."""
    try:
        return len(_plain(text)) == 12 and bool(parse_division_code(text))
    except ValueError:
        return False


# Unified social credit code, GB 32100-2015

_CREDIT_CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_WEIGHTS = tuple(pow(3, i, 31) for i in range(17))


def credit_code_check(first17: str) -> str:
    """The 18th character (GB 32100-2015, annex B: weights 3^(i-1) mod 31). Raises ValueError on a character not in use."""
    total = sum(_CREDIT_CHARACTERS.index(char) * weight for char, weight in zip(first17, _CREDIT_WEIGHTS, strict=True))
    return _CREDIT_CHARACTERS[-total % 31]


def is_credit_code(text: str) -> bool:
    """Whether ``text`` is a unified social credit code with the right check character."""
    code = _plain(text)
    if not re.fullmatch(r"[1-9A-HJ-NP-RTUWXY][0-9A-HJ-NP-RTUWXY]\d{6}[0-9A-HJ-NP-RTUWXY]{10}", code, re.ASCII):
        return False
    return credit_code_check(code[:17]) == code[17]


# Resident identity number, GB 11643-1999

_ID_WEIGHTS = tuple(pow(2, 17 - i, 11) for i in range(17))
_ID_CHECKS = "10X98765432"


def resident_id_check(first17: str) -> str:
    """The 18th character (GB 11643-1999, ISO 7064 MOD 11-2)."""
    return _ID_CHECKS[sum(int(digit) * weight for digit, weight in zip(first17, _ID_WEIGHTS, strict=True)) % 11]


def is_resident_id(text: str) -> bool:
    """Whether ``text`` is an 18-character identity number with a day of birth that exists and the right check digit."""
    number = _plain(text)
    if not re.fullmatch(r"\d{17}[\dX]", number, re.ASCII) or number[:2] not in _PROVINCES:
        return False
    try:
        date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    return resident_id_check(number[:17]) == number[17]


# Telephone

_MOBILE = re.compile(r"1[3-9]\d{9}", re.ASCII)
_LANDLINE = re.compile(r"(0(?:10|2\d|[3-9]\d{2}))(\d{7,8})(?:(?:转|EXT\.?|X)?(\d{1,6}))?", re.ASCII)
_SERVICE = re.compile(r"1[12]\d|1[02]\d{3}|9[56]\d{3,4}|[48]00\d{7}", re.ASCII)


def parse_mobile(text: str) -> str:
    """A mainland mobile number as 11 digits, without +86, spaces and dashes. Raises ValueError."""
    digits = re.sub(r"^(?:\+|00)?86(?=1\d{10}$)", "", _plain(text))
    if not _MOBILE.fullmatch(digits):
        raise ValueError(f"a mobile number has 11 digits and begins with 13 to 19: {text!r}")
    return digits


def is_mobile(text: str) -> bool:
    """Whether ``text`` is a mainland mobile number."""
    try:
        return bool(parse_mobile(text))
    except ValueError:
        return False


def parse_phone(text: str) -> str:
    """A mobile number (11 digits), a number of the fixed net with its area code (0668-2276543), or a service number (12345).
    Raises ValueError."""
    try:
        return parse_mobile(text)
    except ValueError:
        pass
    digits = re.sub(r"[()]", "", re.sub(r"^(?:\+|00)86", "", _plain(text)))
    if found := _LANDLINE.fullmatch(digits):
        return f"{found[1]}-{found[2]}" + (f"-{found[3]}" if found[3] else "")
    if _SERVICE.fullmatch(digits):
        return digits
    raise ValueError(f"not a telephone number: {text!r}")


# Masks: what a screen shows by default (DOMAIN.md section 2, rule 7)

_DOUBLE_SURNAMES = frozenset(
    ("欧阳", "上官", "司马", "诸葛", "东方", "皇甫", "尉迟", "公孙", "令狐", "慕容", "司徒", "夏侯", "端木", "长孙", "宇文")
)


def mask_phone(text: str) -> str:
    """138****1234; of a shorter number the last four digits are hidden; twelve digits and more show three and four."""
    digits = text.strip()
    if len(digits) >= 11:
        return f"{digits[:3]}{'*' * (len(digits) - 7)}{digits[-4:]}"
    shown = max(len(digits) - 4, 0)
    return digits[:shown] + "*" * (len(digits) - shown)


def mask_name(text: str) -> str:
    """The family name and a star for each other character: 张*, 欧阳**. A single character is hidden."""
    name = text.strip()
    if len(name) < 2:
        return "*" * len(name)
    shown = 2 if len(name) > 2 and name[:2] in _DOUBLE_SURNAMES else 1
    return name[:shown] + "*" * (len(name) - shown)


def mask_resident_id(text: str) -> str:
    """The first four and the last two characters; birthday and serial number are hidden."""
    number = text.strip()
    if len(number) < 10:
        return "*" * len(number)
    return f"{number[:4]}{'*' * (len(number) - 6)}{number[-2:]}"
