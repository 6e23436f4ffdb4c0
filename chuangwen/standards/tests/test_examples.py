"""Example photos of right and wrong: who puts them in, who sees them, and what is left out of them."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import ExifTags, Image

from chuangwen.kernel.errors import Conflict, Denied, Refusal
from chuangwen.kernel.models import AuditEntry
from chuangwen.kernel.pictures import PictureError
from chuangwen.standards import actions, queries
from chuangwen.standards.actions.examples import MOST
from chuangwen.standards.models import ChecklistExample, ChecklistItem, Responsibility
from chuangwen.testing.factories import LONG_AGO

pytestmark = pytest.mark.django_db


def picture(colour="green", size=(2000, 1500), exif=True) -> bytes:
    image, facts, out = Image.new("RGB", size, colour), Image.Exif(), io.BytesIO()
    facts[ExifTags.Base.Make] = "Kamera"
    facts.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitudeRef] = "N"
    image.save(out, "JPEG", exif=facts if exif else None)
    return out.getvalue()


@pytest.fixture
def item(town):
    return ChecklistItem.objects.create(site_type=town.types["market"], criterion=town.criteria[0], text="地面干净无积水")


def add(town, item, colour="green", right=True, **more):
    return actions.add_example(town.actors["clerk"], item_id=item.pk, content=picture(colour), right=right, **more)


def test_what_the_camera_wrote_is_left_out_and_the_picture_is_made_small(town, item, sign_in):
    example = add(town, item, caption="地面干净")
    client = sign_in("inspector")
    for variant, side in (("view", 1600), ("thumb", 320)):
        response = client.get(queries.example_address(example, variant))
        assert (response.status_code, response["Content-Type"]) == (200, "image/jpeg")
        content = b"".join(response.streaming_content)
        image = Image.open(io.BytesIO(content))
        assert max(image.size) == side and not image.getexif() and b"Kamera" not in content


def test_a_picture_is_sent_once_and_kept_by_the_browser(town, item, sign_in):
    address, client = queries.example_address(add(town, item)), sign_in("inspector")
    first = client.get(address)
    assert "private" in first["Cache-Control"] and "max-age=" in first["Cache-Control"]
    again = client.get(address, headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304 and again["ETag"] == first["ETag"]
    assert client.get(address, headers={"If-None-Match": '"other"'}).status_code == 200


def test_a_picture_is_for_those_who_are_signed_in_and_see_standards(town, item, client, sign_in):
    address = queries.example_address(add(town, item))
    assert client.get(address).status_code == 302
    assert sign_in("resident").get(address).status_code == 403
    assert sign_in("clerk").get(address.replace("view", "original")).status_code == 404
    assert sign_in("clerk").get(reverse("standards:example", args=[99_999, "view"])).status_code == 404


def test_an_item_page_takes_a_photo_and_the_checklist_shows_it(town, item, sign_in):
    client, address = sign_in("clerk"), reverse("standards:item-examples", args=[item.pk])
    photo = SimpleUploadedFile("a.jpg", picture("red"), "image/jpeg")
    assert client.post(address, {"photo": photo, "right": "0", "caption": "积水没有清扫"}).status_code == 303
    example = item.examples.get()
    assert (example.right, example.caption) == (False, "积水没有清扫")
    for page in (
        address,
        reverse("standards:item-edit", args=[item.pk]),
        reverse("standards:checklist", args=[item.site_type_id]),
    ):
        html = client.get(page).content.decode()
        assert queries.example_address(example, "thumb") in html and "积水没有清扫" in html and "错误" in html, page
    assert (
        client.post(reverse("standards:example-change", args=[example.pk]), {"right": "1", "caption": "已清扫"}).status_code
        == 303
    )
    example.refresh_from_db()
    assert (example.right, example.caption) == (True, "已清扫")
    client.post(reverse("standards:example-remove", args=[example.pk]))
    assert not item.examples.exists()
    assert AuditEntry.objects.filter(verb="standards.edit", object_id=str(item.pk)).count() == 3


def test_what_is_no_picture_is_told_beside_the_field(town, item, sign_in):
    file = SimpleUploadedFile("a.jpg", b"<svg onload=alert(1)>", "image/jpeg")
    response = sign_in("clerk").post(reverse("standards:item-examples", args=[item.pk]), {"photo": file, "right": "1"})
    assert response.status_code == 422 and not item.examples.exists()
    with pytest.raises(PictureError):
        actions.add_example(town.actors["clerk"], item_id=item.pk, content=b"no picture", right=True)


def test_the_same_picture_twice_and_too_many_are_refused(town, item):
    add(town, item)
    with pytest.raises(Conflict):
        add(town, item)
    for number in range(MOST - 1):
        add(town, item, (30 * number, 0, 0))
    with pytest.raises(Refusal) as refused:
        add(town, item, "blue")
    assert refused.value.code == "standards.many_examples" and item.examples.count() == MOST


def test_only_who_edits_standards_changes_examples(town, item, sign_in):
    example = add(town, item)
    for role in ("inspector", "liaison", "leader"):
        with pytest.raises(Denied):
            actions.add_example(town.actors[role], item_id=item.pk, content=picture("blue"), right=True)
        with pytest.raises(Denied):
            actions.remove_example(town.actors[role], example_id=example.pk)
        assert sign_in(role).get(reverse("standards:item-examples", args=[item.pk])).status_code == 403


def test_right_comes_before_wrong_and_one_query_serves_a_whole_checklist(town, item, django_assert_num_queries):
    wrong, right = add(town, item, "red", right=False), add(town, item, "green")
    other = ChecklistItem.objects.create(site_type=town.types["market"], criterion=town.criteria[1], text="没有样例")
    with django_assert_num_queries(1):
        found = queries.examples_for([item.pk, other.pk])
    assert found == {item.pk: [right, wrong]}


def test_the_task_book_and_the_api_show_them(town, item, sign_in):
    wrong, right = add(town, item, "red", right=False, caption="有积水"), add(town, item, "green")
    Responsibility.objects.create(unit=town.units["department"], criterion=town.criteria[0], part="lead", starts_on=LONG_AGO)
    client = sign_in("clerk")
    html = client.get(reverse("standards:task-book", args=[town.units["department"].pk])).content.decode()
    assert all(queries.example_address(one, "thumb") in html for one in (right, wrong))
    (told,) = client.get("/api/v1/standards/checklists/market").json()
    assert [(one["id"], one["right"], one["caption"]) for one in told["examples"]] == [
        (right.pk, True, ""),
        (wrong.pk, False, "有积水"),
    ]
    assert client.get(told["examples"][0]["thumb"]).status_code == 200


def test_a_copied_edition_keeps_its_examples(town, item):
    add(town, item, caption="样例")
    copy = actions.copy_edition(town.actors["clerk"], edition_id=town.edition.pk)
    twin = ChecklistItem.objects.get(criterion__requirement__indicator__section__edition=copy)
    assert [one.caption for one in twin.examples.all()] == ["样例"] and ChecklistExample.objects.count() == 2


def test_a_checklist_with_examples_asks_no_query_per_item(town, sign_in, django_assert_max_num_queries):
    for number in range(20):
        item = ChecklistItem.objects.create(
            site_type=town.types["market"], criterion=town.criteria[number % 3], text=f"条目{number}"
        )
        ChecklistExample.objects.create(item=item, right=True, file_key="0" * 64, thumbnail_key="0" * 64)
    client, address = sign_in("clerk"), reverse("standards:checklist", args=[town.types["market"].pk])
    client.get(address)  # the first request of a session notes that it is used
    with django_assert_max_num_queries(10):
        client.get(address)
