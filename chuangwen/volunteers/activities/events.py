"""What the parts to the right hear of activities, inside the transaction of the action."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ActivityClosed:
    """An activity was held and is closed with its result: it counts from now on."""

    activity_id: int
