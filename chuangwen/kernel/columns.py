"""Columns that tables of many rooms have alike."""

from typing import Any

from django.conf import settings
from django.db import models


def account(**more: Any) -> Any:
    """Who did it: a row outlives the account, and nobody asks an account for its rows."""
    facts: dict[str, Any] = {"null": True, "blank": True, "on_delete": models.SET_NULL, "related_name": "+"} | more
    return models.ForeignKey(settings.AUTH_USER_MODEL, **facts)
