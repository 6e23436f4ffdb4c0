"""A file as the answer to a request."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header

SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCUMENT = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PDF = "application/pdf"
_FORBIDDEN = str.maketrans(dict.fromkeys('/\\:*?"<>|', "-"))


def download(content: bytes, name: str, media_type: str = SHEET, *, inline: bool = False) -> HttpResponse:
    """The content as a file of that name; ``inline`` lets the browser show it. What no file system takes in a name becomes a dash."""
    disposition = content_disposition_header(not inline, name.translate(_FORBIDDEN)) or "inline"
    return HttpResponse(content, content_type=media_type, headers={"Content-Disposition": disposition})
