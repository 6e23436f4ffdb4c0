"""The arithmetic of sponsorship: arrays in, pairs out. It knows no Django and no room.

    problem     what is to be assigned, and by which rules
    value       what a set of pairs is worth, term by term: the one place where the three principles are numbers
    greedy      place by place, the nearest first: how it is done by hand, and where the solver begins
    searching   moves and exchanges that make a set of pairs better
    relaxing    the bound over pairs: linear programming by column generation
    decomposing each place by itself at given prices: its best set of whole sponsors
    columns     whole sets of sponsors as columns: a close bound, plans near it, and the proof where those that matter can be counted
    solving     all of it together, to proven optimality or with the gap stated
    clashing    which rules make it impossible
    explaining  why a pair is so, what the next best costs, what a move by hand costs
    fairness    figures of a set of pairs
"""

from chuangwen.duties.sponsorship.arithmetic.problem import KINDS, Kind, Problem, Rules
from chuangwen.duties.sponsorship.arithmetic.solving import Answer, Progress, solve
from chuangwen.duties.sponsorship.arithmetic.value import Value, value_of

__all__ = ["KINDS", "Answer", "Kind", "Problem", "Progress", "Rules", "Value", "solve", "value_of"]
