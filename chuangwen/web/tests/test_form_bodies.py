"""A body of the API is checked by the form of the page: what is left out is what the form shows, and what is wrong is said in its words."""

import pytest
from django import forms

from chuangwen.kernel.errors import Refusal
from chuangwen.web.form_bodies import filled
from chuangwen.web.forms import Form


class Sample(Form):
    name = forms.CharField(label="名称", max_length=5)
    count = forms.IntegerField(label="数量", min_value=1, initial=3)
    active = forms.BooleanField(label="启用", required=False, initial=True)
    days = forms.MultipleChoiceField(label="日子", choices=[("1", "一"), ("2", "二")], required=False, initial=["1"])

    def clean(self):
        if self.cleaned_data.get("name") == "甲乙":
            raise forms.ValidationError("不能叫甲乙。")
        return self.cleaned_data


def take(**given):
    return filled(lambda data: Sample(data), given).cleaned_data


def test_what_is_left_out_is_what_the_form_shows():
    assert take(name="甲") == {"name": "甲", "count": 3, "active": True, "days": ["1"]}
    assert take(name="甲", count=5, active=False, days=[2]) == {"name": "甲", "count": 5, "active": False, "days": ["2"]}
    assert take(name="甲", days=[])["days"] == [], "nothing chosen is not left out"


def test_what_is_shown_of_a_row_is_kept():
    form = filled(lambda data: Sample(data, initial={"name": "丙", "active": False}), {"count": 9})
    assert form.cleaned_data == {"name": "丙", "count": 9, "active": False, "days": ["1"]}


@pytest.mark.parametrize(
    "given, fields",
    [
        ({}, {"name"}), ({"name": None}, {"name"}), ({"name": "一二三四五六"}, {"name"}), ({"name": "甲", "count": 0}, {"count"}),
        ({"name": "甲", "count": None}, {"count"}), ({"name": "甲\x00"}, {"name"}), ({"name": "甲", "days": ["3"]}, {"days"}),
        ({"name": "", "count": "x"}, {"name", "count"}),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_by_field_in_the_words_of_the_form(given, fields):
    with pytest.raises(Refusal) as refused:
        take(**given)
    assert (refused.value.status, refused.value.code, set(refused.value.fields)) == (422, "invalid", fields)
    shown = Sample({"count": 3} | given)
    assert all(words in "".join(shown.errors.get(name, [words])) for name, words in refused.value.fields.items())
    assert str(refused.value).partition("：")[0] in {"名称", "数量", "日子"}


def test_what_is_wrong_with_the_whole_is_said_without_a_field():
    with pytest.raises(Refusal) as refused:
        take(name="甲乙")
    assert (str(refused.value), refused.value.fields) == ("不能叫甲乙。", {})
