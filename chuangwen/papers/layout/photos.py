"""Photos for print: upright, scaled to the box they are printed in, nothing left of their metadata."""

import io
from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError

from .errors import LayoutError
from .model import Photo

DOTS_PER_INCH = 200
QUALITY = 82
MOST_PIXELS = 120_000_000


def printable(photo: Photo, width_mm: float, height_mm: float) -> tuple[bytes, float, float]:
    """JPEG bytes at print resolution and the printed width and height in millimetres, inside the given box.

    Raises LayoutError (photo_missing, photo_unreadable, photo_huge) with the caption in its message.
    """
    name = photo.caption.replace("\n", " ") or "未命名"
    box = (round(width_mm / 25.4 * DOTS_PER_INCH), round(height_mm / 25.4 * DOTS_PER_INCH))
    try:
        source = io.BytesIO(photo.source) if isinstance(photo.source, bytes) else Path(photo.source)
        with Image.open(source) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise LayoutError("photo_huge", f"照片“{name}”有{opened.width}×{opened.height}像素，太大，无法印入公文。")
            opened.draft("RGB", (max(box) * 2, max(box) * 2))  # a JPEG is decoded no larger than print needs
            opened.load()
            picture = ImageOps.exif_transpose(opened)
    except FileNotFoundError as error:
        raise LayoutError("photo_missing", f"找不到照片“{name}”的文件。") from error
    except LayoutError:
        raise
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise LayoutError("photo_unreadable", f"照片“{name}”无法读取，可能已损坏或不是图片。") from error
    if picture.mode in ("RGBA", "LA", "P", "PA"):
        picture = picture.convert("RGBA")
        paper = Image.new("RGB", picture.size, "white")
        paper.paste(picture, mask=picture.getchannel("A"))
        picture = paper
    elif picture.mode != "RGB":
        picture = picture.convert("RGB")
    scale = min(width_mm / picture.width, height_mm / picture.height)
    printed = (picture.width * scale, picture.height * scale)
    picture.thumbnail(box, Image.Resampling.LANCZOS)
    out = io.BytesIO()
    clean = Image.frombytes("RGB", picture.size, picture.tobytes())
    clean.save(out, "JPEG", quality=QUALITY, dpi=(DOTS_PER_INCH, DOTS_PER_INCH))
    return out.getvalue(), *printed
