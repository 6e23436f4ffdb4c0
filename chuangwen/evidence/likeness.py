"""Which earlier photos look like this one: a search over all photos ever taken in, in milliseconds.

Of each photo three things are compared. Its two perceptual hashes (64 bits each) find what was scaled, saved again, made brighter, covered in
part or mirrored: all hashes lie in one array in the process, and counting the differing bits of a million of them is one pass of NumPy's
``bitwise_count`` over 16 MB, quicker than any index with its losses (so no vector library is needed). Its sketch (``pixels.sketch``: up to 48
visual words of its strongest corners) finds crops: an inverted index names the photos that share words, and who shares many is a candidate.

The array follows the table: each search reads the rows behind the last known one, whichever process wrote them. Records are made under the
lock of the custody chain, so keys become visible in their order. The last known row must still bear the custody hash that it bore; a row
that a broken transaction took back does not, and is forgotten with all that was read since.

What is found is a candidate and nothing more: ``pixels.matching`` looks at the pictures themselves.
"""

import threading
from dataclasses import dataclass, field

import numpy as np

from chuangwen.evidence.models import Photo

WORDS = 48
NO_WORD = 0
"""Word 0 fills up a sketch that has fewer words; it is never matched."""
HASH_LIMIT = 22
"""Candidates differ in at most so many of the 128 bits of both hashes. Measured: see ``chuangwen bench evidence``."""
FEWEST_SHARED = 4
"""Candidates by sketch share at least so many words."""
COMMONEST = 400
"""A word that more than one photo in so many bears says nothing and is left out (from ten thousand photos on)."""
MOST = 12
_READ = 20_000
_ODD_COLUMNS = np.uint64(int("01010101" * 8, 2))


def mirrored_dhash(value: int) -> int:
    """The difference hash of the mirrored picture, from the hash alone (exact but for equal neighbours)."""
    rows = value.to_bytes(8, "big")
    return int.from_bytes(bytes(int(f"{row:08b}"[::-1], 2) ^ 0xFF for row in rows), "big")


def mirrored_phash(value: int) -> int:
    """The perceptual hash of the mirrored picture: odd frequencies across change their sign, the median of all lies near 0."""
    return value ^ int(_ODD_COLUMNS)


@dataclass(frozen=True)
class Candidate:
    """A photo that may be the same shot. ``bits``: differing bits of 128; ``shared``: common words; ``mirrored``: found as mirrored."""

    photo_id: int
    bits: int
    shared: int
    mirrored: bool


@dataclass
class _Rows:
    """Arrays with room to grow; rows below ``count`` never change, so that a reader needs no lock."""

    count: int = 0
    keys: np.ndarray = field(default_factory=lambda: np.zeros(1024, np.int64))
    dhash: np.ndarray = field(default_factory=lambda: np.zeros(1024, np.uint64))
    phash: np.ndarray = field(default_factory=lambda: np.zeros(1024, np.uint64))
    words: np.ndarray = field(default_factory=lambda: np.zeros((1024, WORDS), np.uint16))

    def add(self, keys: np.ndarray, dhash: np.ndarray, phash: np.ndarray, words: np.ndarray) -> None:
        end = self.count + len(keys)
        if end > len(self.keys):
            room = max(end, int(len(self.keys) * 1.5))
            for name in ("keys", "dhash", "phash", "words"):
                old = getattr(self, name)
                new = np.zeros((room, *old.shape[1:]), old.dtype)
                new[: self.count] = old[: self.count]
                setattr(self, name, new)
        for name, values in (("keys", keys), ("dhash", dhash), ("phash", phash), ("words", words)):
            getattr(self, name)[self.count : end] = values
        self.count = end


