"""Looks at what a killed process left.  python -m tests.survival.look  prints JSON."""

import json
import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chuangwen.config.settings")


def main() -> None:
    import django

    django.setup()
    from django.db.models import Count

    from chuangwen.cases.models import Case, CaseEvent
    from chuangwen.fieldwork.models import Observation, ObservationSheet, Round
    from chuangwen.kernel.audit import broken_links

    rounds = dict(Observation.objects.order_by().values_list("round__name").annotate(n=Count("pk")))
    states = list(Case.objects.order_by("pk").values_list("pk", "state"))
    events: dict[int, list[str]] = {}
    for case, verb in CaseEvent.objects.order_by("pk").values_list("case_id", "verb"):
        events.setdefault(case, []).append(verb)
    print(json.dumps({
        "rounds": rounds, "empty_rounds": Round.objects.filter(observations__isnull=True).count(), "sheets": ObservationSheet.objects.count(),
        "cases": states, "events": events, "broken": [f"{b.number} {b.reason}" for b in broken_links()],
        "doubled": list(Case.objects.filter(observation__isnull=False).values_list("observation").annotate(n=Count("pk")).filter(n__gt=1)),
    }))


if __name__ == "__main__":
    main()
