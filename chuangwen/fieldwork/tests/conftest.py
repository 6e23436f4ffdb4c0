"""What the tests of the room share."""

import pytest

from chuangwen.fieldwork.tests.phones import Ground


@pytest.fixture
def ground(town) -> Ground:
    """A round under way with two teams; see ``phones.Ground``."""
    return Ground(town)
