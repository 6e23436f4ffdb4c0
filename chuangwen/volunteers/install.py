"""What the room puts in at installation: each part brings its own."""

from chuangwen.volunteers.parts import bring

bring("install")
