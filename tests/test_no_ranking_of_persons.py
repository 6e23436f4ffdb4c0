"""Nothing ranks persons (DOMAIN.md section 2, rule 1; 国办函〔2026〕12号): units and places are ranked by results, persons never by activity.

How it is looked for, readably: a *result* is a column or field whose name says rank, place, score, points, level of activity or how
often somebody signed in or checked in (when somebody last did is no result: it is asked for by the security of the accounts). A *person*
is a column or field that leads to an account or a person. A table, a list page (and so its export), an answer of the API or a message
that holds a result beside a person, or a result of a person's own, is a ranking of persons in the making.
"""

import re

import pytest
from django.apps import apps
from django.db.models import Model
from django.urls import URLResolver, get_resolver

from chuangwen.config.api import api
from chuangwen.people.models import Account, Person
from chuangwen.web.lists import ListColumn, ListPage

RESULT = re.compile(
    r"(^|_)(rank(ed|ing)?|score|points|stars?|medals?|leaderboard|likes?|steps|streak|check_?ins?|sign_?ins?_count|logins|login_count|"
    r"online_(time|minutes|hours)|activity_(count|score)|visits_count|reports_count|red|black|mark)($|_)"
)
PERSON = re.compile(r"(^|_)(person|persons|people|account|accounts|user|username|staff|inspector|volunteer|reporter|worker|member)($|_)")
PERSONAL_WORDS = re.compile(r"(person|account|people|staff|inspector|worker|reporter)s?\b.*\b(rank|score|points|leaderboard)|"
                            r"\b(rank|leaderboard|top)\b.*\b(person|people|account|staff|inspector|worker)s?\b", re.I)  # fmt: skip

WHO_DID_IT = re.compile(r"_by$|^(account|actor|assigned_to)$")
"""Who did something, kept so that it can be answered for. It says nothing of how much or how well anybody did."""
ALLOWED = {
    "scoring.ManualEntry": "points of a unit's award; the accounts are who entered and who checked it, and no list adds them up",
}
"""Tables that hold a result and an account all the same: each with the reason."""


def results_of(names):
    return {name for name in names if RESULT.search(name)}


def persons_of(names):
    return {name for name in names if PERSON.search(name) and not WHO_DID_IT.search(name)}


def ours() -> list[type[Model]]:
    return [model for model in apps.get_models() if model.__module__.startswith("chuangwen.") and ".tests" not in model.__module__]


def leads_to_a_person(field) -> bool:
    return field.is_relation and field.related_model in (Account, Person) and not field.auto_created


def ranking_in_table(model: type[Model]) -> str:
    """What is wrong with a table; empty for nothing."""
    names = {field.name for field in model._meta.get_fields()}
    found = results_of(names)
    if model in (Account, Person):
        return f"{model._meta.label}: a person's own {', '.join(sorted(found))}" if found else ""
    people = {field.name for field in model._meta.get_fields() if leads_to_a_person(field)}
    if found and people and model._meta.label not in ALLOWED:
        subjects = people - {name for name in people if name.endswith("_by")}
        if subjects:
            return f"{model._meta.label}: {', '.join(sorted(found))} beside {', '.join(sorted(subjects))}"
    return ""


def ranking_in_columns(name: str, columns) -> str:
    """What is wrong with the columns of a list or an export."""
    keys = [column.key for column in columns]
    found, people = results_of(keys), persons_of(keys)
    paths = {str(column.cell) for column in columns if isinstance(column.cell, str)} | {
        path for column in columns for path in ([column.sort] if isinstance(column.sort, str) else column.sort or ())
    }
    counted = {path for path in paths if re.search(r"(account|person).*(count|rank|score)", path)}
    if (found and people) or counted:
        return f"{name}: {', '.join(sorted(found | counted))} beside {', '.join(sorted(people))}"
    return ""


def ranking_in_schema(name: str, properties) -> str:
    """What is wrong with an answer of the API."""
    found, people = results_of(properties), persons_of(properties)
    return f"{name}: {', '.join(sorted(found))} beside {', '.join(sorted(people))}" if found and people else ""


