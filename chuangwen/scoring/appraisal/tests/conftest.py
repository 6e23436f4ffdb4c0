"""The ground of the tests of appraisals."""

import pytest

from chuangwen.kernel import clock

from .ground import LATER, Ground


@pytest.fixture
def ground(town):
    with clock.at(LATER):
        yield Ground(town)
