"""The custody chain: what was recorded of a photo, and of the one before it, under one hash."""

import hashlib
import json

from chuangwen.evidence.models import Photo
from chuangwen.kernel import clock

FIRST = "0" * 64


def custody_hash(photo: Photo) -> str:
    """SHA-256 over what was recorded of the photo and the record before it."""
    facts = [
        photo.custody_previous,
        str(photo.uid),
        photo.file_key,
        photo.sm3,
        photo.dhash,
        photo.phash,
        photo.uploaded_by_id,
        photo.uploaded_at.astimezone(clock.LOCAL).isoformat(),
        photo.taken_at.astimezone(clock.LOCAL).isoformat() if photo.taken_at else None,
        photo.taken_source,
        photo.lat,
        photo.lon,
        photo.place_source,
    ]
    return hashlib.sha256(json.dumps(facts, separators=(",", ":")).encode()).hexdigest()
