"""JSON that is read only where it is looked at: for large columns of rows that are joined everywhere (outlines of divisions)."""

import json
from typing import Any

from django.db import models
from django.utils.functional import SimpleLazyObject


class LazyJSON(SimpleLazyObject):
    """Stands for the value until it is touched. ``plain`` gives the value itself (for json.dumps)."""

    @property
    def plain(self) -> Any:
        return self.__reduce__()[1][0]


def plain(value: Any) -> Any:
    """The value itself, whether it was read already or not."""
    return value.plain if type(value) is LazyJSON else value


class LazyJSONField(models.JSONField):
    """A JSON column whose values are parsed on first use: a list of a thousand rows that never looks at it pays nothing."""

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        if value is None or not isinstance(value, str):
            return super().from_db_value(value, expression, connection)
        return LazyJSON(lambda: json.loads(value))

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        return super().get_db_prep_value(plain(value), connection, prepared)

    def validate(self, value: Any, model_instance: models.Model | None) -> None:
        super().validate(plain(value), model_instance)

    def value_to_string(self, obj: models.Model) -> Any:
        return plain(super().value_to_string(obj))
