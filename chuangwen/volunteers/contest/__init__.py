"""Contests of volunteer projects: entries, juries, results."""
