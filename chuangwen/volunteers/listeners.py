"""What the room hears and answers: each part brings its own."""

from chuangwen.volunteers.parts import bring

bring("listeners")
