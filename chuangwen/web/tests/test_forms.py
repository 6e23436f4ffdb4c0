"""Forms: what is wrong stands beside its field, in words, and is read aloud with it."""

import re

from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile

from chuangwen.web.forms import FilesField, Form


class Sample(Form):
    name = forms.CharField(label="名称", help_text="按门牌填写")
    found = forms.DateField(label="发现日期", required=False)
    due = forms.DateTimeField(label="时限", required=False)
    kind = forms.ChoiceField(label="类别", choices=[("a", "甲")], required=False)
    grade = forms.ChoiceField(label="等级", widget=forms.RadioSelect, choices=[("1", "一"), ("2", "二")])
    urgent = forms.BooleanField(label="紧急", required=False)
    photos = FilesField(label="照片", required=False)
    token = forms.CharField(widget=forms.HiddenInput, required=False)
    widths = {"found": "col-md-6"}
    layout = [("时间", ["found", "due"])]


def test_an_error_is_beside_its_field_and_bound_to_it():
    html = str(Sample({"found": "2026-13-40"}))
    field = re.search(r'<input[^>]*name="name"[^>]*>', html).group()
    assert "is-invalid" in field
    assert 'aria-invalid="true"' in field
    described = re.search(r'aria-describedby="([^"]*)"', field).group(1).split()
    assert described
    assert all(f'id="{one}"' in html for one in described)
    assert html.count("invalid-feedback") == 3, "name, found and grade are wrong"


def test_controls_have_the_librarys_classes_and_the_browsers_pickers():
    html = str(Sample(initial={"found": None}))
    for wanted in (r'type="date"[^>]*form-control', r'type="datetime-local"', r'<select[^>]*form-select', r'type="radio"[^>]*form-check-input',
                   r'type="file"[^>]*multiple'):  # fmt: skip
        assert re.search(wanted, html), wanted
    assert "<legend" in html, "radios have a legend"
    assert 'type="hidden" name="token"' in html


def test_a_day_from_the_record_stands_in_the_picker_as_the_picker_wants_it():
    import datetime

    html = str(Sample(initial={"found": datetime.date(2026, 11, 3)}))
    assert 'value="2026-11-03"' in html


def test_groups_follow_the_layout_and_lose_no_field():
    groups = [(heading, [field.name for field in fields]) for heading, fields in Sample().groups()]
    assert groups == [("时间", ["found", "due"]), ("", ["name", "kind", "grade", "urgent", "photos"])]


def test_several_files_come_back_as_a_list_and_none_as_an_empty_one():
    two = [SimpleUploadedFile("a.jpg", b"1"), SimpleUploadedFile("b.jpg", b"2")]
    assert [one.name for one in FilesField().clean(two)] == ["a.jpg", "b.jpg"]
    assert FilesField(required=False).clean([]) == []


def test_what_a_person_typed_is_never_markup():
    html = str(Sample({"name": '"><script>alert(1)</script>', "grade": "9"}))
    assert "<script>" not in html
