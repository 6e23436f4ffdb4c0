"""How sites are drawn for a round: a published procedure that anybody can repeat from its inputs and its seed.

Pure: no database, no clock, no machine's randomness; whole numbers and fractions only, so that every machine gives the same answer.

``chuangwen-draw-1``
    1. A stratum is a site type in an area, with the number of sites that are to be drawn from it.
    2. A site is left out when it was added by hand, or when one more visit would pass its inspection cap.
    3. The weight of a site is the sum of the parts in ``weighing.parts``, in thousandths.
    4. n is what was asked for, or all sites that may be drawn where they are fewer (the stratum is short, and is said to be).
       A site whose n · weight reaches the sum of the weights is taken for certain and leaves the stratum, n becomes one less; again until
       there is none. For the others the chance of being drawn is n · weight / sum of weights, exactly.
    5. The others are put in the order of SHA-256(procedure, seed, "order", code), and their weights laid end to end on a line as long as
       their sum. u is SHA-256(procedure, seed, "start", type, area) as a number, divided by 2^256. The sites on which the points
       (0 + u) · sum / n, (1 + u) · sum / n, ... (n − 1 + u) · sum / n fall are drawn: systematic sampling of a randomly ordered list with
       probability proportional to size (Goodman and Kish 1950; Hartley and Rao 1962).

``chuangwen-rerate-1``
    The sites that were visited are put in the order of SHA-256(procedure, seed, "order", code); the first are rated again: the share of them,
    rounded up. Each has the same chance.

The parts that are hashed are joined by line feeds and encoded as UTF-8; the hash is read as one big-endian number.
"""

import hashlib
import json
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from fractions import Fraction
from math import ceil
from typing import Any

from chuangwen.fieldwork.weighing import Risk, parts

DRAW = "chuangwen-draw-1"
RERATE = "chuangwen-rerate-1"
PROCEDURES = (DRAW, RERATE)
DRAWN, NOT_DRAWN, CAPPED, ADDED = "drawn", "not_drawn", "capped", "added"
WHOLE = 2**256
MOST_SEED = 200


def clean_seed(text: str) -> str:
    """A seed as it is hashed: Unicode NFC, runs of blanks and line breaks as one blank, none at the ends."""
    return " ".join(unicodedata.normalize("NFC", text).split())[:MOST_SEED]


def digest(*words: str) -> int:
    """A number from 0 to 2^256 − 1 made of words."""
    return int.from_bytes(hashlib.sha256("\n".join(words).encode()).digest())


