"""Small real pictures for tests: uploads that can be told apart."""

import io

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image


def jpeg(shade: int = 40) -> bytes:
    """A JPEG of its own for every shade from 0 to 255."""
    out = io.BytesIO()
    Image.effect_mandelbrot((160, 120), (-2.0 - shade / 400, -1.5, 1.0, 1.5), 40).convert("RGB").save(out, "JPEG")
    return out.getvalue()


def upload(shade: int = 40, name: str = "IMG_0001.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, jpeg(shade), "image/jpeg")
