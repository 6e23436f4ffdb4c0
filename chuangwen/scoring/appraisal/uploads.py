"""Evidence as a file: a picture or a PDF, by its content and not by its name."""

from django.utils.translation import gettext as _

from chuangwen.kernel import files
from chuangwen.kernel.errors import Refusal

LARGEST = 10 << 20
KINDS = ((b"%PDF-", "pdf", "application/pdf"), (b"\xff\xd8\xff", "jpg", "image/jpeg"), (b"\x89PNG\r\n\x1a\n", "png", "image/png"))


def kept(content: bytes, name: str) -> tuple[str, str]:
    """Keep a file; its key and its name with the right ending, both empty for no file. Raises Refusal."""
    if not content:
        return "", ""
    if len(content) > LARGEST:
        raise Refusal(_("The file is larger than 10 MB."), "scoring.file_large", field="file")
    kind = kind_of(content)
    if kind is None:
        raise Refusal(_("Evidence is a PDF, a JPEG or a PNG."), "scoring.file_kind", field="file")
    stem = name.replace("\\", "/").rsplit("/", 1)[-1].rsplit(".", 1)[0].strip() or "evidence"
    plain = "".join(letter for letter in stem if letter.isprintable())[:100]
    return files.store(content), f"{plain}.{kind[0]}"


def kind_of(content: bytes) -> tuple[str, str] | None:
    """Ending and media type of a file that may be evidence."""
    return next(((ending, media) for start, ending, media in KINDS if content.startswith(start)), None)
