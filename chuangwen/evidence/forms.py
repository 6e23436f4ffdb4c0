"""Photos in forms: several files in one field, each checked before anything is stored."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from chuangwen.kernel.pictures import PictureError, inspect

MOST = 9


class PhotosInput(forms.ClearableFileInput):
    allow_multiple_selected = True

    def __init__(self, attrs: dict | None = None):
        super().__init__({"accept": "image/jpeg,image/png,image/webp,image/heic", "multiple": True} | (attrs or {}))


class PhotosField(forms.FileField):
    """Up to nine photos; ``cleaned`` is a list of (name, content)."""

    widget = PhotosInput

    def clean(self, data: Any, initial: Any = None) -> list[tuple[str, bytes]]:
        given = [f for f in (data if isinstance(data, list | tuple) else [data]) if f]
        if not given:
            if self.required:
                raise ValidationError(_("Please add at least one photo."), code="required")
            return []
        if len(given) > MOST:
            raise ValidationError(_("At most %(count)d photos at a time.") % {"count": MOST}, code="too_many")
        photos = []
        for file in given:
            content = file.read()
            try:
                inspect(content)
            except PictureError as problem:
                raise ValidationError(f"{file.name}：{problem}", code="no_picture") from problem
            photos.append((file.name or "", content))
        return photos
