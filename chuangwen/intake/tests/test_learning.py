"""The kind of problem is proposed by a model of plain numbers, learned from the town's own closed cases; keywords do where there is none."""

import io
import json
import pickle
from datetime import timedelta

import numpy as np
import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from chuangwen.cases.models import Case, State
from chuangwen.intake.learning import actions, proposing, training
from chuangwen.intake.learning.features import features, likeness
from chuangwen.intake.learning.model import Classifier, Unusable, loaded
from chuangwen.intake.learning.training import Sample
from chuangwen.intake.models import CategoryModel, Report
from chuangwen.kernel import clock, jobs
from chuangwen.kernel.access import SYSTEM
from chuangwen.kernel.errors import Denied, Refusal
from chuangwen.standards.models import Family, Kind

WORDS = {
    ("bin", "environment"): ["垃圾桶满了", "垃圾桶溢出来", "桶满没人收", "桶里垃圾太多"],
    ("sticker", "environment"): ["墙上小广告", "电杆贴小广告", "楼道牛皮癣广告", "门口贴了广告"],
    ("lamp", "infrastructure"): ["路灯不亮", "路灯坏了", "晚上灯不亮", "灯杆不亮很黑"],
    ("parking", "order"): ["车乱停放", "汽车停人行道", "电动车乱停", "占道停车"],
}


def samples(each: int = 5) -> list[Sample]:
    return [
        Sample(f"{place}{words}", "road" if family == "infrastructure" else "estate", place, kind, family)
        for (kind, family), texts in WORDS.items()
        for words in texts
        for place in ("东门", "西路", "南街", "北区", "中心", "河边")[:each]
    ]


@pytest.fixture(scope="module")
def model() -> Classifier:
    return training.fit(samples())


def test_it_learns_and_its_shares_sum_to_one(model):
    shares = model.shares(features("公园旁边垃圾桶满了", site_type="estate"))
    assert shares[0][0] == "bin" and sum(share for _code, share in shares) == pytest.approx(1)
    assert model.shares(features("广场路灯不亮"))[0][0] == "lamp"


def test_our_numbers_are_the_librarys_numbers(model, monkeypatch):
    """What is stored answers as the library that trained it does."""
    from sklearn.linear_model import LogisticRegression

    kept = {}
    fit = LogisticRegression.fit
    monkeypatch.setattr(LogisticRegression, "fit", lambda self, x, y: kept.update(self=self, x=x) or fit(self, x, y))
    rows = samples()
    again = training.fit(rows)
    told = kept["self"].predict_proba(kept["x"])
    for row, expected in zip(rows[::7], told[::7], strict=True):
        ours = dict(again.shares(row.counted()))
        assert [ours[code] for code in again.classes] == pytest.approx(list(expected), abs=1e-6)


def test_two_kinds_are_enough(model):
    two = training.fit([sample for sample in samples() if sample.kind in ("bin", "lamp")])
    shares = dict(two.shares(features("路灯不亮")))
    assert shares["lamp"] > 0.5 and sum(shares.values()) == pytest.approx(1)


def test_a_stored_model_answers_the_same(model):
    again = loaded(model.dumped())
    for text in ("垃圾桶满了", "路灯坏了", "", "完全不同的话"):
        ours, theirs = dict(again.shares(features(text))), dict(model.shares(features(text)))
        assert ours == pytest.approx(theirs, abs=1e-4)


def test_nothing_that_is_stored_is_ever_executed(model, tmp_path):
    class Evil:
        def __reduce__(self):
            return (open, (str(tmp_path / "owned"), "w"))

    target = io.BytesIO()
    np.savez(target, head=np.array([Evil()], dtype=object), idf=np.zeros(1), weights=np.zeros((1, 1)), bias=np.zeros(1))
    for body in (pickle.dumps(Evil()), target.getvalue(), b"", b"PK\x03\x04", b"\x93NUMPY"):
        with pytest.raises(Unusable):
            loaded(body)
    assert not (tmp_path / "owned").exists()


@pytest.mark.parametrize("change", ["format", "classes", "vocabulary", "nan"])
def test_a_model_whose_parts_do_not_fit_together_is_refused(model, change):
    head = {"format": 1, "classes": list(model.classes), "vocabulary": sorted(model.vocabulary, key=model.vocabulary.__getitem__)}
    weights = model.weights.copy()
    if change == "format":
        head["format"] = 2
    elif change == "nan":
        weights[0, 0] = np.nan
    else:
        head[change] = head[change][:-1]
    target = io.BytesIO()
    np.savez(
        target, head=np.frombuffer(json.dumps(head).encode(), dtype=np.uint8), idf=model.idf, weights=weights, bias=model.bias
    )
    with pytest.raises(Unusable):
        loaded(target.getvalue())


def test_it_is_tested_on_cases_it_has_not_seen():
    facts = training.tested(samples())
    rows = np.array(facts["confusion"]["rows"])
    assert facts["tested"] == len(samples()) == rows.sum() and facts["folds"] == 5
    assert facts["accuracy"] == rows.trace() / rows.sum() > facts["baseline"]
    assert facts["kind_in_three"] >= facts["kind_accuracy"]


