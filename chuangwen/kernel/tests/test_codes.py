"""Division, organisation and identity codes against the examples of their standards."""

import random
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chuangwen.kernel import codes


def test_a_division_code_knows_its_level_and_its_parents():
    village = codes.parse_division_code("440902003001")
    assert (village.level, village.significant) == ("village", "440902003001")
    assert [(above.code, above.level) for above in village.ancestors] == [
        ("440000000000", "province"),
        ("440900000000", "city"),
        ("440902000000", "county"),
        ("440902003000", "town"),
    ]


@pytest.mark.parametrize(
    ("text", "code", "level"),
    [("44", "440000000000", "province"), ("4409", "440900000000", "city"), ("440902", "440902000000", "county"),
     ("440902003", "440902003000", "town"), ("４４０９０２００３００１", "440902003001", "village"),
     ("4409 0200 3001", "440902003001", "village")],
)  # fmt: skip
def test_short_and_wide_codes_are_filled_up(text, code, level):
    assert (codes.parse_division_code(text).code, codes.parse_division_code(text).level) == (code, level)


def test_a_city_without_counties_has_its_towns_below_it():
    town = codes.parse_division_code("441900003000")
    assert (town.level, town.parent.code, town.parent.level) == ("town", "441900000000", "city")


@pytest.mark.parametrize("text", ["", "0", "4409020030011", "44090200300", "990000000000", "440902000001", "440002000000"])
def test_what_cannot_be_a_division_code_is_refused(text):
    assert not codes.is_division_code(text)
    with pytest.raises(ValueError):  # noqa: PT011
        codes.parse_division_code(text)


def test_the_credit_code_of_the_standards_example_is_right():
    """GB 32100-2015."""
    assert codes.is_credit_code("91350100M000100Y43")
    assert codes.is_credit_code(" 91350100m000100y43 ")


@pytest.mark.parametrize("text", ["91350100M000100Y44", "91350100M000100Y4", "91350100M000100I43", "", "9135010OM000100Y43"])
def test_a_wrong_credit_code_is_found(text):
    assert not codes.is_credit_code(text)


@given(st.integers(0, 16), st.integers(1, 30))
def test_one_changed_character_of_a_credit_code_is_always_found(place, shift):
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    code = "91350100M000100Y43"
    changed = alphabet[(alphabet.index(code[place]) + shift) % 31]
    if changed != code[place]:
        assert not codes.is_credit_code(code[:place] + changed + code[place + 1 :])


def test_the_identity_number_of_the_standards_example_is_right():
    """GB 11643-1999."""
    assert codes.is_resident_id("11010519491231002X")
    assert codes.is_resident_id("11010519491231002x")
    for wrong in ("110105194912310021", "11010519491331002X", "99010519491231002X", "1101051949123100", ""):
        assert not codes.is_resident_id(wrong)


def test_any_number_completed_by_its_check_digit_is_right():
    chance = random.Random(3)
    for _ in range(200):
        birthday = f"{chance.randint(1950, 2020)}{chance.randint(1, 12):02d}{chance.randint(1, 28):02d}"
        first = f"440902{birthday}{chance.randint(0, 999):03d}"
        assert codes.is_resident_id(first + codes.resident_id_check(first))


@pytest.mark.parametrize(
    ("text", "expected"),
    [("13800138000", "13800138000"), ("+86 138-0013-8000", "13800138000"), ("0086 13800138000", "13800138000"),
     ("１３８００１３８０００", "13800138000"),
     ("(0668) 2276543", "0668-2276543"), ("010-12345678", "010-12345678"),
     ("0668-2276543转801", "0668-2276543-801"), ("12345", "12345"),
     ("400 800 8888", "4008008888")],
)  # fmt: skip
def test_telephones_have_one_form(text, expected):
    assert codes.parse_phone(text) == expected


@pytest.mark.parametrize("text", ["", "1380013800", "12800138000", "138001380001", "abc", "99999"])
def test_what_is_no_telephone_is_refused(text):
    with pytest.raises(ValueError):  # noqa: PT011
        codes.parse_phone(text)


def test_masks_hide_what_they_should():
    assert codes.mask_phone("13812341234") == "138****1234"
    assert codes.mask_phone("12345") == "1****"
    assert [codes.mask_name(name) for name in ("张三", "欧阳修文", "李", "")] == ["张*", "欧阳**", "*", ""]
    assert codes.mask_resident_id("11010519491231002X") == "1101************2X"


@given(st.text(max_size=20))
def test_checks_never_fail_in_an_unknown_way(text):
    for check in (codes.is_division_code, codes.is_credit_code, codes.is_resident_id, codes.is_mobile):
        assert check(text) in (True, False)
    with suppress(ValueError):
        codes.parse_phone(text)
