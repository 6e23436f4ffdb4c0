"""Training and testing a model with scikit-learn. Pure: samples in, model and figures out; the seed is fixed."""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from chuangwen.intake.learning.features import features
from chuangwen.intake.learning.model import Classifier

MOST_FEATURES = 6_000
LEAST_SAMPLES, LEAST_OF_A_KIND, LEAST_OF_A_FAMILY = 40, 3, 5
FOLDS = 5
SEED = 20261121


@dataclass(frozen=True)
class Sample:
    """One closed case: its words, the code of the type of its site, its place, the codes of its kind and family."""

    text: str
    site_type: str
    place: str
    kind: str
    family: str

    def counted(self) -> Counter[str]:
        return features(self.text, site_type=self.site_type, place=self.place)


class TooFew(ValueError):
    """Not enough to learn from; the message is the number that is there."""


def usable(samples: Sequence[Sample]) -> list[Sample]:
    """Those of kinds that occur often enough, in families that do. Raises TooFew when that is no basis."""
    kinds = Counter(sample.kind for sample in samples)
    kept = [sample for sample in samples if kinds[sample.kind] >= LEAST_OF_A_KIND]
    families = Counter(sample.family for sample in kept)
    kept = [sample for sample in kept if families[sample.family] >= LEAST_OF_A_FAMILY]
    if len(kept) < LEAST_SAMPLES or len({sample.family for sample in kept}) < 2:
        raise TooFew(str(len(kept)))
    return kept


def fit(samples: Sequence[Sample]) -> Classifier:
    """A model of the kinds in ``samples``."""
    from scipy.sparse import csr_matrix
    from sklearn.linear_model import LogisticRegression

    counted = [sample.counted() for sample in samples]
    seen = Counter(name for each in counted for name in each)
    ordered = sorted((name for name, count in seen.items() if count >= 2), key=lambda name: (-seen[name], name))[:MOST_FEATURES]
    vocabulary = {name: row for row, name in enumerate(ordered)}
    idf = np.log((1 + len(samples)) / (1 + np.array([seen[name] for name in ordered], dtype=np.float64))) + 1
    rows, columns, values = [], [], []
    for at, each in enumerate(counted):
        known = [
            (vocabulary[name], (1 + np.log(count)) * idf[vocabulary[name]]) for name, count in each.items() if name in vocabulary
        ]
        length = np.sqrt(sum(value**2 for _column, value in known)) or 1.0
        for column, value in known:
            rows.append(at)
            columns.append(column)
            values.append(value / length)
    table = csr_matrix((values, (rows, columns)), shape=(len(samples), len(ordered)))
    kinds = np.array([sample.kind for sample in samples])
    learned = LogisticRegression(C=20.0, solver="lbfgs", max_iter=25, tol=1e-3)
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that the last digits have not settled does not matter to a proposal
        learned.fit(table, kinds)
    weights, bias = learned.coef_, learned.intercept_
    if len(learned.classes_) == 2:  # of two classes the library keeps one row: the other is its negative
        weights, bias = np.vstack([-weights / 2, weights / 2]), np.concatenate([-bias / 2, bias / 2])
    return Classifier([str(code) for code in learned.classes_], vocabulary, idf, weights.T, bias)


def tested(samples: Sequence[Sample], told: Callable[[int, int], None] | None = None) -> dict[str, Any]:
    """How well such a model does on cases that it has not seen: stratified cross-validation by family, cases of the same words never on both
    sides.

    ``accuracy`` of the family, ``kind_accuracy``, ``kind_in_three`` (the right kind among the first three), the share that always saying the
    commonest family would reach (``baseline``), and ``confusion``: families, and rows of counts (true by proposed). Shares are 0 to 1.
    """
    from sklearn.model_selection import StratifiedGroupKFold

    family_of = {sample.kind: sample.family for sample in samples}
    families = [name for name, _count in Counter(sample.family for sample in samples).most_common()]
    groups = np.unique([sample.text for sample in samples], return_inverse=True)[1]
    truth = np.array([sample.family for sample in samples])
    rows = np.zeros((len(families), len(families)), dtype=int)
    right = first = three = count = 0
    folds = min(FOLDS, min(Counter(truth).values()))
    splits = StratifiedGroupKFold(folds, shuffle=True, random_state=SEED).split(truth, truth, groups)
    for number, (learn, test) in enumerate(splits, 1):
        part = [samples[at] for at in learn]
        if len({sample.kind for sample in part}) < 2:
            continue
        model = fit(part)
        for at in test:
            shares = model.shares(samples[at].counted())
            by_family: dict[str, float] = defaultdict(float)
            for kind, share in shares:
                by_family[family_of[kind]] += share
            proposed = max(by_family, key=by_family.__getitem__)
            rows[families.index(samples[at].family), families.index(proposed)] += 1
            right += proposed == samples[at].family
            first += shares[0][0] == samples[at].kind
            three += samples[at].kind in [kind for kind, _share in shares[:3]]
            count += 1
        if told:
            told(number, folds)
    return {
        "accuracy": right / count, "kind_accuracy": first / count, "kind_in_three": three / count, "tested": count, "folds": folds,
        "baseline": max(Counter(truth).values()) / len(samples), "kinds": len(family_of), "distinct_texts": int(groups.max()) + 1,
        "confusion": {"families": families, "rows": rows.tolist()},
    }  # fmt: skip
