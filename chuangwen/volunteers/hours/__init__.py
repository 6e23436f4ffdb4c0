"""Honest hours: corrections by two people, transfers, doubts that are found and explained, stars, and certificates that verify."""