def canonical(data: Any) -> bytes:
    """The one way to write data as bytes: JSON with sorted keys, no blanks, UTF-8."""
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def in_order(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Inputs with their sites and quotas sorted: the order in which they were read does not matter."""
    told = dict(inputs)
    told["sites"] = sorted(inputs["sites"], key=lambda site: site["code"])
    if "quotas" in inputs:
        told["quotas"] = sorted(inputs["quotas"], key=lambda quota: (quota["type"], quota["area"]))
    return told


def frame_key(inputs: Mapping[str, Any]) -> str:
    """The name of inputs: 64 hexadecimal digits. It can be announced before the seed is known."""
    return hashlib.sha256(canonical(in_order(inputs))).hexdigest()


def risk_of(site: Mapping[str, Any]) -> Risk:
    """What the frame says of a site."""
    return Risk(site["waited"], site["open"], site["rebounded"], site["read"], site["losses"])


def chances(weights: Mapping[str, int], count: int) -> dict[str, Fraction]:
    """Code -> the chance of being drawn when ``count`` are drawn, from 0 to 1; they sum to ``count``. Steps 4 of the procedure."""
    rest, left = dict(weights), min(count, len(weights))
    found: dict[str, Fraction] = {}
    while rest and left:
        total = sum(rest.values())
        certain = [code for code, weight in rest.items() if left * weight >= total]
        if not certain:
            break
        for code in certain:
            found[code] = Fraction(1)
            del rest[code]
        left -= len(certain)
    total = sum(rest.values())
    return found | {code: Fraction(left * weight, total) if left else Fraction(0) for code, weight in rest.items()}


def select(weights: Mapping[str, int], count: int, seed: str, *stratum: str) -> set[str]:
    """The codes that are drawn from one stratum: exactly ``count``, or all where there are fewer. Step 5 of the procedure."""
    chance = chances(weights, count)
    drawn = {code for code, share in chance.items() if share == 1}
    left = min(count, len(weights)) - len(drawn)
    if not left:
        return drawn
    rest = sorted((code for code in weights if code not in drawn), key=lambda code: (digest(DRAW, seed, "order", code), code))
    total, u = sum(weights[code] for code in rest), digest(DRAW, seed, "start", *stratum)
    reached, nth = 0, 0
    for code in rest:
        reached += weights[code]
        # the point (nth + u) · total / left lies on this site when it is below what has been reached
        if nth < left and (nth * WHOLE + u) * total < reached * left * WHOLE:
            drawn.add(code)
            nth += 1
    return drawn


def draw(inputs: Mapping[str, Any], seed: str) -> dict[str, Any]:
    """The result of ``chuangwen-draw-1``.

    ``inputs``: ``cap`` {visits, days}; ``points`` of the weights; ``quotas``, a list of {type, area, count}; ``sites``, a list of
    {code, type, area, waited, open, rebounded, read, losses, visits, added}: days since the last visit or None, open and rebounded
    cases, observations and losses of the last round there, visits within the cap's days, whether it was added by hand. Other keys
    are kept and not looked at.

    Gives ``strata``, a list of {type, area, asked, sites, capped, added, eligible, drawn, short}; ``sites``: code -> {state, weight,
    parts, chance}; ``drawn``: the codes in order.
    """
    inputs, seed = in_order(inputs), clean_seed(seed)
    members: dict[tuple[str, str], list[Mapping[str, Any]]] = defaultdict(list)
    for site in inputs["sites"]:
        members[site["type"], site["area"]].append(site)
    strata, told, every = [], {}, []
    for quota in inputs["quotas"]:
        stratum = (quota["type"], quota["area"])
        weights, states, split = {}, {}, {}
        for site in members[stratum]:
            code = site["code"]
            split[code] = parts(risk_of(site), inputs["points"])
            if site["added"]:
                states[code] = ADDED
            elif site["visits"] >= inputs["cap"]["visits"]:
                states[code] = CAPPED
            else:
                weights[code] = max(1, sum(split[code].values()))
        drawn = select(weights, quota["count"], seed, *stratum)
        chance = chances(weights, quota["count"])
        for code in split:
            told[code] = {
                "state": states.get(code, DRAWN if code in drawn else NOT_DRAWN),
                "weight": weights.get(code, 0),
                "parts": split[code],
                "chance": str(chance.get(code, Fraction(0))),
            }
        every += sorted(drawn)
        strata.append(
            {
                "type": stratum[0],
                "area": stratum[1],
                "asked": quota["count"],
                "sites": len(split),
                "capped": sum(state == CAPPED for state in states.values()),
                "added": sum(state == ADDED for state in states.values()),
                "eligible": len(weights),
                "drawn": len(drawn),
                "short": quota["count"] - len(drawn),
            }
        )
    return {"strata": strata, "sites": told, "drawn": sorted(every)}


def rerate(inputs: Mapping[str, Any], seed: str) -> dict[str, Any]:
    """The result of ``chuangwen-rerate-1``. ``inputs``: ``share`` as a decimal text, ``sites``, a list of {code}.

    Gives ``drawn``: codes in the order of drawing.
    """
    seed = clean_seed(seed)
    codes = sorted({site["code"] for site in inputs["sites"]}, key=lambda code: (digest(RERATE, seed, "order", code), code))
    return {"drawn": codes[: ceil(Fraction(inputs["share"]) * len(codes))]}


def repeat(procedure: str, inputs: Mapping[str, Any], seed: str) -> dict[str, Any]:
    """The result of a procedure by its name. Raises KeyError for one that is not known."""
    return {DRAW: draw, RERATE: rerate}[procedure](inputs, seed)


def proportional(sizes: Mapping[Any, int], total: int) -> dict[Any, int]:
    """A proposal: ``total`` split over strata in proportion to their sizes by largest remainders, never more than a stratum holds."""
    everything = sum(sizes.values())
    total = min(total, everything)
    if not total:
        return dict.fromkeys(sizes, 0)
    exact = {key: Fraction(size * total, everything) for key, size in sizes.items()}
    given = {key: int(share) for key, share in exact.items()}
    for key in sorted(exact, key=lambda key: (given[key] - exact[key], str(key)))[: total - sum(given.values())]:
        given[key] += 1
    return given


def drawn_twice(areas: Iterable[tuple[Any, str]]) -> list[tuple[Any, str]]:
    """Of (type, path of an area) those that lie inside another one of the same type: a site there would stand in two strata."""
    listed = sorted(set(areas), key=lambda one: (str(one[0]), one[1]))
    return [
        (kind, path)
        for kind, path in listed
        if any(k == kind and path != above and path.startswith(above) for k, above in listed)
    ]
