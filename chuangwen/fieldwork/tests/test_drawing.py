"""The draw: anybody repeats it, nothing beyond the cap, strata exact, chances as stated."""

import hashlib
import random
from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chuangwen.fieldwork import drawing
from chuangwen.fieldwork.weighing import DEFAULT_POINTS, Risk, parts, weight

TYPES, AREAS = ("market", "road"), ("440902003000", "440902004000")


def site(code: str, **more):
    facts = {
        "type": "market", "area": AREAS[0], "waited": 30, "open": 0, "rebounded": 0, "read": 0, "losses": 0, "visits": 0, "added": False,
    }  # fmt: skip
    return {"code": code, "name": code} | facts | more


@st.composite
def frames(draw):
    """Inputs of a draw: up to forty sites over four strata."""
    count = draw(st.integers(0, 40))
    sites = [
        site(
            f"DW{n:05d}",
            type=draw(st.sampled_from(TYPES)),
            area=draw(st.sampled_from(AREAS)),
            waited=draw(st.none() | st.integers(0, 400)),
            open=draw(st.integers(0, 9)),
            rebounded=draw(st.integers(0, 4)),
            read=(read := draw(st.integers(0, 20))),
            losses=draw(st.integers(0, read)),
            visits=draw(st.integers(0, 3)),
            added=draw(st.booleans()),
        )
        for n in range(count)
    ]
    quotas = [
        {"type": t, "area": a, "type_name": t, "area_name": a, "count": draw(st.integers(1, 15))} for t in TYPES for a in AREAS
    ]
    return {"cap": {"visits": 2, "days": 30}, "points": dict(DEFAULT_POINTS), "quotas": quotas, "sites": sites}