def list_pages() -> list[type[ListPage]]:
    """Every list page that has an address."""
    found: dict[type[ListPage], None] = {}

    def walk(resolver: URLResolver) -> None:
        for pattern in resolver.url_patterns:
            if isinstance(pattern, URLResolver):
                walk(pattern)
                continue
            view = getattr(pattern.callback, "view_class", None)
            if isinstance(view, type) and issubclass(view, ListPage):
                found[view] = None

    walk(get_resolver())
    return list(found)


def test_no_table_holds_a_result_of_a_person():
    assert [wrong for model in ours() if (wrong := ranking_in_table(model))] == []
    known = {model._meta.label for model in ours()}
    assert set(ALLOWED) <= known, "these are gone: take them off the list"


def test_no_list_and_no_export_shows_a_result_beside_a_person():
    pages = list_pages()
    assert len(pages) > 20, "the walk finds the lists of the house"
    wrong = []
    for page in pages:
        for kind in ("columns", "export_columns"):
            columns = getattr(page, kind, None)
            if isinstance(columns, list | tuple):
                wrong.append(ranking_in_columns(f"{page.__module__}.{page.__name__}.{kind}", columns))
    assert [line for line in wrong if line] == []


def test_no_answer_of_the_api_holds_a_result_beside_a_person():
    schemas = api.get_openapi_schema()["components"]["schemas"]
    assert len(schemas) > 20
    assert [wrong for name, schema in schemas.items() if (wrong := ranking_in_schema(name, schema.get("properties", {})))] == []


def test_no_list_can_be_sorted_by_what_a_person_did_most():
    wrong = []
    for page in list_pages():
        named = any(persons_of([column.key]) for column in page.columns)
        for column in page.columns:
            if named and column.kind in ("int", "decimal", "percent", "minutes") and column.sort:
                wrong.append(f"{page.__module__}.{page.__name__}: persons sorted by {column.key}")
    assert wrong == []


def test_no_sentence_of_the_house_speaks_of_ranking_persons():
    import polib

    from chuangwen.kernel import catalogs

    wrong = []
    for path in sorted(catalogs.PACKAGE.glob("*/locale/zh_Hans/LC_MESSAGES/django.po")):
        wrong += [entry.msgid for entry in polib.pofile(str(path)) if not entry.obsolete and PERSONAL_WORDS.search(entry.msgid)]
    assert wrong == []


# -- the search itself finds what it is for ----------------------------------------------------------------------------


class _Field:
    """As much of a model's field as the search asks for."""

    def __init__(self, name, related=None):
        self.name, self.related_model, self.is_relation, self.auto_created = name, related, related is not None, False


def _table(label, *fields):
    meta = type("_meta", (), {"label": label, "get_fields": staticmethod(lambda: list(fields))})
    return type("Table", (), {"_meta": meta})


@pytest.mark.parametrize(
    "fields",
    [
        (_Field("account", Account), _Field("score")), (_Field("person", Person), _Field("rank")),
        (_Field("inspector", Account), _Field("check_ins")),
        (_Field("winner", Person), _Field("points_earned")), (_Field("account", Account), _Field("online_minutes")),
    ],
)  # fmt: skip
def test_a_table_that_ranks_persons_is_found(fields):
    assert ranking_in_table(_table("x.Ranking", *fields))


def test_a_table_that_ranks_units_is_not():
    assert ranking_in_table(_table("x.Row", _Field("unit"), _Field("rank"), _Field("signed_by", Account))) == ""
    assert ranking_in_table(_table("x.Who", _Field("account", Account), _Field("at"))) == ""


def test_a_list_or_an_answer_that_ranks_persons_is_found():
    columns = [ListColumn("inspector", "督导员"), ListColumn("rank", "名次")]
    assert ranking_in_columns("x", columns)
    assert ranking_in_columns("x", [ListColumn("name", "姓名"), ListColumn("n", "次数", sort="account__visits_count")])
    assert ranking_in_columns("x", [ListColumn("unit", "单位"), ListColumn("rank", "名次")]) == ""
    assert ranking_in_schema("x", {"username": {}, "points": {}})
    assert ranking_in_schema("x", {"unit": {}, "points": {}}) == ""
    assert PERSONAL_WORDS.search("Rank of inspectors") and not PERSONAL_WORDS.search("Rank of units")
