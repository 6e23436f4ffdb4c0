"""Everything that can be done to photos: one function per verb. Each takes the actor first."""

from chuangwen.evidence.actions.examining import decide, examine
from chuangwen.evidence.actions.redacting import ask_for_release, confirm_release, withdraw_release
from chuangwen.evidence.actions.taking_in import CHAIN, take_in, take_in_generated

__all__ = [
    "CHAIN",
    "ask_for_release",
    "confirm_release",
    "decide",
    "examine",
    "take_in",
    "take_in_generated",
    "withdraw_release",
]
