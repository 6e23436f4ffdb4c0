"""Pages of any room that ask with a form with photos: what was sent is stored at once, a mistake beside it asks for no photo again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from chuangwen.cases.forms.fields import PhotoForm
from chuangwen.evidence.links import photo_url, record_url
from chuangwen.web.form_pages import FormPage


class PhotoPage(FormPage):
    """``make_form`` instead of ``get_form``."""

    template_name = "cases/photo_form.html"

    def make_form(self, data: Any = None, files: Any = None) -> PhotoForm:
        assert self.form_class is not None
        return self.form_class(data, files, actor=self.actor, **self.form_arguments())  # type: ignore[return-value, call-arg]  # a class of PhotoForm, declared wider by the page of forms

    def get_form(self, data: Any = None, files: Any = None) -> PhotoForm:
        form = self.make_form(data, files)
        if not self.actor.may("evidence.add"):
            for name in form.photo_fields:
                form.fields.pop(name, None)
                form.fields.pop(f"{name}_kept", None)
        elif data is not None:
            form.is_valid()
            form.store()
        return form


def shown(links: Iterable[Any], account: int | None) -> list[dict[str, Any]]:
    """Photos as the component shows them, each link with its ``photo_id`` and stage."""
    return [
        {
            "url": photo_url(link.photo_id, account), "thumbnail": photo_url(link.photo_id, account, "thumb"), "alt": link.get_stage_display(),
            "caption": link.get_stage_display(), "record": record_url(link.photo_id, account),
        }
        for link in links
    ]  # fmt: skip


def photos_shown(photos: Any, account: int | None) -> list[dict[str, Any]]:
    """Photos without a stage, as the component shows them."""
    return [
        {
            "url": photo_url(photo.pk, account), "thumbnail": photo_url(photo.pk, account, "thumb"), "alt": "", "caption": "",
            "record": record_url(photo.pk, account),
        }
        for photo in photos
    ]  # fmt: skip
