"""The verbs of the room: each part brings its own."""

from chuangwen.volunteers.parts import bring

bring("access")
