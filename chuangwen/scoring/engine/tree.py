"""The standard's tree: criterion, sub-indicator, indicator, section, index; rationals all the way up. Knows no tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from .observed import Cell
from .result import ScoreRow, join_key
from .scheme import Scheme

TREE_LEVELS = ("index", "section", "indicator", "sub_indicator", "criterion")


@dataclass(slots=True)
class Node:
    """A node and its pooled sums; `possible` and `got` are set by `evaluate`."""

    level: str
    path: tuple[str, ...]
    read: int = 0
    counted: int = 0
    lost: int = 0
    pooled_possible: Fraction = Fraction(0)
    pooled_got: Fraction = Fraction(0)
    possible: Fraction = Fraction(0)
    got: Fraction = Fraction(0)
    notes: list[str] = field(default_factory=list)
    children: dict[str, Node] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """Names joined from the section down; a standard without sections begins with its indicators."""
        return join_key(self.path if self.path and self.path[0] else self.path[1:]) or "index"

    @property
    def rate(self) -> Fraction | None:
        """got / possible of an evaluated node."""
        return self.got / self.possible if self.possible else None


def criterion_marks(scheme: Scheme, path: Sequence[str]) -> Fraction:
    """Full marks of the criterion at (section, indicator, sub_indicator, criterion)."""
    level = scheme.levels.criterion
    if level.marks_by_name:
        own = level.marks_by_name.get(join_key(path if path[0] else path[1:])) or level.marks_by_name.get(path[3])
        if own is not None:
            return Fraction(own)
    return Fraction(level.marks)


def grow(cells: Iterable[tuple[Sequence[str], Cell]], scheme: Scheme) -> Node:
    """The evaluated tree over pairs of (path of four names, sums)."""
    root = Node("index", ())
    for path, cell in cells:
        marks = criterion_marks(scheme, path)
        node = root
        depth = 0
        while True:
            node.read += cell.read
            node.counted += cell.counted
            node.lost += cell.lost
            node.pooled_possible += cell.weight * marks
            node.pooled_got += cell.got * marks
            if depth == 4 or (depth >= 1 and not path[1]):
                break
            name = path[depth]
            depth += 1
            node = node.children.setdefault(name, Node(TREE_LEVELS[depth], tuple(path[:depth])))
    _evaluate(root, scheme)
    return root


def tree_rows(root: Node) -> list[ScoreRow]:
    """A row for every named node. A sub-indicator without a name stands for its indicator and keeps its row; a section or a
    criterion without one has none."""
    rows: list[ScoreRow] = []

    def walk(node: Node, parent: str) -> None:
        key = node.key if node.path != ("",) else "index"
        if node.level in ("index", "sub_indicator") or node.path[-1]:
            name = (node.path[-1] or node.path[-2]) if node.path else "index"
            note = "".join(node.notes)
            rows.append(ScoreRow(node.level, key, name, parent, node.possible, node.got, node.counted, node.read, note=note))
        for child in node.children.values():
            walk(child, key)

    walk(root, "")
    return rows


def _evaluate(node: Node, scheme: Scheme) -> None:
    for child in node.children.values():
        _evaluate(child, scheme)
    level = getattr(scheme.levels, node.level)
    method = getattr(level, "method", "ratio_of_sums")
    if method == "weighted_sections":
        _weigh_sections(node, scheme)
    elif method == "ratio_of_sums":
        node.possible, node.got = node.pooled_possible, node.pooled_got
    else:
        parts = parts_of(node)
        counted = [part for part in parts if part.rate is not None]
        if len(counted) < len(parts):
            node.notes.append(f"有 {len(parts) - len(counted)} 项没有可计的观测，未计入。")
        if method == "sum_of_parts":
            node.possible, node.got = sum((p.possible for p in counted), Fraction(0)), sum((p.got for p in counted), Fraction(0))
        else:
            node.possible, node.got = Fraction(len(counted)), sum((p.got / p.possible for p in counted), Fraction(0))
    marks = criterion_marks(scheme, node.path) if node.level == "criterion" else _own_marks(node, level)
    if marks is not None and node.possible:
        node.possible, node.got = marks, node.got / node.possible * marks


def parts_of(node: Node) -> list[Node]:
    """The children; a section without a name gives its indicators in its place."""
    if node.level != "index":
        return list(node.children.values())
    parts = [child for name, child in node.children.items() if name]
    return parts + (list(node.children[""].children.values()) if "" in node.children else [])


def _own_marks(node: Node, level) -> Fraction | None:
    by_name = getattr(level, "marks_by_name", None)
    if by_name:
        own = by_name.get(node.key) or by_name.get(node.path[-1])
        if own is not None:
            return Fraction(own)
    return None if level.marks is None else Fraction(level.marks)


def _weigh_sections(node: Node, scheme: Scheme) -> None:
    node.possible = node.got = Fraction(0)
    counted = 0
    missing = []
    for name, weight in scheme.section_weights.items():
        section = node.children.get(name)
        if section is None or section.rate is None:
            missing.append(name)
            if scheme.missing_section == "zero":
                node.possible += Fraction(weight)
            continue
        node.possible += Fraction(weight)
        node.got += Fraction(weight) * section.rate
        counted += section.counted
    if missing:
        how = "按零分计" if scheme.missing_section == "zero" else "按其余权重折算"
        node.notes.append(f"缺少测评项目：{'、'.join(missing)}，{how}。")
    left_out = sum(child.counted for name, child in node.children.items() if name not in scheme.section_weights)
    if left_out:
        node.notes.append(f"有 {left_out} 条观测的测评项目没有权重，未计入总指数。")
    node.counted = counted
