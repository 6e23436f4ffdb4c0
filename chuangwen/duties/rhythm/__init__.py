"""Duties at a rhythm (DOMAIN.md R7): what a unit owes every week or month, proved by records that exist anyway. Units, never persons."""
