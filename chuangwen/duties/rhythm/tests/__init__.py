"""Promises of duties at a rhythm."""
