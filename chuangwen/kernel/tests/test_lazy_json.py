"""JSON that is read only where it is looked at."""

import json

from chuangwen.kernel.lazy_json import LazyJSON, plain
from chuangwen.places.models import Division

SHAPE = {"type": "Polygon", "coordinates": [[[1, 2], [3, 4], [5, 6], [1, 2]]]}


def test_a_column_that_nobody_looks_at_is_never_parsed(db, monkeypatch):
    Division.add_root(name="甲", level=4, outline=SHAPE)
    read = Division.objects.get()
    monkeypatch.setattr(json, "loads", lambda _text: 1 / 0)
    assert type(read.__dict__["outline"]) is LazyJSON


def test_a_value_that_is_looked_at_is_the_value(db):
    Division.add_root(name="甲", level=4, outline=SHAPE)
    read = Division.objects.get()
    assert read.outline["type"] == "Polygon" and isinstance(read.outline, dict) and bool(read.outline)
    assert json.dumps(plain(read.outline)) == json.dumps(SHAPE)
    assert plain(SHAPE) is SHAPE


def test_a_value_that_was_never_looked_at_is_saved_as_it_was(db):
    Division.add_root(name="甲", level=4, outline=SHAPE)
    read = Division.objects.get()
    read.save()
    assert plain(Division.objects.get().outline) == SHAPE
    assert Division.objects.filter(outline__isnull=False).count() == 1


def test_none_stays_none(db):
    Division.add_root(name="乙", level=4)
    assert Division.objects.get().outline is None
