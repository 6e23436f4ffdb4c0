"""What ``/api/v1/standards`` promises."""

from datetime import date

import pytest

from chuangwen.standards.models import ChecklistItem, Responsibility

pytestmark = pytest.mark.django_db
URL = "/api/v1/standards"


def test_editions_and_their_criteria_are_read_page_by_page(town, sign_in):
    clerk = sign_in("clerk")
    Responsibility.objects.create(unit=town.units["department"], criterion=town.criteria[0], starts_on=date(2025, 1, 1))
    editions = clerk.get(URL).json()["items"]
    assert [(edition["id"], edition["criteria"]) for edition in editions] == [(town.edition.pk, 3)]
    assert clerk.get(f"{URL}/{town.edition.pk}").json()["name"] == town.edition.name
    first = clerk.get(f"{URL}/{town.edition.pk}/criteria", {"limit": 2}).json()
    second = clerk.get(f"{URL}/{town.edition.pk}/criteria", {"limit": 2, "after": first["next"]}).json()
    rows = first["items"] + second["items"]
    assert [row["text"] for row in rows] == [criterion.text for criterion in town.criteria]
    assert (
        rows[0]["lead"] == [{"id": town.units["department"].pk, "name": town.units["department"].name}]
        and rows[0]["kind"] == "sticker"
    )


def test_ownerless_criteria_can_be_asked_for(town, sign_in):
    Responsibility.objects.create(unit=town.units["department"], criterion=town.criteria[0], starts_on=date(2025, 1, 1))
    ask = lambda value: [row["text"] for row in sign_in("clerk").get(  # noqa: E731
        f"{URL}/{town.edition.pk}/criteria", {"ownerless": value}).json()["items"]]  # fmt: skip
    assert ask("true") == ["标准2", "标准3"] and ask("false") == ["标准1"]


def test_the_checklist_of_a_type_is_read_by_its_code(town, sign_in):
    ChecklistItem.objects.create(site_type=town.types["market"], criterion=town.criteria[0], text="摊位不出线", severity=3)
    found = sign_in("inspector").get(f"{URL}/checklists/market").json()
    assert [(item["text"], item["severity"], item["grading"]) for item in found] == [("摊位不出线", 3, "graded")]
    assert sign_in("inspector").get(f"{URL}/checklists/nonsense").status_code == 404


def test_who_may_not_see_standards_reads_none(town, sign_in, client):
    assert sign_in("resident").get(URL).status_code == 403
    assert client.get(URL).status_code == 401
    assert sign_in("clerk").get(f"{URL}/999999").status_code == 404
