"""Lengths of GB/T 9704-2012 (clauses 5 and 7) in twentieths of a point, the unit of Word files."""

from math import floor


def mm(length: float) -> int:
    """Millimetres to twentieths of a point."""
    return round(length * 1440 / 25.4)


def emu(length_mm: float) -> int:
    """Millimetres to English metric units, in which drawings are measured."""
    return round(length_mm * 36000)


PAGE_WIDTH, PAGE_HEIGHT = mm(210), mm(297)
TOP, LEFT = mm(37), mm(28)
BLOCK_WIDTH_MM, BLOCK_HEIGHT_MM = 156, 225
BLOCK_WIDTH, BLOCK_HEIGHT = mm(BLOCK_WIDTH_MM), mm(BLOCK_HEIGHT_MM)
RIGHT, BOTTOM = PAGE_WIDTH - LEFT - BLOCK_WIDTH, PAGE_HEIGHT - TOP - BLOCK_HEIGHT
LINES, CHARACTERS = 22, 28
LINE = floor(BLOCK_HEIGHT / LINES)  # fixed spacing: 28.95 pt, so that 22 lines fit and a 23rd does not
ER_HAO, SAN_HAO, SI_HAO, XIAO_SI, WU_HAO = 440, 320, 280, 240, 210  # 22, 16, 14, 12, 10.5 pt
# 28 characters of 16 pt are 448 pt, wider than 156 mm (442.2 pt): each stands a little closer to the next. A character grid would say
# the same, but LibreOffice then gives a character that is wider than its cell two cells.
CHARACTER_CLOSER = floor((BLOCK_WIDTH / 20 / CHARACTERS - 16) * 20)  # twentieths of a point, below zero
CHARACTER = BLOCK_WIDTH // CHARACTERS
PAGE_NUMBER_DROP = mm(7)  # the dashes stand 7 mm below the text block
FOOTER = BOTTOM - PAGE_NUMBER_DROP - SI_HAO // 2
HEAD_DROP = mm(35)  # from the top of the text block to the issuing organ
RED = "FF0000"
SEAL_MM = 42  # the seal of an organ below the province, across (国发〔1999〕25号)
SEAL_LOWER_MM = 2  # organ and date stand so far below the middle of the seal
