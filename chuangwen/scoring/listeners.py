"""What the room answers when a room to its left asks: which schemes there are, and what is hidden from who rates a site blind."""

from chuangwen.fieldwork import blind, scheme_registry
from chuangwen.fieldwork.scheme_registry import SchemeChoice
from chuangwen.kernel import access
from chuangwen.scoring.appraisal import notices  # noqa: F401 - hears what the room itself says
from chuangwen.scoring.models import Scheme


def schemes() -> list[SchemeChoice]:
    """Every version of every scheme, the newest of each name first. One query."""
    return [
        SchemeChoice(row.name, row.version, str(row))
        for row in Scheme.objects.only("name", "version").order_by("name", "-version")
    ]


scheme_registry.register(schemes)
access.veil("scoring.ScoreSheet", "blind", blind.second_rounds)
