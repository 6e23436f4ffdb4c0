"""Photos drawn by the program: a place, a trouble or its repair, and a hand that does not hold the camera twice the same way.

Nobody is in them and no town: whatever looks like a photo in the demonstration was drawn here, says so in a strip at its foot, and says so
in its EXIF (Software: generated). The same recipe gives the same bytes with the same version of Pillow.
"""

from __future__ import annotations

import io
import random
from datetime import datetime
from functools import cache

from PIL import ExifTags, Image, ImageChops, ImageDraw

from chuangwen.demo.drawing import indoors, places
from chuangwen.demo.drawing.canvas import HEIGHT, WIDTH, Canvas, View, font
from chuangwen.demo.drawing.troubles import TROUBLES
from chuangwen.demo.records import PhotoRecipe
from chuangwen.demo.scenes import scene_for

__all__ = ["draw", "draw_recipe", "scene_for"]

BACKGROUNDS: dict[str, places.Place] = {
    "street": places.street,
    "lane": places.lane,
    "estate": places.estate,
    "wall": places.wall,
    "ground": places.ground,
    **indoors.PLACES_INDOORS,
}
QUALITY = 68
STAGES = ("before", "after")


def draw_recipe(recipe: PhotoRecipe) -> bytes:
    """The photo of a recipe as JPEG."""
    return draw(
        recipe.scene,
        place=recipe.place,
        stage=recipe.stage,
        shot=recipe.shot,
        taken_at=recipe.taken_at,
        lat=recipe.lat,
        lon=recipe.lon,
    )


def draw(scene: str, *, place: int, stage: str, taken_at: datetime, lat: float, lon: float, shot: int = 0) -> bytes:
    """A JPEG of 1280 × 960 with capture time and position in its EXIF.

    `scene` is "background/trouble" (scenes.scene_for); `place` fixes what stands where, `shot` the angle, zoom and light of this
    photo; `stage` is before (the trouble) or after (put right). `taken_at` is aware, `lat` and `lon` WGS-84 degrees. Raises ValueError
    for an unknown scene or stage, or a naive time.
    """
    background, _, trouble = scene.partition("/")
    if background not in BACKGROUNDS or trouble not in TROUBLES or stage not in STAGES:
        raise ValueError(f"no such picture: {scene} {stage}")
    if taken_at.tzinfo is None:
        raise ValueError("the time of capture needs a time zone")
    hand = random.Random(f"shot:{place}:{stage}:{shot}")
    canvas = Canvas(_view(random.Random(f"mirror:{place}").random() < 0.5, stage, hand))
    around = BACKGROUNDS[background](canvas, random.Random(f"place:{background}:{place}"))
    TROUBLES[trouble](canvas, around, stage == "before", random.Random(f"trouble:{scene}:{place}"))
    image = _take(canvas.image, hand)
    _mark(image, taken_at)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=QUALITY, exif=_exif(taken_at, lat, lon))
    return out.getvalue()


def _view(mirrored: bool, stage: str, hand: random.Random) -> View:
    """How this photo is held; the second visit stands a little nearer. The frame never leaves what is drawn."""
    margin = hand.uniform(0.022, 0.05) if stage == "before" else hand.uniform(0.085, 0.15)
    room = margin - 0.016
    return View(
        mirrored=mirrored,
        zoom=1 + 2 * margin,
        turn=hand.uniform(-0.012, 0.012),
        lean=hand.uniform(-0.012, 0.012),
        move=(hand.uniform(-room, room) * WIDTH, hand.uniform(-room, room) * HEIGHT),
    )


def _take(drawn: Image.Image, hand: random.Random) -> Image.Image:
    """Light, tint, strength of colour and grain differ by shot."""
    image = drawn.resize((WIDTH, HEIGHT), Image.Resampling.BOX)
    image = image.convert("RGB", _tone(hand.uniform(0.98, 1.16), hand.uniform(-0.05, 0.05), hand.uniform(0.85, 1.1)))
    image = ImageChops.multiply(image, _light(hand.randrange(6)))
    x, y = hand.randrange(200), hand.randrange(200)
    return ImageChops.add(image, _grain().crop((x, y, x + WIDTH, y + HEIGHT)), 1, -6)


