"""The seal of an organ (公章) in the Word file: a picture that floats over the organ and the date (GB/T 9704-2012, 7.3.5.4)."""

import io
from collections.abc import Callable

from PIL import Image, UnidentifiedImageError

from .errors import LayoutError
from .measures import SEAL_MM, emu, mm
from .package import Package

DOTS_PER_INCH = 300
MOST_PIXELS = 20_000_000
WHITE = 232  # as bright as this in all colours is the paper it was stamped on


def prepared(picture: bytes) -> bytes:
    """The seal as PNG with a transparent ground: what is as good as white is taken away, so that the words below it can be read.

    Raises LayoutError for what is no picture, or one that is not about as high as wide.
    """
    try:
        with Image.open(io.BytesIO(picture), formats=("PNG", "JPEG", "WEBP", "BMP", "GIF")) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise LayoutError("seal_huge", "公章图片太大，请缩小到4000×4000像素以内。")
            image = opened.convert("RGBA")
    except LayoutError:
        raise
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise LayoutError("seal_unreadable", "公章图片无法读取，请上传 PNG 或 JPEG 图片。") from error
    if not 0.8 <= image.width / image.height <= 1.25:
        raise LayoutError("seal_shape", "公章图片应为正方形，印章居中、四周不留空白。")
    red, green, blue, alpha = image.split()
    light = [channel.point(lambda value: 255 if value >= WHITE else 0) for channel in (red, green, blue)]
    paper = Image.merge("RGB", light).convert("L").point(lambda value: 0 if value == 255 else 255)
    image.putalpha(Image.composite(alpha, Image.new("L", image.size, 0), paper))
    side = round(SEAL_MM / 25.4 * DOTS_PER_INCH)
    image.thumbnail((side, side), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    image.save(out, "PNG", dpi=(DOTS_PER_INCH, DOTS_PER_INCH))
    return out.getvalue()


def anchored(relation: str, number: int, left: float, top: float) -> str:
    """A run with the floating seal: its middle `left` twentieths of a point into the text block, its top `top` from its paragraph's."""
    side = emu(SEAL_MM)
    across, down = round((left - mm(SEAL_MM) / 2) * 635), round(top * 635)
    a, pic = "http://schemas.openxmlformats.org/drawingml/2006/main", "http://schemas.openxmlformats.org/drawingml/2006/picture"
    wp, r = (
        "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    )
    return (
        f'<w:r><w:drawing><wp:anchor xmlns:wp="{wp}" distT="0" distB="0" distL="0" distR="0" simplePos="0" relativeHeight="1" behindDoc="1" '
        'locked="1" layoutInCell="1" allowOverlap="1"><wp:simplePos x="0" y="0"/>'
        f'<wp:positionH relativeFrom="margin"><wp:posOffset>{across}</wp:posOffset></wp:positionH>'
        f'<wp:positionV relativeFrom="paragraph"><wp:posOffset>{down}</wp:posOffset></wp:positionV>'
        f'<wp:extent cx="{side}" cy="{side}"/><wp:effectExtent l="0" t="0" r="0" b="0"/><wp:wrapNone/>'
        f'<wp:docPr id="{number}" name="公章" descr="公章"/><wp:cNvGraphicFramePr/>'
        f'<a:graphic xmlns:a="{a}"><a:graphicData uri="{pic}"><pic:pic xmlns:pic="{pic}">'
        '<pic:nvPicPr><pic:cNvPr id="0" name="公章"/><pic:cNvPicPr/></pic:nvPicPr>'
        f'<pic:blipFill><a:blip xmlns:r="{r}" r:embed="{relation}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>'
        f'<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{side}" cy="{side}"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
        "</pic:spPr></pic:pic></a:graphicData></a:graphic></wp:anchor></w:drawing></w:r>"
    )


def seal_of(package: Package, picture: bytes) -> Callable[[float, float], str]:
    """What sets the seal into a file that is being written. The picture is stored as it is given (see `prepared`)."""

    def stamp(left: float, top: float) -> str:
        return anchored(package.add_image(picture), package.drawing_id(), left, top)

    return stamp
