"""Serving photos to whoever got their address."""

from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from chuangwen.evidence import links, queries
from chuangwen.evidence.models import Photo
from chuangwen.kernel import access, files
from chuangwen.kernel.errors import Missing
from chuangwen.web.views import actor_of

MEDIA = {
    "JPEG": "image/jpeg",
    "PNG": "image/png",
    "WEBP": "image/webp",
    "MPO": "image/jpeg",
    "GIF": "image/gif",
    "BMP": "image/bmp",
    "TIFF": "image/tiff",
}


@require_safe
def photo(request: HttpRequest, pk: int, variant: str) -> HttpResponseBase:
    """A photo in one of its variants; without a right key it does not exist, except for who brought it."""
    actor = actor_of(request)
    found = Photo.objects.filter(pk=pk).first() if pk < 2**63 and actor.account_id is not None else None
    if found is None or not (
        links.holds(found.pk, actor.account_id, request.GET.get("k", "")) or found.uploaded_by_id == actor.account_id
    ):
        raise Missing(_("There is no such photo, or its link has expired. Open the page that shows it again."))
    if variant == "original":
        if found.uploaded_by_id != actor.account_id:
            access.require(actor, "evidence.see_original")
        path, media = files.path_of(found.file_key), MEDIA.get(found.format, "application/octet-stream")
    elif variant == "thumb":
        path, media = files.path_of(found.thumbnail_key), "image/jpeg"
    elif variant == "view":
        path, media = queries.view_of(found), "image/jpeg"
    else:
        raise Missing(_("There is no such photo, or its link has expired. Open the page that shows it again."))
    response = FileResponse(path.open("rb"), content_type=media)
    response["Cache-Control"] = "private, max-age=43200, immutable"
    response["Content-Disposition"] = f'inline; filename="{found.uid}.{media.split("/")[-1]}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
