"""Photos in pieces by the tus protocol 1.0.0 (creation, creation-with-upload, checksum, expiration, termination), for who is signed in or
has a phone's token.

``POST /evidence/uploads/`` with Upload-Length and Upload-Metadata (base64 values: uid; sha256, taken_at, lat, lon, accuracy, name)
-> 201 with Location; ``HEAD`` says how far it is, ``PATCH`` goes on, ``DELETE`` gives up.

Errors carry ``{"code", "message"}``: 404 (thrown away: begin again), 409 (another offset; the uid is another photo's), 413, 422 (no
picture), 423 (another request is at work), 460 (damaged on the way), 507 (disk full: try later).
"""

import base64
import binascii
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase, UnreadablePostError
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import http_date
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from chuangwen.evidence import uploads
from chuangwen.evidence.access import ADD
from chuangwen.evidence.uploads import State, UploadRefused
from chuangwen.kernel.errors import Refusal
from chuangwen.kernel.pictures import MAX_BYTES
from chuangwen.web.program_views import ProgramView

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,checksum,expiration,termination"
PIECE_TYPE = "application/offset+octet-stream"


class TusView(ProgramView):
    """What every answer of the protocol carries; the version is checked; proxies that know no PATCH may say it in a header."""

    required_verb = ADD
    http_method_names = ["get", "post", "head", "patch", "delete", "options"]

    @method_decorator(csrf_exempt)
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        override = request.headers.get("X-HTTP-Method-Override", "").upper()
        if request.method == "POST" and override in ("PATCH", "DELETE"):
            request.method = override
        response = super().dispatch(request, *args, **kwargs)
        response["Tus-Resumable"] = VERSION
        response["Cache-Control"] = "no-store"
        if response.status_code == 412:
            response["Tus-Version"] = VERSION
        return response

    def check(self, request: HttpRequest) -> None:
        if request.method == "OPTIONS":
            return
        super().check(request)
        if request.headers.get("Tus-Resumable") != VERSION:
            raise Refusal(
                _("The server speaks version %(version)s of the upload protocol.") % {"version": VERSION},
                "tus.version",
                status=412,
            )

    def options(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return HttpResponse(
            status=204,
            headers={
                "Tus-Version": VERSION,
                "Tus-Extension": EXTENSIONS,
                "Tus-Max-Size": str(MAX_BYTES),
                "Tus-Checksum-Algorithm": "sha256",
            },
        )

    def number(self, name: str) -> int:
        text = self.request.headers.get(name, "")
        if not (text.isascii() and text.isdigit() and len(text) <= 15):
            raise UploadRefused(_("The header %(name)s is missing or no number.") % {"name": name}, "tus.header", status=400)
        return int(text)

    def append(self, uid: UUID, offset: int) -> State:
        """The piece in the body."""
        if self.request.headers.get("Content-Type", "").split(";")[0].strip() != PIECE_TYPE:
            raise UploadRefused(_("A piece comes as %(type)s.") % {"type": PIECE_TYPE}, "tus.content_type", status=415)
        declared = self.request.headers.get("Content-Length", "")
        length = int(declared) if declared.isdigit() else None
        return uploads.append(self.actor, uid, offset=offset, length=length, read=self._reader(length), checksum=self._checksum())

    def _reader(self, length: int | None):
        """Bytes of the body as they arrive; a connection that breaks is the end of them."""
        left = length if length is not None else MAX_BYTES

        def read(most: int) -> bytes:
            nonlocal left
            try:
                piece = self.request.read(min(most, left)) if left > 0 else b""
            except (UnreadablePostError, ConnectionError):
                return b""
            left -= len(piece)
            return piece

        return read

    def _checksum(self) -> bytes | None:
        given = self.request.headers.get("Upload-Checksum", "")
        if not given:
            return None
        algorithm, _space, value = given.partition(" ")
        try:
            if algorithm.lower() != "sha256":
                raise ValueError(algorithm)
            return base64.b64decode(value, validate=True)
        except (ValueError, binascii.Error) as problem:
            raise UploadRefused(_("The checksum is not understood."), "tus.checksum_algorithm", status=400) from problem


class Uploads(TusView):
    """Where uploads begin."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.http_method_not_allowed(request)

    patch = delete = head = get

    def post(self, request: HttpRequest) -> HttpResponse:
        if request.headers.get("Upload-Defer-Length"):
            raise UploadRefused(_("The length of a photo is known before it is sent."), "tus.defer", status=400)
        metadata = uploads.read_metadata(request.headers.get("Upload-Metadata", ""))
        uid, state = uploads.begin(self.actor, length=self.number("Upload-Length"), metadata=metadata)
        if request.headers.get("Content-Type", "").split(";")[0].strip() == PIECE_TYPE and not state.done and state.offset == 0:
            state = self.append(uid, 0)
        response = HttpResponse(status=201, headers=_told(state))
        response["Location"] = reverse("evidence:upload", args=[uid])
        return response


class Upload(TusView):
    """One upload."""

    def get(self, request: HttpRequest, uid: UUID) -> HttpResponse:
        return self.http_method_not_allowed(request)

    post = get

    def head(self, request: HttpRequest, uid: UUID) -> HttpResponse:
        return HttpResponse(headers=_told(uploads.state(self.actor, uid)))

    def patch(self, request: HttpRequest, uid: UUID) -> HttpResponse:
        return HttpResponse(status=204, headers=_told(self.append(uid, self.number("Upload-Offset"))))

    def delete(self, request: HttpRequest, uid: UUID) -> HttpResponse:
        uploads.cancel(self.actor, uid)
        return HttpResponse(status=204)


def _told(state: State) -> dict[str, str]:
    headers = {"Upload-Offset": str(state.offset), "Upload-Length": str(state.length)}
    if state.expires_at is not None:
        headers["Upload-Expires"] = http_date(state.expires_at.timestamp())
    return headers
