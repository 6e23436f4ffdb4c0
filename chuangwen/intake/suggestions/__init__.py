"""Complaints and suggestions, and their answers."""
