"""Scoring: schemes, the engine that applies them, and score sheets that anyone can recompute."""
