"""What the tests of the loop share: a little town at work on a Tuesday morning."""

from datetime import datetime

import pytest

from chuangwen.cases.tests.loop import Loop
from chuangwen.kernel import clock

TUESDAY = datetime(2026, 11, 17, 9, 0, tzinfo=clock.LOCAL)


@pytest.fixture
def tuesday():
    """It is nine o'clock on Tuesday, 17 November 2026."""
    with clock.at(TUESDAY):
        yield TUESDAY


@pytest.fixture
def loop(town, tuesday) -> Loop:
    return Loop(town)
