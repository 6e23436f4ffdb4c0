"""How quickly earlier photos are searched, how often what is done to pictures is noticed, and how often honest ones are doubted.

The search runs over generated hashes and words (words as unevenly spread as those of photos), the index being filled as from the table. The
rates are measured on two test sets: photo-like places seen by a moving camera (``evidence.trial``), and the drawings of the demonstration.
"""

import resource
import statistics
import sys
import time
from datetime import UTC, datetime
from typing import Any

import numpy as np

SIZES = (10_000, 100_000, 1_000_000)
PLACES, DRAWN, PEOPLED = 40, 12, 60
NOT_NOTICED = (
    "裁剪后每边只剩原图约六成以下、或画面几乎没有纹理的照片，可能找不到原图。",
    "翻拍屏幕只有在摩尔纹清楚时才能看出；换机位翻拍、重新构图的旧照片按新照片对待。",
    "没有原图可比时，涂抹（修补）一般看不出；复制粘贴区域只能看出约三分之一到三分之二，异源拼贴只能看出少数（实测见上表），再次缩放或强压缩之后看不出。",
    "“未见变化”只在几乎同一位置拍摄时才提示；站位稍有移动（前后景错位）就不作判断。",
    "同一天、同一机位、三脚架拍摄的两张照片可能被当作同一张；由人员认定。",
    "人脸、车牌检测只用颜色和形状，不用训练模型：背影、口罩、小脸、侧脸、白牌常漏，必须由人看一遍。",
)


def measure(sizes: tuple[int, ...], places: int, drawn: int, people: int) -> dict[str, Any]:
    """All figures; ``places``, ``drawn`` and ``people`` say how many pictures the rates are taken from."""
    from chuangwen.evidence.trial import people as peopled
    from chuangwen.evidence.trial import rates

    figures: dict[str, Any] = {"search": [searched(size) for size in sizes], "table": from_table(min(sizes))}
    if places:
        figures["places"] = {"count": places} | rates.measure(places).figures()
    if drawn:
        figures["drawn"] = {"count": drawn} | rates.measure(drawn, drawn_visit).figures()
    if people:
        figures["covering"] = peopled.measure(people)
    figures["not_noticed"] = NOT_NOTICED
    return figures


def searched(size: int, rounds: int = 15) -> dict[str, Any]:
    """Seconds and memory of the search over so many photos: by hashes alone, and with words as a crop needs them, mirror image included."""
    from chuangwen.evidence.likeness import WORDS, Index
    from chuangwen.evidence.pixels.sketch import ASKED

    rng = np.random.default_rng(size)
    before = _memory()
    index = Index()
    for start in range(0, size, 100_000):
        count = min(100_000, size - start)
        words = (65_535 * rng.random((count, WORDS)) ** 1.6 + 1).astype(np.uint16)
        numbers = rng.integers(0, 2**64, (2, count), dtype=np.uint64)
        index.load(np.arange(start + 1, start + count + 1), numbers[0], numbers[1], words)
    started = time.perf_counter()
    asked = (65_535 * rng.random((rounds, 2, ASKED)) ** 1.6 + 1).astype("<u2")
    index.search(1, 2, asked[0, 0].tobytes(), mirrored_sketch=asked[0, 1].tobytes())
    first = time.perf_counter() - started
    hashes, whole = [], []
    for n in range(rounds):
        dhash, phash = (int(value) for value in rng.integers(0, 2**63, 2))
        started = time.perf_counter()
        index.search(dhash, phash)
        hashes.append(time.perf_counter() - started)
        started = time.perf_counter()
        index.search(dhash, phash, asked[n, 0].tobytes(), mirrored_sketch=asked[n, 1].tobytes())
        whole.append(time.perf_counter() - started)
    return {
        "photos": size,
        "hashes_ms": round(statistics.median(hashes) * 1000, 2),
        "with_words_ms": round(statistics.median(whole) * 1000, 2),
        "slowest_ms": round(max(whole) * 1000, 2),
        "inverted_once_s": round(first, 2),
        "memory_mib": round(_memory() - before),
    }


def from_table(size: int) -> dict[str, Any]:
    """Seconds to read so many photos out of the table of a fresh installation, and to look whether there is a new one."""
    from chuangwen.commands.benches.ground import ground
    from chuangwen.commands.benches.web import connected

    with ground() as on:
        connected(on)
        from django.db import connections

        from chuangwen.evidence.likeness import Index
        from chuangwen.evidence.models import Photo
        from chuangwen.kernel import clock

        rng, now = np.random.default_rng(1), clock.now()
        Photo.objects.bulk_create(
            (
                Photo(
                    file_key=f"{n:064x}", sm3=f"{n:064x}", dhash=f"{int(d):016x}", phash=f"{int(p):016x}", sketch=rng.bytes(96), format="JPEG",
                    size=1, width=1, height=1, uploaded_at=now, custody_previous=f"{n:064x}", custody=f"{n + 1:064x}", generated=True,
                )
                for n, (d, p) in enumerate(rng.integers(0, 2**63, (size, 2)))
            ),
            batch_size=1000,
        )  # fmt: skip
        index = Index()
        started = time.perf_counter()
        index.follow()
        read = time.perf_counter() - started
        started = time.perf_counter()
        index.follow()
        again = time.perf_counter() - started
        found = {"photos": index.count, "read_s": round(read, 2), "follow_ms": round(again * 1000, 2), "database": on.engine}
        connections.close_all()
    return found


def drawn_visit(seed: int) -> Any:
    """A place as the demonstration draws it, twice, and one like it. The trouble is taken to stand in the lower middle."""
    from chuangwen.demo.drawing.troubles import TROUBLES
    from chuangwen.demo.pictures import draw
    from chuangwen.evidence.trial.rates import Visit

    backgrounds = ("street", "lane", "estate", "wall", "ground")
    scene = f"{backgrounds[seed % 5]}/{list(TROUBLES)[seed * 7 % len(TROUBLES)]}"

    def taken(place: int, stage: str, shot: int) -> bytes:
        return draw(
            scene, place=place, stage=stage, shot=shot, taken_at=datetime(2026, 1, 5, 9, tzinfo=UTC), lat=21.66, lon=110.92
        )

    return Visit(
        before=taken(seed, "before", 1), again=taken(seed, "after", 2), still=taken(seed, "before", 3), other=taken(seed + 900, "after", 4),
        box=(500, 560, 260, 200),
    )  # fmt: skip


def text(figures: dict[str, Any]) -> str:
    """The figures for a person."""
    from chuangwen.commands.measure import table

    parts = [table("相似照片检索（毫秒）", figures["search"]), table("从数据库读入", [figures["table"]])]
    for key, title in (("places", "仿真照片"), ("drawn", "演示绘图")):
        if key in figures:
            found = figures[key]
            parts.append(table(f"{title} {found['count']} 处：识别", [{"what": n} | r for n, r in found["detection"].items()]))
            parts.append(table(f"{title}：误报", [{"what": n} | r for n, r in found["false_alarm"].items()]))
    if "covering" in figures:
        parts.append(table("人脸、车牌（绘制）", [figures["covering"]]))
    return "\n".join([*parts, "看不出的：", *(f"  {line}" for line in NOT_NOTICED)])


def _memory() -> float:
    """MiB that this process has taken at most so far."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / 2**20 if sys.platform == "darwin" else most / 2**10
