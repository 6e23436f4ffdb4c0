"""Puts the shipped dictionary of metrics in: what the papers of campaigns count. What an office edits or takes out of use stays so."""

import csv
from decimal import Decimal
from pathlib import Path

from chuangwen.kernel.install import installs
from chuangwen.ledger.models import Metric

FILE = Path(__file__).parent / "shipped" / "metrics.csv"


def shipped() -> list[Metric]:
    """The dictionary as it is shipped, unsaved, in its order."""
    with FILE.open(encoding="utf-8", newline="") as source:
        rows = list(csv.DictReader(source))
    return [
        Metric(
            code=row["code"],
            name=row["name"],
            group=row["group"],
            measure=row["measure"],
            adds=row["adds"],
            digits=int(row["digits"] or 0),
            direction=row["direction"],
            target=Decimal(row["target"]) if row["target"] else None,
            span=row["span"],
            reporter_kind=row["reporter"],
            rhythm=row["rhythm"],
            aliases=[title for title in row["aliases"].split("|") if title],
            explanation=row["explanation"],
            order=number,
        )
        for number, row in enumerate(rows, 1)
    ]


@installs("台账指标项", order=30)
def install_metrics() -> int:
    known = set(Metric.objects.values_list("code", flat=True))
    names = set(Metric.objects.values_list("name", flat=True))
    fresh = [metric for metric in shipped() if metric.code not in known and metric.name not in names]
    Metric.objects.bulk_create(fresh)
    return len(fresh)
