"""Words about health, birthdays, the table of states, and the arithmetic of pairing beside trying everything."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date
from itertools import combinations, product

import pytest

from chuangwen.volunteers.care import pairing, rules, states

TODAY = date(2026, 11, 2)
ABOUT_HEALTH = [
    "有高血压，记得提醒吃药", "糖尿病多年", "去年中风，行动不便", "老年痴呆初期", "刚出院", "每周透析两次", "确诊抑郁", "心脏装了支架",
    "咳嗽两周了", "白内障术后", "对青霉素过敏", "患癌症", "耳聋", "需打针", "takes medication daily", "血压偏高", "住院中", "有精神分裂史",
    "骨折后卧床", "失智老人",
]  # fmt: skip
HARMLESS = [
    "说话请大声，敲门三下", "住药店楼上", "水管有毛病，想请人修", "喜欢听粤剧", "医院对面的红砖楼", "儿子在广州打工", "每天下午在公园下棋",
    "门锁不好开", "不识字，请读信", "走路慢，陪着去买菜", "养了一只猫", "爱吃甜食", "屋前有台阶", "早上六点起床", "想学用手机",
    "路口修车铺旁边", "上楼要扶一把", "晚上早睡，七点后别打电话",
]  # fmt: skip


@pytest.mark.parametrize("text", ABOUT_HEALTH)
def test_a_word_about_health_is_found_and_named(text):
    found = rules.medical_word(text)
    assert found is not None and found.lower() in text.lower()


@pytest.mark.parametrize("text", HARMLESS)
def test_what_helps_and_says_nothing_of_health_is_left_alone(text):
    assert rules.medical_word(text) is None


@pytest.mark.parametrize(
    ("birthday", "sound"),
    [((None, None, None), True), ((2, 29, None), True), ((2, 30, None), False), ((3, 5, 1948), True), ((2, 29, 1947), False),
     ((13, 1, None), False), ((3, None, None), False),
     ((None, None, 1948), False), ((3, 5, 1899), False), ((12, 1, 2026), False), ((4, 31, None), False)],
)  # fmt: skip
def test_a_birthday_is_a_day_of_some_year_and_the_year_may_be_left_out(birthday, sound):
    assert rules.sound_birthday(*birthday, TODAY) is sound


def test_birthdays_are_read_as_people_write_them():
    assert rules.read_birthday("1948-03-05") == (1948, 3, 5) == rules.read_birthday("1948年3月5日") == rules.read_birthday("19480305")
    assert rules.read_birthday("3-5") == (None, 3, 5) == rules.read_birthday("3月5日")
    for wrong in ("", "三月", "48-3-5", "3"):
        with pytest.raises(ValueError, match=wrong or ".*"):
            rules.read_birthday(wrong)
    assert rules.birthday_in(2027, 2, 29) == date(2027, 2, 28) and rules.birthday_in(2028, 2, 29) == date(2028, 2, 29)


def test_every_step_is_allowed_or_forbidden_in_every_state():
    allowed = {(state, step): states.after(state, step) for state in states.STATES for step in states.Step if states.after(state, step)}
    assert {key for key in allowed if key[0] == states.ENDED} == {(states.ENDED, states.Step.ALARM)}
    assert allowed[states.AWAY, states.Step.COME_BACK] == states.RUNNING and (states.RUNNING, states.Step.COME_BACK) not in allowed
    assert all(allowed[state, step] == state for state in (states.RUNNING, states.AWAY) for step in (states.Step.RECORD, states.Step.HELPERS))


def _crowd(rng, count, **more):
    return [
        pairing.Someone(n, rng.randrange(3), 21.66 + rng.random() / 40, 110.92 + rng.random() / 40, rng.randrange(6), **more)
        for n in range(count)
    ]


def test_a_plan_is_the_best_of_all_plans():
    weights = pairing.Weights()
    for seed in range(12):
        rng = random.Random(seed)
        people, crowd = _crowd(rng, 3), [pairing.Someone(**vars(one) | {"load": rng.randrange(2)}) for one in _crowd(rng, 5)]
        cost, _way = pairing.costs(people, crowd, weights)
        best = float("inf")
        for chosen in product(list(combinations(range(5), 2)), repeat=3):
            many = Counter(key for two in chosen for key in two)
            if all(crowd[key].load + n <= weights.most for key, n in many.items()):
                load = sum(weights.load * (crowd[key].load + k) for key, n in many.items() for k in range(n))
                best = min(best, load + sum(cost[row, key] for row, two in enumerate(chosen) for key in two))
        found = pairing.pair(people, crowd, {one.key: 2 for one in people}, weights=weights)
        assert found.cost == pytest.approx(best) and found.gap == 0


def test_280_people_and_400_volunteers_are_paired_evenly_and_proven():
    rng = random.Random(3)
    people, crowd = _crowd(rng, 280), _crowd(rng, 400)
    found = pairing.pair(people, crowd, {one.key: 2 for one in people})
    loads = Counter(key for two in found.of.values() for key in two)
    assert found.gap == 0 and not found.short and max(loads.values()) <= 2
    assert all(len(set(two)) == 2 for two in found.of.values())
    nearest = pairing.metres(people, crowd).argsort(axis=1)[:, :2]
    greedy = Counter(int(key) for two in nearest for key in two)
    assert max(greedy.values()) > 3, "going to the nearest alone would load some with too many"


def test_where_volunteers_are_too_few_it_is_said_who_misses_somebody():
    rng = random.Random(1)
    people, crowd = _crowd(rng, 5), _crowd(rng, 2)
    found = pairing.pair(people, crowd, {one.key: 2 for one in people})
    assert sum(map(len, found.of.values())) == 6 and sum(found.short.values()) == 4
    assert pairing.pair(people, [], {0: 2}).short == {0: 2} and pairing.pair(people, crowd, {}).of == {}


def test_who_is_forbidden_or_full_is_never_proposed():
    me = pairing.Someone(1, 1, 21.66, 110.92, 3)
    crowd = [pairing.Someone(n, 1, 21.66, 110.92 + n / 1000, 3, load=3 if n == 0 else 0) for n in range(4)]
    assert [one.volunteer for one in pairing.propose(me, crowd, without=[1])] == [2, 3]
    assert pairing.pair([me], crowd, {1: 2}, forbidden=[(1, 1)]).of == {1: [2, 3]}
