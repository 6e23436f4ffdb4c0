"""Visual words of a picture: what its strongest corners look like, in 16 bits each.

A corner looks the same in a crop, a smaller copy or a picture saved again; a photo that shares several words with another is worth a look.
Corners and their descriptions are ORB's (oriented FAST, rotated BRIEF); of the 256 bits of a description 16 make the word.
"""

import cv2
import numpy as np

WORDS = 48
ASKED = 128
"""So many words are asked for: of a crop the strongest corners are not those of the whole, but they are among its strong ones."""
SIDE = 480
_CORNERS = 200
_BITS = np.random.default_rng(2021).permutation(256)[:16]


def sketch(grey: np.ndarray, words: int = WORDS) -> bytes:
    """Up to so many words (little-endian 16 bits, 0 fills up) of a grey picture of at most ``SIDE`` pixels, strongest corners first."""
    if min(grey.shape) < 48:
        return b""  # smaller than the surroundings of a corner
    finder = cv2.ORB.create(nfeatures=_CORNERS, scaleFactor=1.2, nlevels=8, edgeThreshold=16, patchSize=31, fastThreshold=8)
    points, described = finder.detectAndCompute(grey, None)
    if described is None:
        return b""
    order = np.argsort([-point.response for point in points], kind="stable")
    bits = np.unpackbits(np.asarray(described, np.uint8)[order], axis=1)[:, _BITS]
    numbers = bits.astype(np.uint16) @ (1 << np.arange(16, dtype=np.uint16))
    _unique, first = np.unique(numbers, return_index=True)
    kept = numbers[np.sort(first)]
    kept = kept[kept != 0][:words]
    return np.pad(kept, (0, words - len(kept))).astype("<u2").tobytes()
