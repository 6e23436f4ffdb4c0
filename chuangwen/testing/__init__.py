"""Factories and fixtures that the tests of every room share. Nothing of the product imports it."""
