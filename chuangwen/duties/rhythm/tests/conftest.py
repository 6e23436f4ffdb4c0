"""A duty in the small town, on a Wednesday."""

from datetime import date, datetime

import pytest

from chuangwen.duties.rhythm import actions
from chuangwen.kernel import clock

WEDNESDAY = datetime(2026, 11, 18, 10, 0, tzinfo=clock.LOCAL)
"""Of a week without days off: Monday is the 16th, Friday the 20th."""


def at(day: int, hour: int = 10, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, 0, tzinfo=clock.LOCAL)


@pytest.fixture
def wednesday():
    with clock.at(WEDNESDAY):
        yield WEDNESDAY


@pytest.fixture
def duty_of(town, wednesday):
    """``duty_of(name=..., proofs=...)``: the clerk writes a duty of the communities, a short record once each Monday to Sunday."""

    def make(**more):
        facts = {
            "name": "入户宣传", "division": town.street, "kind": "periods", "rule": "FREQ=WEEKLY;BYDAY=MO", "starts_on": date(2026, 11, 16),
            "proofs": ["record"], "kinds": ["community"],
        } | more  # fmt: skip
        return actions.save_duty(town.actors["clerk"], **facts)

    return make
