"""The duty of the rhythm's tests."""

from chuangwen.duties.rhythm.tests.conftest import duty_of, wednesday

__all__ = ["duty_of", "wednesday"]
