"""Photos over the API: bring one in, get its addresses."""

import uuid
from datetime import datetime

from django.http import HttpRequest
from ninja import File, Form, Router, Schema
from ninja.files import UploadedFile

from chuangwen.evidence import actions, links
from chuangwen.evidence.models import Photo
from chuangwen.web.views import actor_of

router = Router()


class PhotoOut(Schema):
    id: int
    uid: uuid.UUID
    sha256: str
    sm3: str
    width: int
    height: int
    taken_at: datetime | None
    taken_source: str
    thumb: str
    view: str

    @classmethod
    def of(cls, photo: Photo, account_id: int | None) -> "PhotoOut":
        return cls(
            id=photo.pk,
            uid=photo.uid,
            sha256=photo.file_key,
            sm3=photo.sm3,
            width=photo.width,
            height=photo.height,
            taken_at=photo.taken_at,
            taken_source=photo.taken_source,
            thumb=links.photo_url(photo.pk, account_id, "thumb"),
            view=links.photo_url(photo.pk, account_id),
        )


@router.post("", response={201: PhotoOut}, summary="上传一张照片")
def add(
    request: HttpRequest,
    file: File[UploadedFile],
    uid: Form[uuid.UUID | None] = None,
    taken_at: Form[datetime | None] = None,
    lat: Form[float | None] = None,
    lon: Form[float | None] = None,
):
    actor = actor_of(request)
    photo = actions.take_in(actor, file.read(), name=file.name or "", uid=uid, taken_at=taken_at, lat=lat, lon=lon)
    return 201, PhotoOut.of(photo, actor.account_id)
