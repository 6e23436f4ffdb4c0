"""In which language something is told that is stored for others to read."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.utils import translation


def in_the_towns_language(function: Callable[..., Any]) -> Callable[..., Any]:
    """What is stored for others to read is not written in the language of who acted."""

    @wraps(function)
    def told(*args: Any, **more: Any) -> Any:
        with translation.override(settings.LANGUAGE_CODE):
            return function(*args, **more)

    return told
