"""What the room brings to the phone: each part brings its own."""

from chuangwen.volunteers.parts import bring

bring("phone")