class _Inverted:
    """Which rows of a block bear a word: rows sorted by word, as offsets and row numbers."""

    def __init__(self, start: int, words: np.ndarray):
        flat = words.ravel()
        order = np.argsort(flat, kind="stable")
        self.rows = (order // WORDS).astype(np.uint32)
        self.starts = np.zeros(65_537, np.int64)
        np.cumsum(np.bincount(flat, minlength=65_536), out=self.starts[1:])
        self.start, self.count = start, len(words)

    def shared(self, words: list[int]) -> np.ndarray:
        """For each row of the block how many of the words it bears; words that very many bear are left out."""
        common = max(50, self.count // COMMONEST) if self.count >= 10_000 else self.count
        parts = [self.rows[self.starts[w] : self.starts[w + 1]] for w in words]
        parts = [part for part in parts if 0 < len(part) <= common]
        return np.bincount(np.concatenate(parts), minlength=self.count) if parts else np.zeros(self.count, np.int64)


class Index:
    """All photos as far as they were read. One per process; threads share it."""

    BLOCK, JOINED = 8_192, 16
    """Rows are inverted in blocks; so many small blocks become a large one. What is behind the last block is looked through one by one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._forget()

    def _forget(self) -> None:
        self._rows = _Rows()
        self._blocks: tuple[_Inverted, ...] = ()
        self._marks: list[tuple[int, int, str]] = []  # after each reading: rows, last key, its custody hash

    @property
    def count(self) -> int:
        return self._rows.count

    def load(self, keys: np.ndarray, dhash: np.ndarray, phash: np.ndarray, words: np.ndarray) -> None:
        """Rows from elsewhere than the table (benchmarks)."""
        self._rows.add(keys, dhash, phash, words)

    def follow(self) -> None:
        """Read what the table has behind the last known row; one query when nothing is new."""
        with self._lock:
            while True:
                last = self._marks[-1] if self._marks else (0, 0, "")
                found = Photo.objects.filter(pk__gte=last[1]).order_by("pk")
                rows = list(found.values_list("pk", "custody", "dhash", "phash", "sketch")[:_READ])
                if self._marks:
                    if not rows or rows[0][:2] != last[1:]:
                        self._step_back()
                        continue
                    rows = rows[1:]
                if not rows:
                    return
                self._append(rows)
                if len(rows) < _READ - 1:
                    return

    def _step_back(self) -> None:
        """The last known row is no longer what it was: forget what was read with it."""
        self._marks.pop()
        if not self._marks:
            self._forget()
            return
        kept, old = self._marks[-1][0], self._rows
        self._rows = _Rows()
        self._blocks = tuple(block for block in self._blocks if block.start + block.count <= kept)
        self._rows.add(old.keys[:kept], old.dhash[:kept], old.phash[:kept], old.words[:kept])

    def _append(self, rows: list[tuple]) -> None:
        keys, custody, dhash, phash, sketches = zip(*rows, strict=True)
        packed = b"".join(bytes(sketch)[: 2 * WORDS].ljust(2 * WORDS, b"\0") for sketch in sketches)
        self._rows.add(
            np.array(keys, np.int64),
            np.array([int(value, 16) for value in dhash], np.uint64),
            np.array([int(value, 16) for value in phash], np.uint64),
            np.frombuffer(packed, "<u2").reshape(-1, WORDS),
        )
        self._marks.append((self._rows.count, keys[-1], custody[-1]))

    def _invert(self) -> None:
        """Invert what is behind the last block; the blocks themselves never change, so that a reader needs no lock."""
        blocks, words, count = list(self._blocks), self._rows.words, self._rows.count
        done = blocks[-1].start + blocks[-1].count if blocks else 0
        large = self.BLOCK * self.JOINED
        while count - done >= large:
            blocks.append(_Inverted(done, words[done : done + large]))
            done += large
        while count - done >= self.BLOCK:
            blocks.append(_Inverted(done, words[done : done + self.BLOCK]))
            done += self.BLOCK
        small = [block for block in blocks if block.count == self.BLOCK][: self.JOINED]
        if len(small) == self.JOINED and small[-1].start - small[0].start == large - self.BLOCK:
            at = blocks.index(small[0])
            blocks[at : at + self.JOINED] = [_Inverted(small[0].start, words[small[0].start : small[0].start + large])]
        self._blocks = tuple(blocks)

    def search(
        self,
        dhash: int,
        phash: int,
        sketch: bytes = b"",
        *,
        mirrored_sketch: bytes = b"",
        before: int | None = None,
        most: int = MOST,
    ) -> list[Candidate]:
        """The photos that may be the same shot as the one with these hashes and words, the likeliest first.

        ``sketch`` and ``mirrored_sketch`` hold little-endian 16-bit words of the picture and of its mirror image; ``before``: only photos with
        a smaller key. Knows what ``follow`` has read.
        """
        with self._lock:
            rows, count = self._rows, self._rows.count
            arrays = rows.keys[:count], rows.dhash[:count], rows.phash[:count], rows.words[:count]
            if sketch:
                self._invert()
            blocks = self._blocks
        found: dict[int, Candidate] = {}
        for flipped, (d, p, words) in enumerate(
            ((dhash, phash, sketch), (mirrored_dhash(dhash), mirrored_phash(phash), mirrored_sketch))
        ):
            for row, bits, shared in _hits(arrays, blocks, d, p, words):
                key = int(arrays[0][row])
                if before is not None and key >= before:
                    continue
                one = Candidate(key, bits, shared, bool(flipped))
                if key not in found or rank(one) < rank(found[key]):
                    found[key] = one
        return sorted(found.values(), key=rank)[:most]


def rank(found: Candidate) -> tuple[float, int]:
    """Smaller is likelier: bits of the hashes weigh against shared words."""
    return min(found.bits, HASH_LIMIT + 20) - 3.0 * found.shared, found.photo_id


def _hits(arrays: tuple, blocks: tuple[_Inverted, ...], dhash: int, phash: int, sketch: bytes) -> list[tuple[int, int, int]]:
    """Row, differing bits and shared words of each row that is near enough by either."""
    _keys, dhashes, phashes, words = arrays
    bits = np.bitwise_count(dhashes ^ np.uint64(dhash))
    bits += np.bitwise_count(phashes ^ np.uint64(phash))
    near = np.flatnonzero(bits <= HASH_LIMIT)
    shared = np.zeros(0, np.uint16)
    if sketch:
        mine = np.unique(np.frombuffer(sketch, "<u2"))
        mine = mine[mine != NO_WORD]
        shared = np.zeros(len(words), np.uint16)
        wanted, done = mine.tolist(), 0
        for block in blocks:
            done = block.start + block.count
            shared[block.start : done] = block.shared(wanted)
        shared[done:] = np.isin(words[done:], mine).sum(axis=1)
        near = np.union1d(near, np.flatnonzero(shared >= FEWEST_SHARED))
    if len(near) > 200:  # a plain wall is like a thousand other plain walls: the nearest are looked at
        order = bits[near].astype(np.int64) - (3 * shared[near].astype(np.int64) if len(shared) else 0)
        near = near[np.argsort(order, kind="stable")[:200]]
    return [(int(row), int(bits[row]), int(shared[row]) if len(shared) else 0) for row in near]


_index = Index()


def search(
    dhash: int, phash: int, sketch: bytes = b"", *, mirrored_sketch: bytes = b"", before: int | None = None, most: int = MOST
) -> list[Candidate]:
    """``Index.search`` over all photos of the database as it is now."""
    _index.follow()
    return _index.search(dhash, phash, sketch, mirrored_sketch=mirrored_sketch, before=before, most=most)
