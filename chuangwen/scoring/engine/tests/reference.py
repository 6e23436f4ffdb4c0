"""The same rules once more, as slowly and plainly as possible: rationals over lists of dicts, each score from its own rows.

Written apart from the engine, from DOMAIN.md section 6, so that an equal answer means something. Kinds 1 to 3.
"""

from fractions import Fraction

TREE = ("index", "section", "indicator", "sub_indicator", "criterion")


def worth(row, scheme):
    """The share that a row gets, or None where it does not count."""
    if row["placed"] is False or not row["indicator"]:
        return None
    if row["weight"] is not None and not 0 < row["weight"] <= 10000:
        return None
    if scheme.kind == "pass_rate":
        return None if row["conform"] is None else Fraction(int(row["conform"]))
    if scheme.kind == "loss_per_observation":
        rules = scheme.loss_per_observation
        if row["loss"] is None:
            return None if rules.empty_loss == "missing" else Fraction(1)
        if not 0 <= row["loss"] <= 1 or (rules.steps and row["loss"] != 0 and row["loss"] not in rules.steps):
            return None
        return 1 - Fraction(row["loss"])
    return graded(row, scheme.state_description)


def graded(row, rules):
    strict = row["criterion"] in rules.pass_or_fail
    grade = (row["grade"] or "").strip().upper()
    grade = {name.upper(): value for name, value in rules.grade_aliases.items()}.get(grade, grade)
    if not grade and row["defects"] is not None:
        if row["defects"] < 0:
            return None
        grade = [step.grade for step in rules.defect_steps if step.defects <= row["defects"]][-1]
    if not grade and strict and row["conform"] is not None:
        grade = "A" if row["conform"] else "D"
    if grade not in ("A", "B", "C", "D"):
        return None
    if strict:
        return Fraction(int(grade == "A"))
    return Fraction(getattr(rules.grade_shares, grade))


def scores(rows, scheme):
    """{(level, tuple of names): (possible, got, counted, read)} for the tree without empty names, and for places."""
    found = {("index", ()): whole(rows, scheme, "index", ())}
    for depth in (1, 2, 3, 4):
        level = TREE[depth]
        for path in {path_of(row)[:depth] for row in rows}:
            if (depth > 1 and not path[1]) or (depth != 3 and not path[-1]):
                continue
            found[level, path] = whole([row for row in rows if path_of(row)[:depth] == path], scheme, level, path)
    for level in ("area", "department", "site_type", "site"):
        for name in {name for row in rows for name in names_of(row, level) if name}:
            found[level, (name,)] = place([row for row in rows if name in names_of(row, level)], rows, scheme, level)
    return found


def names_of(row, level):
    return row["departments"] or [] if level == "department" else [row[level]]


def path_of(row):
    return tuple(row[name] or "" for name in ("section", "indicator", "sub_indicator", "criterion"))


def marks_of(path, scheme):
    level = scheme.levels.criterion
    return Fraction(level.marks_by_name.get(path[3], level.marks))


def pooled(rows, scheme):
    possible = got = Fraction(0)
    for row in rows:
        share = worth(row, scheme)
        if share is not None:
            weight = Fraction(1 if row["weight"] is None else row["weight"]) * marks_of(path_of(row), scheme)
            possible += weight
            got += weight * share
    return possible, got


def whole(rows, scheme, level, path):
    counted = [row for row in rows if worth(row, scheme) is not None]
    possible, got, number = value(counted, scheme, level, path)
    return possible, got, number, len(rows)


def value(rows, scheme, level, path):
    """possible, got and number of counted rows of a node whose counted rows these are."""
    if level == "criterion":
        possible, got = pooled(rows, scheme)
        marks = marks_of(path, scheme)
        return (marks, got / possible * marks, len(rows)) if possible else (Fraction(0), Fraction(0), 0)
    rules = getattr(scheme.levels, level)
    depth = TREE.index(level)
    if rules.method == "weighted_sections":
        possible = got = Fraction(0)
        number = 0
        for name, weight in scheme.section_weights.items():
            own = [row for row in rows if path_of(row)[0] == name]
            if own:
                part_possible, part_got, _ = value(own, scheme, "section", (name,))
                got += part_got / part_possible * Fraction(weight)
                number += len(own)
            if own or scheme.missing_section == "zero":
                possible += Fraction(weight)
    elif rules.method == "ratio_of_sums":
        possible, got = pooled(rows, scheme)
        number = len(rows)
    else:
        number = len(rows)
        parts = []
        for child in {child_of(path_of(row), depth) for row in rows}:
            own = [row for row in rows if path_of(row)[: len(child)] == child]
            parts.append(value(own, scheme, TREE[len(child)], child)[:2])
        if rules.method == "mean_of_means":
            parts = [(Fraction(1), part_got / part_possible) for part_possible, part_got in parts]
        possible, got = (sum((part[side] for part in parts), Fraction(0)) for side in (0, 1))
    marks = getattr(rules, "marks_by_name", {}).get(path[-1] if path else "", rules.marks)
    if marks is not None and possible:
        possible, got = Fraction(marks), got / possible * Fraction(marks)
    return possible, got, number


def child_of(path, depth):
    return path[:2] if depth == 0 and not path[0] else path[: depth + 1]


def place(own, everything, scheme, level):
    rules = getattr(scheme.levels, level)
    counted = [row for row in own if worth(row, scheme) is not None]
    if rules.method == "as_index":
        return (*value(counted, scheme, "index", ()), len(own))
    if rules.method == "ratio_of_sums":
        return (*pooled(counted, scheme), len(counted), len(own))
    depth = {"site_type": 0, "section": 1, "indicator": 2, "sub_indicator": 3, "criterion": 4}[rules.over]

    def part_of(row):
        return path_of(row)[:depth] if depth else row["site_type"] or ""

    counted = [row for row in counted if depth or part_of(row)]
    parts = {part_of(row) for row in counted}
    rates = [rate([row for row in counted if part_of(row) == part], scheme) for part in parts]
    if rules.impute == "city_mean" and rates:
        city = [row for row in everything if worth(row, scheme) is not None and part_of(row)]
        rates += [rate([row for row in city if part_of(row) == part], scheme) for part in {part_of(row) for row in city} - parts]
    return Fraction(len(rates)), sum(rates, Fraction(0)), len(counted), len(own)


def rate(rows, scheme):
    possible, got = pooled(rows, scheme)
    return got / possible


def ranks(values, smallest):
    """Name -> place among (rate, counted): one more than how many are better; None for a sample that is too small."""
    able = {name: value for name, (value, counted) in values.items() if value is not None and counted >= smallest}
    return {name: 1 + sum(other > able[name] for other in able.values()) if name in able else None for name in values}
