"""The demonstration's example photos: a fault and its repair beside the items that most sites are asked about."""

import io

import pytest
from PIL import Image

from chuangwen.demo.filling.examples import SCENES, example_recipes, most_used
from chuangwen.demo.tests.conftest import PHOTOS
from chuangwen.kernel import files
from chuangwen.standards import queries
from chuangwen.standards.models import ChecklistExample


def test_about_forty_pictures_show_different_faults_of_many_items(town_data):
    chosen = most_used(town_data)
    assert len(chosen) == SCENES and len({kind for kind, _scene in chosen}) == SCENES
    assert sum(len(codes) for codes in chosen.values()) > 100
    recipes = example_recipes(town_data)
    assert len(recipes) == 2 * SCENES
    assert [recipe.stage for recipe in recipes[:4]] == ["before", "after", "before", "after"]
    assert example_recipes(town_data) == recipes


@pytest.mark.usefixtures("report")
def test_items_have_a_right_and_a_wrong_one_marked_as_generated_and_without_camera_data():
    rows = list(ChecklistExample.objects.select_related("item__kind"))
    assert len({row.file_key for row in rows}) == PHOTOS // 2 * 2
    assert all(row.generated and "生成" in row.caption for row in rows)
    for _item, (right, wrong) in queries.examples_for(row.item_id for row in rows).items():
        assert right.right and not wrong.right and right.file_key != wrong.file_key
    image = Image.open(io.BytesIO(files.read(rows[0].file_key)))
    assert max(image.size) == 960 and not image.getexif()
    assert max(len(files.read(row.file_key)) for row in rows[:8]) < 150_000
