"""Entries of the navigation: each part brings its own."""

from chuangwen.volunteers.parts import bring

bring("navigation")
