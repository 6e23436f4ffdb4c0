"""What an observation is worth is what the engine says, exactly, by every scheme."""

import random
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chuangwen.scoring.engine import example_schemes, read_scheme, score
from chuangwen.scoring.engine.tests.tables import observations
from chuangwen.scoring.engine.tests.test_against_reference import schemes
from chuangwen.scoring.outlook.arithmetic import Planned, worths

KINDS = ("state_description", "pass_rate", "loss_per_observation")
RESULTS = {
    "state_description": [({"grade": grade}, share) for grade, share in zip("ABCD", ("1", "0.66", "0.33", "0"), strict=True)],
    "pass_rate": [({"conform": True}, "1"), ({"conform": False}, "0")],
    "loss_per_observation": [({"loss": "0"}, "1"), ({"loss": "0.3"}, "0.7"), ({"loss": "1"}, "0")],
}
SECTIONS, INDICATORS = ("材料审核", "实地考察", "实地", ""), ("甲", "乙")


def planned_items(pick: random.Random) -> list[Planned]:
    paths = [
        (pick.choice(SECTIONS), pick.choice(INDICATORS), pick.choice(["1", "2"]), f"标准{number}") for number in range(pick.randint(1, 6))
    ]
    return [
        Planned(type_, number, path, Fraction(pick.choice(["1", "2", "0.5"])), pick.randint(1, 3))
        for type_ in range(2) for number, path in enumerate(paths) if pick.random() < 0.8 or number == 0
    ]


def one_assessment(planned: list[Planned], kind: str, scheme, pick: random.Random):
    """Every planned observation with a random result: the rows, and the index by what each is worth."""
    worth = worths(planned, scheme)
    rows, index = [], Fraction(0)
    for item in planned:
        section, indicator, sub_indicator, criterion = item.path
        for _ in range(item.sites):
            result, share = pick.choice(RESULTS[kind])
            rows.append({
                "section": section, "indicator": indicator, "sub_indicator": sub_indicator, "criterion": criterion,
                "weight": str(Decimal(item.weight.numerator) / Decimal(item.weight.denominator)), **result,
            })
            index += worth[item.site_type, item.criterion] * Fraction(share)
    return rows, index


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(scheme=schemes(), seed=st.integers(0, 10_000))
def test_the_index_by_worths_is_the_engines_index_by_any_scheme(scheme, seed):
    document = scheme.document()
    if scheme.kind == "state_description":
        document["state_description"] = {}  # the plain shares, and no criterion that is passed or failed
    scheme, pick = read_scheme(document), random.Random(seed)
    if scheme.kind == "loss_per_observation" and scheme.loss_per_observation.steps:
        document["loss_per_observation"] = {}
        scheme = read_scheme(document)
    rows, index = one_assessment(planned_items(pick), scheme.kind, scheme, pick)
    assert (score(observations(*rows), scheme).row("index").rate_exact or Fraction(0)) == index


@pytest.mark.parametrize("kind", KINDS)
def test_the_index_by_worths_is_the_engines_index_by_the_shipped_schemes(kind):
    for seed in range(5):
        pick = random.Random(seed)
        scheme = example_schemes()[kind]
        rows, index = one_assessment(planned_items(pick), kind, scheme, pick)
        assert (score(observations(*rows), scheme).row("index").rate_exact or Fraction(0)) == index


def test_a_plan_of_nothing_is_worth_nothing():
    assert worths([], example_schemes()["pass_rate"]) == {}
