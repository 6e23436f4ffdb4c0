"""Example photos beside the checklist items that are looked at most often: drawn by the program, wrong before and right after repair."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from concurrent.futures import Future

from chuangwen.demo.filling.keys import Keys
from chuangwen.demo.records import PhotoRecipe, TownData
from chuangwen.demo.scenes import scene_for
from chuangwen.evidence.intake import Taken
from chuangwen.kernel import files
from chuangwen.standards import shipped
from chuangwen.standards.actions.examples import stored_picture
from chuangwen.standards.models import ChecklistExample, ChecklistItem, Kind

SCENES = 20
SIDE = 960
RIGHT, WRONG = "整改后（生成图）", "{kind}（生成图）"
Shown = tuple[str, str]
"""Code of a kind of problem, and the scene that shows it."""


def most_used(data: TownData, most: int = SCENES) -> dict[Shown, list[str]]:
    """The problems that the checklists of most sites ask about, each as one picture -> codes of the items that it stands beside.

    A kind of problem comes with one scene only, the one that most sites see.
    """
    sites = Counter(site.type for site in data.sites)
    items: dict[Shown, list[str]] = defaultdict(list)
    weight: Counter[Shown] = Counter()
    for item in shipped.checklist_items():
        if not item.kinds:
            continue
        try:
            shown = item.kinds[0], scene_for(item.kinds[0], item.site_type)
        except KeyError:
            continue
        items[shown].append(item.code)
        weight[shown] += sites[item.site_type]
    chosen: dict[Shown, list[str]] = {}
    for shown, _sites in sorted(weight.items(), key=lambda entry: (-entry[1], entry[0])):
        if len(chosen) < most and all(kind != shown[0] for kind, _scene in chosen):
            chosen[shown] = items[shown]
    return chosen


def example_recipes(data: TownData, most: int | None = None) -> list[PhotoRecipe]:
    """Two photos a scene, the fault and its repair; at most ``most`` photos."""
    scenes = SCENES if most is None else min(SCENES, max(1, most // 2))
    return [
        PhotoRecipe(scene, 900 + number, stage, 0, data.now, 21.66, 110.92)
        for number, (_kind, scene) in enumerate(most_used(data, scenes))
        for stage in ("before", "after")
    ]


def fill_examples(keys: Keys, recipes: Sequence[PhotoRecipe], drawn: Sequence[Future[list[Taken]]]) -> int:
    """Put the pictures beside their items; how many different pictures."""
    taken = [each for pack in drawn for each in pack.result()]
    chosen = most_used(keys.data, len(recipes) // 2)
    edition = "criterion__requirement__indicator__section__edition"
    rows = ChecklistItem.objects.filter(code__in=[code for codes in chosen.values() for code in codes], **{edition: keys.edition})
    by_code = {item.code: item for item in rows}
    names = dict(Kind.objects.values_list("code", "name"))
    made = []
    for number, ((kind, _scene), codes) in enumerate(chosen.items()):
        for right, one in ((False, taken[2 * number]), (True, taken[2 * number + 1])):
            facts = stored_picture(files.read(one.key), SIDE)
            caption = RIGHT if right else WRONG.format(kind=names.get(kind, ""))
            made += [
                ChecklistExample(item=by_code[code], right=right, caption=caption, order=1, generated=True, **facts)
                for code in codes
                if code in by_code
            ]
    ChecklistExample.objects.bulk_create(made, batch_size=500)
    return len(taken)
