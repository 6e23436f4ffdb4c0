"""What the room puts in at installation: each package brings its own."""

from chuangwen.duties.load import install as _load  # noqa: F401 - installs the limits
