"""What a body of the API names, as rows; a sentence that names the field where there is none."""

from chuangwen.kernel.errors import Refusal
from chuangwen.people.models import Unit
from chuangwen.places.models import Division


def unit_named(pk: int, field: str = "unit") -> Unit:
    """The unit with this key. Raises Refusal."""
    found = Unit.objects.select_related("division").filter(pk=pk).first()
    if found is None:
        raise Refusal("没有这个单位。", "unknown", field=field)
    return found


def division_named(code: str, field: str = "division") -> Division:
    """The division with this code. Raises Refusal."""
    found = Division.objects.filter(code=code.replace("\x00", "")).first()
    if found is None:
        raise Refusal("没有这个区划代码。", "unknown", field=field)
    return found
