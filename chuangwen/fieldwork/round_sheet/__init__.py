"""From the rows of a round's workbook to observations.

``plan`` finds for every row its indicator, site, area and departments, or says why it cannot; ``apply`` makes what is
missing and writes all rows at once. A row that cannot be placed is stored with its reason and counts as read, never as counted.
Names that are only like each other are asked about; unless a person joins them they stay apart.
"""

from chuangwen.fieldwork.round_sheet.making import apply
from chuangwen.fieldwork.round_sheet.planning import plan

__all__ = ["apply", "plan"]