def test_the_same_words_are_never_on_both_sides():
    """Noise that repeats word for word cannot be learned: with every text twice and families at random, the test finds it out."""
    chance = np.random.default_rng(7)
    texts = ["".join(chance.choice(list("天地玄黄宇宙洪荒日月盈昃"), 8)) for _n in range(60)]
    rows = [Sample(text, "", "", f"k{n % 2}", f"f{n % 2}") for n, text in enumerate(texts) for _twice in range(3)]
    assert training.tested(rows)["accuracy"] < 0.75


def test_too_few_are_refused():
    with pytest.raises(training.TooFew):
        training.usable(samples(1))
    with pytest.raises(training.TooFew):
        training.usable([sample for sample in samples() if sample.family == "environment"])


@given(st.text(max_size=200))
def test_any_text_has_features_and_shares(model_text):
    counted = features(model_text, site_type="road")
    assert all(count > 0 for count in counted.values())
    assert 0 <= likeness(model_text, "垃圾桶") <= 1


def test_script_and_width_do_not_matter():
    assert features("垃圾桶满 ABC") == features("垃圾桶滿　ＡＢＣ")


@pytest.mark.django_db
def test_without_a_model_the_words_of_the_kinds_propose(town):
    Kind.objects.filter(code="sticker").update(keywords=["小广告", "牛皮癣"])
    found = proposing.propose("墙上有牛皮癣")
    assert [one.kind.code for one in found] == ["sticker"] and found[0].share is None and found[0].by == "keywords"
    assert proposing.propose("好") == [] and proposing.propose("完全无关的话语") == []


@pytest.fixture
def learned(town):
    """Enough closed cases, and kinds for them."""
    now = clock.now()
    kinds = {}
    for (code, family), _texts in WORDS.items():
        row, _made = Family.objects.get_or_create(code=family, defaults={"name": family})
        kinds[code] = Kind.objects.filter(code=code).first() or Kind.objects.create(code=code, family=row, name=f"类{code}")
    Case.objects.bulk_create(
        Case(
            number=f"20261101-{n}", state=State.CLOSED, source="patrol", description=sample.text, kind=kinds[sample.kind], division=town.street,
            family=kinds[sample.kind].family, reported_at=now, closed_at=now - timedelta(minutes=n),
        )
        for n, sample in enumerate(samples())
    )  # fmt: skip
    return town


@pytest.mark.django_db
def test_the_town_learns_from_its_own_closed_cases_by_a_job(learned, sign_in):
    clerk = sign_in("clerk")
    assert clerk.get(reverse("intake:model")).context["newest"] is None
    assert clerk.post(reverse("intake:train")).status_code == 303
    assert clerk.post(reverse("intake:train")).status_code == 303
    assert jobs.run_waiting() == 1
    row = CategoryModel.objects.get()
    assert row.samples == len(samples())
    found = proposing.propose("小区垃圾桶满了")
    assert found[0].kind.code == "bin" and found[0].by == "model" and 0 < found[0].share <= 1
    page = clerk.get(reverse("intake:model"))
    assert page.status_code == 200 and page.context["newest"] == row and len(page.context["confusion"]["lines"]) == 3


@pytest.mark.django_db
def test_a_young_office_is_told_how_many_are_missing(town):
    with pytest.raises(Refusal, match="40"):
        actions.train(SYSTEM)
    with pytest.raises(Denied):
        actions.train(town.actors["liaison"])


@pytest.mark.django_db
def test_a_damaged_model_falls_back_to_keywords(town):
    CategoryModel.objects.create(trained_at=clock.now(), samples=1, body=b"damaged")
    Kind.objects.filter(code="sticker").update(keywords=["小广告"])
    assert proposing.propose("墙上小广告")[0].by == "keywords"


@pytest.mark.django_db
def test_the_resident_sees_the_proposal_and_what_was_chosen_is_what_counts(learned):
    from chuangwen.intake.tests.test_residents import look, send

    actions.train(SYSTEM)
    client = Client()
    assert look(client, text="垃圾桶满了").json()["kinds"][0]["name"] == "类bin"
    assert send(client, description="垃圾桶满了").status_code == 200
    silent = Report.objects.latest("pk")
    assert silent.case.kind is None and silent.proposed_kind.code == "bin" and silent.kind_kept is None
    lamp = Kind.objects.get(code="lamp")
    assert send(client, description="垃圾桶满了", kind=str(lamp.pk)).status_code == 200
    changed = Report.objects.latest("pk")
    assert changed.case.kind == lamp and changed.proposed_kind.code == "bin" and changed.kind_kept is False


@pytest.mark.django_db
def test_the_clerk_sees_how_sure_the_proposal_was(learned, sign_in):
    from chuangwen.intake.tests.test_residents import send

    actions.train(SYSTEM)
    send(Client(), description="垃圾桶满了")
    report = Report.objects.get()
    page = sign_in("clerk").get(reverse("cases:detail", args=[report.case_id])).content.decode()
    assert f"{report.proposed_share:.0%}" in page and "类bin" in page
