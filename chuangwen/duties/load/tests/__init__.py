"""Promises of the load meter."""
