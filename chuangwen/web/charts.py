"""What a chart shows, told without saying how it is drawn: the page draws it, and the same figures stand below it as a table."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

from django.utils.functional import Promise

Text = str | Promise
Kind = Literal["bar", "line", "pie", "heatmap", "gauge", "scatter", "gantt"]
Number = int | float | Decimal | None


@dataclass(frozen=True)
class Series:
    """One row of figures. ``values`` run beside the chart's categories (scatter: pairs (x, y)).

    ``low`` and ``high`` draw an interval around each value; ``tone`` is ok, warn, bad, quiet or accent (else the palette's next
    colour).
    """

    name: Text
    values: Sequence[Any]
    low: Sequence[Number] = ()
    high: Sequence[Number] = ()
    tone: str = ""
    stack: str = ""
    step: bool = False
    area: bool = False


@dataclass(frozen=True)
class Chart:
    """A chart for the tag ``{% chart %}``.

    ``categories`` name the values along the axis (heatmap: the columns, with ``rows`` naming the rows, and each series one row).
    ``links`` are the addresses of the rows behind each category: a click opens them. ``horizontal`` lays bars down (rankings,
    funnels).
    ``gantt``: two series, the start and the end day of each category as ISO days. ``gauge``: one series of one value between
    ``low`` and ``high``.
    """

    kind: Kind
    title: Text
    categories: Sequence[Text] = ()
    series: Sequence[Series] = ()
    rows: Sequence[Text] = ()
    unit: Text = ""
    digits: int = 0
    links: Sequence[str | None] = ()
    horizontal: bool = False
    low: Number = None
    high: Number = None
    mark: Number = None
    mark_label: Text = ""
    height: Literal["sm", "md", "lg", "xl"] = "md"
    note: Text = ""
    names: Sequence[Text] = field(default_factory=tuple)

    def for_page(self) -> dict[str, Any]:
        """What the page's script is given: plain JSON, decimals as numbers."""
        return {
            "kind": self.kind,
            "title": str(self.title),
            "categories": [str(name) for name in self.categories],
            "rows": [str(name) for name in self.rows],
            "series": [
                {
                    "name": str(s.name),
                    "values": _plain(s.values),
                    "low": _plain(s.low),
                    "high": _plain(s.high),
                    "tone": s.tone,
                    "stack": s.stack,
                    "step": s.step,
                    "area": s.area,
                }
                for s in self.series
            ],
            "unit": str(self.unit),
            "digits": self.digits,
            "links": list(self.links),
            "horizontal": self.horizontal,
            "low": _plain(self.low),
            "high": _plain(self.high),
            "mark": _plain(self.mark),
            "markLabel": str(self.mark_label),
            "names": [str(name) for name in self.names],
        }

    def head(self) -> list[Text]:
        """The first row of the table below the chart."""
        if self.kind == "heatmap":
            return ["", *self.categories]
        return ["", *(series.name for series in self.series)]

    def body(self) -> list[tuple[Text, str | None, list[Any]]]:
        """The rows of the table below the chart: name, link, figures."""
        if self.kind == "heatmap":
            return [(name, None, list(series.values)) for name, series in zip(self.rows, self.series, strict=True)]
        if self.kind == "scatter":
            return [
                (name, self._link(n), [f"{x}, {y}" for x, y in (series.values[n] for series in self.series)])
                for n, name in enumerate(self.names)
            ]
        if self.kind == "gauge":
            return [(self.title, self._link(0), [series.values[0] for series in self.series])]
        return [
            (name, self._link(n), [self._with_interval(series, n) for series in self.series])
            for n, name in enumerate(self.categories)
        ]

    def _link(self, n: int) -> str | None:
        return self.links[n] if n < len(self.links) else None

    def _with_interval(self, series: Series, n: int) -> Any:
        if series.low and series.high and series.low[n] is not None and series.high[n] is not None:
            return f"{series.values[n]} ({series.low[n]} – {series.high[n]})"
        return series.values[n]


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value
