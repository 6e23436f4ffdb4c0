"""All photos ever taken in are searched in one array, which follows the table whoever writes it."""

import numpy as np
import pytest
from django.db import transaction

from chuangwen.evidence import likeness
from chuangwen.evidence.actions import take_in
from chuangwen.evidence.likeness import Index, mirrored_dhash, mirrored_phash
from chuangwen.evidence.models import Photo
from chuangwen.kernel.pictures import inspect
from chuangwen.people.actors import actor_of
from chuangwen.testing.factories import make_town
from chuangwen.testing.pictures import jpeg, saved, scene
from chuangwen.testing.threads import at_once


def hashes(photo: Photo) -> tuple[int, int]:
    return int(photo.dhash, 16), int(photo.phash, 16)


def found(index: Index, photo: Photo) -> list[int]:
    index.follow()
    return [candidate.photo_id for candidate in index.search(*hashes(photo), bytes(photo.sketch))]


@pytest.fixture
def actor(town):
    return town.actors["grid_worker"]


def test_a_photo_is_found_as_soon_as_it_is_in(actor):
    index = Index()
    first = take_in(actor, jpeg(1))
    assert found(index, first)[0] == first.pk
    second = take_in(actor, jpeg(2))
    assert found(index, second)[0] == second.pk and index.count == 2


def test_what_is_not_new_costs_one_query(actor, django_assert_num_queries):
    index = Index()
    take_in(actor, jpeg(1))
    index.follow()
    with django_assert_num_queries(1):
        index.follow()


def test_a_photo_that_was_taken_back_leaves_no_trace_though_its_number_comes_again(actor):
    index = Index()
    kept = take_in(actor, jpeg(1))
    index.follow()
    with pytest.raises(RuntimeError), transaction.atomic():
        take_in(actor, jpeg(2))
        index.follow()
        assert index.count == 2
        raise RuntimeError
    other = take_in(actor, jpeg(3))
    assert found(index, other)[0] == other.pk and index.count == 2
    assert found(index, kept)[0] == kept.pk


def test_an_index_of_another_database_is_forgotten(actor):
    index = Index()
    for n in (1, 2, 3):
        take_in(actor, jpeg(n))
        index.follow()
    Photo.objects.all().delete()
    index.follow()
    assert index.count == 0
    photo = take_in(actor, jpeg(4))
    assert found(index, photo) == [photo.pk]


def test_several_processes_and_threads_see_all_photos(shared_database):
    """Eight threads write and search at once, each second one with an index of its own, as workers have."""
    actor = actor_of(make_town().accounts["grid_worker"])
    shared = [Index() for _ in range(4)]

    def bring_and_search(n: int) -> bool:
        photo = take_in(actor, jpeg(n + 1))
        return photo.pk in found(shared[n % 4], photo)

    assert all(at_once(bring_and_search, 8))
    for index in shared:
        index.follow()
        assert index.count == 8
        assert index._rows.keys[:8].tolist() == list(Photo.objects.order_by("pk").values_list("pk", flat=True))


def test_only_earlier_photos_are_found_where_that_is_asked(actor):
    first, again = take_in(actor, jpeg(1)), take_in(actor, jpeg(1, quality=60))
    assert [c.photo_id for c in likeness.search(*hashes(again), before=again.pk)] == [first.pk]


@pytest.mark.parametrize("seed", range(6))
def test_the_hashes_of_a_mirror_image_follow_from_the_hashes(seed):
    picture = scene(seed)
    as_it_is, flipped = inspect(saved(picture, "PNG")), inspect(saved(picture.transpose(0), "PNG"))
    differ = (mirrored_dhash(as_it_is.dhash64) ^ flipped.dhash64).bit_count()
    assert differ <= 20 and (mirrored_phash(as_it_is.phash64) ^ flipped.phash64).bit_count() <= 6
    assert mirrored_dhash(mirrored_dhash(as_it_is.dhash64)) == as_it_is.dhash64


def filled(count: int, seed: int = 1) -> Index:
    rng = np.random.default_rng(seed)
    index = Index()
    index.load(
        np.arange(1, count + 1),
        rng.integers(0, 2**63, count, dtype=np.uint64),
        rng.integers(0, 2**63, count, dtype=np.uint64),
        rng.integers(1, 2**16, (count, likeness.WORDS), dtype=np.uint16),
    )
    return index


def test_words_find_a_photo_whose_hashes_differ_also_behind_the_inverted_index():
    index = filled(30_000)
    words = index._rows.words
    assert [c.photo_id for c in index.search(0, 0, words[4711].tobytes(), most=1)] == [4712]
    index.load(np.array([99_999]), np.array([5], np.uint64), np.array([5], np.uint64), words[[7]] ^ np.uint16(21_000))
    asked = (words[7] ^ np.uint16(21_000)).tobytes()
    assert [c.photo_id for c in index.search(0, 0, asked, most=1)] == [99_999]


def test_blocks_grow_with_the_photos_and_find_each_of_them():
    index = filled(3 * Index.BLOCK)
    words = index._rows.words.copy()
    index.search(0, 0, words[0].tobytes())
    for n in range(Index.JOINED):
        more = filled(Index.BLOCK, seed=n + 50)._rows
        keys = np.arange(index.count + 1, index.count + Index.BLOCK + 1)
        index.load(keys, more.dhash[: Index.BLOCK], more.phash[: Index.BLOCK], more.words[: Index.BLOCK])
        index.search(0, 0, words[0].tobytes())
    covered = [(block.start, block.count) for block in index._blocks]
    assert [start for start, _count in covered] == np.cumsum([0, *(count for _start, count in covered[:-1])]).tolist()
    assert max(count for _start, count in covered) == Index.BLOCK * Index.JOINED
    for row in (0, Index.BLOCK + 5, 9 * Index.BLOCK, index.count - 1):
        asked = index._rows.words[row].tobytes()
        assert index.search(0, 0, asked, most=1)[0].photo_id == index._rows.keys[row]


def test_few_bits_away_is_found_and_many_are_not():
    index = filled(5_000)
    dhash, phash = int(index._rows.dhash[41]), int(index._rows.phash[41])
    assert index.search(dhash ^ 0b10101, phash ^ 0b11)[0].photo_id == 42
    assert index.search(dhash ^ 0b10101, phash ^ 0b11)[0].bits == 5
    assert index.search(dhash ^ (2**40 - 1), phash) == []


@pytest.mark.long
def test_a_million_photos_are_searched_well_within_a_tenth_of_a_second():
    import time

    index = filled(1_000_000)
    index.search(1, 1, index._rows.words[0].tobytes())
    times = []
    for n in range(7):
        started = time.perf_counter()
        index.search(int(index._rows.dhash[n]), int(index._rows.phash[n]))
        times.append(time.perf_counter() - started)
    assert sorted(times)[3] < 0.1