@given(frames(), st.text(max_size=20), st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_the_order_of_the_input_does_not_matter_and_the_draw_repeats(inputs, seed, chance):
    first = drawing.draw(inputs, seed)
    shuffled = dict(inputs, sites=list(inputs["sites"]), quotas=list(inputs["quotas"]))
    chance.shuffle(shuffled["sites"])
    chance.shuffle(shuffled["quotas"])
    assert drawing.draw(shuffled, seed) == first
    assert drawing.frame_key(shuffled) == drawing.frame_key(inputs)


@given(frames(), st.text(max_size=20))
@settings(max_examples=60, deadline=None)
def test_strata_are_exact_caps_hold_and_chances_sum_to_what_is_drawn(inputs, seed):
    told = drawing.draw(inputs, seed)
    facts = {one["code"]: one for one in inputs["sites"]}
    for code in told["drawn"]:
        assert facts[code]["visits"] < 2 and not facts[code]["added"]
    for stratum in told["strata"]:
        members = [code for code, one in facts.items() if (one["type"], one["area"]) == (stratum["type"], stratum["area"])]
        able = [code for code in members if facts[code]["visits"] < 2 and not facts[code]["added"]]
        drawn = set(told["drawn"]) & set(members)
        assert len(drawn) == min(stratum["asked"], len(able)) == stratum["drawn"]
        assert stratum["short"] == stratum["asked"] - len(drawn)
        assert sum((Fraction(told["sites"][code]["chance"]) for code in members), Fraction(0)) == len(drawn)
        assert all(told["sites"][code]["chance"] == "0" for code in members if code not in able)


@given(
    st.dictionaries(st.text("ABCDEF", min_size=1, max_size=3), st.integers(1, 5000), min_size=1, max_size=30), st.integers(0, 35)
)
@settings(max_examples=100, deadline=None)
def test_chances_follow_the_weights_exactly(weights, count):
    chance = drawing.chances(weights, count)
    assert sum(chance.values()) == min(count, len(weights))
    open_ones = [code for code, share in chance.items() if share < 1]
    for one in open_ones:
        for other in open_ones:
            assert chance[one] * weights[other] == chance[other] * weights[one]


def test_over_many_seeds_sites_are_drawn_as_often_as_stated():
    sites = [site(f"S{n}", waited=15 * n, open=n % 4, rebounded=n % 2, read=10, losses=n % 6) for n in range(14)]
    inputs = {
        "cap": {"visits": 2, "days": 30},
        "points": dict(DEFAULT_POINTS),
        "quotas": [{"type": "market", "area": AREAS[0], "count": 5}],
        "sites": sites,
    }
    runs = 3000
    counts = Counter(code for seed in range(runs) for code in drawing.draw(inputs, f"第{seed}期")["drawn"])
    stated = {code: float(Fraction(one["chance"])) for code, one in drawing.draw(inputs, "x")["sites"].items()}
    for code, share in stated.items():
        # five standard deviations of a share over so many runs
        assert abs(counts[code] / runs - share) < 5 * (share * (1 - share) / runs) ** 0.5, code
    assert max(stated.values()) > 1.8 * min(stated.values()), "the weights of this test should differ"


def test_a_draw_made_once_stays_what_it_was():
    """The published procedure must not drift: this draw was worked out when it was published."""
    sites = [site(f"DW{n:05d}", waited=n * 20, open=n % 3) for n in range(10)]
    inputs = {
        "cap": {"visits": 2, "days": 30},
        "points": dict(DEFAULT_POINTS),
        "quotas": [{"type": "market", "area": AREAS[0], "count": 4}],
        "sites": sites,
    }
    assert drawing.draw(inputs, "双色球 2026001 期：03 08 17 21 26 33 + 11")["drawn"] == PUBLISHED


PUBLISHED = ["DW00003", "DW00005", "DW00006", "DW00007"]


@given(frames(), st.text("abc 期12", max_size=12))
@settings(max_examples=40, deadline=None)
def test_whoever_follows_the_published_steps_with_fractions_gets_the_same(inputs, seed):
    """The five steps of the published text, written a second time in the plainest way."""
    seed = " ".join(seed.split())
    expected = []
    for quota in inputs["quotas"]:
        weights = {
            one["code"]: weight(drawing.risk_of(one), inputs["points"])
            for one in inputs["sites"]
            if (one["type"], one["area"]) == (quota["type"], quota["area"]) and not one["added"] and one["visits"] < 2
        }
        n = min(quota["count"], len(weights))
        while certain := [code for code in weights if n and n * weights[code] >= sum(weights.values())]:
            n -= len(certain)
            expected += certain
            weights = {code: each for code, each in weights.items() if code not in certain}
        ends, end = [], Fraction(0)
        for code in sorted(weights, key=lambda code: sha(drawing.DRAW, seed, "order", code)):
            end += weights[code]
            ends.append((end, code))
        u = Fraction(sha(drawing.DRAW, seed, "start", quota["type"], quota["area"]), 2**256)
        for k in range(n):
            point = (k + u) * end / n
            expected.append(next(code for reached, code in ends if point < reached))
    assert drawing.draw(inputs, seed)["drawn"] == sorted(expected)


def sha(*words: str) -> int:
    return int(hashlib.sha256("\n".join(words).encode()).hexdigest(), 16)


def test_the_order_key_and_the_start_are_what_the_procedure_says():
    said = int(hashlib.sha256("chuangwen-draw-1\n种子\norder\nDW1".encode()).hexdigest(), 16)
    assert drawing.digest(drawing.DRAW, "种子", "order", "DW1") == said


def test_blanks_and_forms_of_letters_in_a_seed_do_not_matter():
    assert drawing.clean_seed("  a\n\nb\t c ") == "a b c"
    assert drawing.clean_seed("Caf\u0065\u0301") == "Caf\u00e9"


def test_the_weight_of_a_site_is_the_sum_of_its_parts():
    risk = Risk(waited=90, open_cases=3, rebounded=1, read=8, losses=2)
    assert parts(risk, DEFAULT_POINTS) == {"base": 1000, "waiting": 500, "open": 750, "rebounded": 500, "losses": 250}
    assert weight(risk, DEFAULT_POINTS) == 3000
    assert parts(Risk(), DEFAULT_POINTS)["waiting"] == 1000, "never visited waits longest"
    many = Risk(waited=9999, open_cases=99, rebounded=99, read=4, losses=4)
    assert weight(many, DEFAULT_POINTS) == 1000 + 1000 + 1000 + 1500 + 1000, "every part has its most"


def test_rating_again_takes_the_share_rounded_up_and_nobody_twice():
    inputs = {"share": "0.05", "sites": [{"code": f"S{n}"} for n in range(41)]}
    drawn = drawing.rerate(inputs, "x")["drawn"]
    assert len(drawn) == 3 == len(set(drawn))
    assert drawing.rerate({"share": "1", "sites": inputs["sites"]}, "x")["drawn"] != [one["code"] for one in inputs["sites"]]
    counts = Counter(code for seed in range(2000) for code in drawing.rerate(inputs, str(seed))["drawn"])
    assert all(abs(counts[one["code"]] / 2000 - 3 / 41) < 0.03 for one in inputs["sites"])


@given(st.dictionaries(st.integers(0, 200), st.integers(0, 60), max_size=30), st.integers(0, 500))
@settings(max_examples=80, deadline=None)
def test_a_proposal_never_asks_for_more_than_there_is_and_adds_up(sizes, total):
    given = drawing.proportional(sizes, total)
    assert sum(given.values()) == min(total, sum(sizes.values()))
    assert all(0 <= given[key] <= sizes[key] for key in sizes)


def test_an_area_inside_another_of_the_same_type_is_found():
    assert drawing.drawn_twice([(1, "0001"), (1, "00010002"), (2, "00010002"), (2, "00010003")]) == [(1, "00010002")]


@pytest.mark.parametrize("quota", [0, 1, 20])
def test_an_empty_stratum_draws_nothing(quota):
    assert drawing.select({}, quota, "x", "market", "a") == set()


def test_a_thousand_sites_are_drawn_at_once():
    chance = random.Random(7)
    sites = [site(f"S{n}", waited=chance.randrange(400), type=TYPES[n % 2], area=AREAS[n % 3 % 2]) for n in range(3000)]
    quotas = [{"type": t, "area": a, "count": 250} for t in TYPES for a in AREAS]
    told = drawing.draw({"cap": {"visits": 2, "days": 30}, "points": dict(DEFAULT_POINTS), "quotas": quotas, "sites": sites}, "x")
    assert len(told["drawn"]) == 1000
