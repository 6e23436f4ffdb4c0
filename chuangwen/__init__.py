"""Chuangwen (创文): one program for a city's National Civilised City campaign."""

__version__ = "0.1.0"
