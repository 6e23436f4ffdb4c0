"""A trained model as numbers, and what it answers. Knows NumPy alone: what the training library was, and in which version, does not matter.

Stored as a ZIP of plain arrays and a JSON head; nothing in it is ever executed (no pickles), and what does not fit together is refused.
"""

import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

FORMAT = 1
LARGEST = 64 * 2**20
"""Bytes of a stored model."""


class Unusable(ValueError):
    """A stored model that cannot be read, or whose parts do not fit together."""


@dataclass(frozen=True)
class Classifier:
    """Multinomial logistic regression on tf-idf of counted features.

    ``classes``: c codes; ``vocabulary``: feature → row; ``idf``: n; ``weights``: n × c; ``bias``: c.
    """

    classes: Sequence[str]
    vocabulary: Mapping[str, int]
    idf: np.ndarray
    weights: np.ndarray
    bias: np.ndarray

    def shares(self, counted: Mapping[str, int]) -> list[tuple[str, float]]:
        """Each class with its share (they sum to 1), the likeliest first."""
        known = [(self.vocabulary[name], count) for name, count in counted.items() if name in self.vocabulary]
        scores = self.bias.astype(np.float64)
        if known:
            rows = np.array([row for row, _count in known])
            values = (1 + np.log(np.array([count for _row, count in known], dtype=np.float64))) * self.idf[rows]
            values /= np.sqrt((values**2).sum()) or 1.0
            scores = scores + values @ self.weights[rows].astype(np.float64)
        shares = np.exp(scores - scores.max())
        shares /= shares.sum()
        order = np.argsort(-shares, kind="stable")
        return [(self.classes[at], float(shares[at])) for at in order]

    def dumped(self) -> bytes:
        """The model as it is stored."""
        head = {
            "format": FORMAT,
            "classes": list(self.classes),
            "vocabulary": sorted(self.vocabulary, key=self.vocabulary.__getitem__),
        }
        target = io.BytesIO()
        np.savez_compressed(
            target,
            head=np.frombuffer(json.dumps(head, ensure_ascii=False).encode(), dtype=np.uint8),
            idf=self.idf.astype(np.float32),
            weights=self.weights.astype(np.float32),
            bias=self.bias.astype(np.float32),
        )
        return target.getvalue()


def loaded(body: bytes) -> Classifier:
    """The model from its bytes. Raises Unusable."""
    if len(body) > LARGEST:
        raise Unusable("too large")
    try:
        with np.load(io.BytesIO(body), allow_pickle=False) as parts:
            head: Any = json.loads(parts["head"].tobytes())
            idf, weights, bias = parts["idf"], parts["weights"], parts["bias"]
    except Exception as problem:  # a damaged archive fails in many ways; all of them mean the same
        raise Unusable("damaged") from problem
    if not isinstance(head, dict) or head.get("format") != FORMAT:
        raise Unusable("another format")
    classes, names = head.get("classes"), head.get("vocabulary")
    if not isinstance(classes, list) or not isinstance(names, list) or not all(isinstance(x, str) for x in [*classes, *names]):
        raise Unusable("damaged head")
    if weights.shape != (len(names), len(classes)) or idf.shape != (len(names),) or bias.shape != (len(classes),) or not classes:
        raise Unusable("parts of different sizes")
    if not all(np.isfinite(part).all() for part in (idf, weights, bias)):
        raise Unusable("numbers that are none")
    return Classifier(classes, {name: row for row, name in enumerate(names)}, idf.astype(np.float64), weights, bias)
