"""What an installation puts in, and leaves alone."""

import pytest

from chuangwen.kernel import access
from chuangwen.places.models import SiteType
from chuangwen.standards.actions import install_shipped
from chuangwen.standards.models import ChecklistItem, Criterion, Edition, Family, Kind

pytestmark = pytest.mark.django_db


def test_the_shipped_standard_is_whole():
    made = install_shipped(access.SYSTEM)
    assert made["site_types"] == SiteType.objects.count() >= 50
    assert made["families"] == Family.objects.count() == 8 and made["kinds"] == Kind.objects.count() > 50
    assert Edition.objects.get().state == "active"
    assert made["criteria"] == Criterion.objects.count() > 100 and made["checklist_items"] == ChecklistItem.objects.count() > 500
    assert SiteType.objects.filter(checklist__isnull=True).count() == 0
    assert (
        not Criterion.objects.filter(text__contains="{").exists()
        and not ChecklistItem.objects.filter(text__contains="{").exists()
    )


def test_installing_twice_puts_nothing_in_and_what_was_edited_or_removed_stays_so():
    install_shipped(access.SYSTEM)
    SiteType.objects.filter(code="hospital").update(name="医院（含门诊）")
    Kind.objects.filter(code="litter").update(severity=4)
    ChecklistItem.objects.filter(site_type__code="hospital").first().delete()
    before = ChecklistItem.objects.count()
    assert not any(install_shipped(access.SYSTEM).values())
    assert SiteType.objects.get(code="hospital").name == "医院（含门诊）" and Kind.objects.get(code="litter").severity == 4
    assert ChecklistItem.objects.count() == before


def test_a_changed_threshold_changes_the_words():
    install_shipped(access.SYSTEM)
    item = ChecklistItem.objects.exclude(template="").filter(parameters__has_key="count").first()
    item.parameters = item.parameters | {"count": 77}
    item.save()
    assert "77" in item.text
