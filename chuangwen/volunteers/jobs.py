"""What the room does by itself: each part brings its own."""

from chuangwen.volunteers.parts import bring

bring("jobs")
