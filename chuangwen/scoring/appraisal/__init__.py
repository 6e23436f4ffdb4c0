"""Appraisal of units: schemes as data, results with their whole life, objections, consequences."""