def _tone(bright: float, warm: float, strength: float) -> tuple[float, ...]:
    """Colour matrix of brightness, warmth (red against blue) and strength of colour (1 as it is, 0 grey)."""
    grey = (0.299 * (1 - strength), 0.587 * (1 - strength), 0.114 * (1 - strength))
    rows = []
    for channel, tint in enumerate((1 + warm, 1.0, 1 - warm)):
        rows += [(share + (strength if k == channel else 0)) * bright * tint for k, share in enumerate(grey)] + [0.0]
    return tuple(rows)


@cache
def _light(number: int) -> Image.Image:
    """One of six falls of light: a slope across the picture and a darker rim, as an image to multiply with."""
    rng = random.Random(f"light:{number}")
    small = Image.new("L", (32, 24))
    slope_x, slope_y, rim = rng.uniform(-0.16, 0.16), rng.uniform(-0.12, 0.05), rng.uniform(0.08, 0.2)
    for y in range(24):
        for x in range(32):
            u, v = x / 31 - 0.5, y / 23 - 0.5
            small.putpixel((x, y), round(255 * min(1, max(0.5, 0.97 + slope_x * u + slope_y * v - rim * (u * u + v * v) * 1.6))))
    return small.resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC).convert("RGB")


@cache
def _grain() -> Image.Image:
    """Grain of the sensor, larger than a photo so that it can be shifted; values about 8."""
    rng = random.Random("grain")
    wide, high = WIDTH + 200, HEIGHT + 200
    noise = Image.frombytes("L", (wide, high), rng.randbytes(wide * high)).point([round(i / 256 * 13) for i in range(256)])
    soft = noise.resize((wide // 2, high // 2)).resize((wide, high))
    return Image.blend(noise, soft, 0.6).convert("RGB")


def _mark(image: Image.Image, taken_at: datetime) -> None:
    """A narrow strip at the foot that says that this is drawn, and when it is said to be taken."""
    strip = _strip(taken_at.strftime("%Y-%m-%d %H:%M"))
    at = (WIDTH - strip.width - 16, HEIGHT - strip.height - 14)
    image.paste(Image.blend(image.crop((*at, at[0] + strip.width, at[1] + strip.height)), strip, 0.72), at)


def _strip(when: str) -> Image.Image:
    face = font(22)
    text = f"生成图  {when}" if face else f"GENERATED  {when}"
    strip = Image.new("RGB", (286 if face else 230, 34), (28, 32, 40))
    ImageDraw.Draw(strip).text((strip.width // 2, 17), text, font=face, fill=(250, 250, 246), anchor="mm" if face else None)
    return strip


def _exif(taken_at: datetime, lat: float, lon: float) -> Image.Exif:
    """Capture time with its offset, position, and that a program drew it."""
    exif = Image.Exif()
    stamp, offset = taken_at.strftime("%Y:%m:%d %H:%M:%S"), taken_at.strftime("%z")
    exif[ExifTags.Base.Make] = "Chuangwen"
    exif[ExifTags.Base.Model] = "demonstration"
    exif[ExifTags.Base.Software] = "generated"
    exif[ExifTags.Base.DateTime] = stamp
    details = exif.get_ifd(ExifTags.IFD.Exif)
    details[ExifTags.Base.DateTimeOriginal] = stamp
    details[ExifTags.Base.OffsetTimeOriginal] = f"{offset[:3]}:{offset[3:5]}"
    place = exif.get_ifd(ExifTags.IFD.GPSInfo)
    place[ExifTags.GPS.GPSLatitudeRef] = "N" if lat >= 0 else "S"
    place[ExifTags.GPS.GPSLatitude] = _degrees(lat)
    place[ExifTags.GPS.GPSLongitudeRef] = "E" if lon >= 0 else "W"
    place[ExifTags.GPS.GPSLongitude] = _degrees(lon)
    place[ExifTags.GPS.GPSMapDatum] = "WGS-84"
    return exif


def _degrees(angle: float) -> tuple[float, float, float]:
    """Degrees, minutes, seconds to a hundredth."""
    whole = abs(angle)
    minutes = (whole - int(whole)) * 60
    return float(int(whole)), float(int(minutes)), round((minutes - int(minutes)) * 60, 2)
