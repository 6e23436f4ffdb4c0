"""Message catalogues: simplified Chinese is written by hand, traditional Chinese is made from it, both are compiled here.

No gettext has to be installed on the machine. A catalogue is compiled again when its .po is newer.
"""

import os
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent
# Where character-by-character conversion picks the wrong word.
TRADITIONAL = {"网格": "網格", "信息": "信息", "点位": "點位", "只": "只", "台账": "台賬", "干道": "幹道"}


def sources() -> list[Path]:
    """The hand-written catalogues, one per room."""
    return sorted(PACKAGE.glob("*/locale/zh_Hans/LC_MESSAGES/django.po"))


def traditional(text: str) -> str:
    """Simplified to traditional Chinese in the words of this house."""
    from chuangwen.kernel.chinese import to_traditional

    converted = to_traditional(text)
    for simplified, wanted in TRADITIONAL.items():
        converted = converted.replace(to_traditional(simplified), wanted)
    return converted


def ensure_compiled() -> int:
    """Compile what is missing or older than its source. Returns how many catalogues were compiled."""
    count = 0
    for source in sources():
        hans = source.with_suffix(".mo")
        hant = source.parents[2] / "zh_Hant" / "LC_MESSAGES" / "django.mo"
        if all(target.exists() and target.stat().st_mtime >= source.stat().st_mtime for target in (hans, hant)):
            continue
        import polib

        catalogue = polib.pofile(str(source))
        _save(catalogue, hans)
        for entry in catalogue:
            entry.msgstr = traditional(entry.msgstr)
            entry.msgstr_plural = {n: traditional(t) for n, t in entry.msgstr_plural.items()}
        catalogue.metadata["Language"] = "zh_Hant"
        _save(catalogue, hant)
        count += 1
    return count


def _save(catalogue, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_suffix(f".{os.getpid()}.draft")  # several processes may start at once
    catalogue.save_as_mofile(str(draft))
    draft.replace(target)
