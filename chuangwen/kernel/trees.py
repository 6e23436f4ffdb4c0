"""Trees as materialised paths (django-treebeard). A subtree is a path prefix; scopes of access are made of them."""

from typing import Self

from django.db import models
from django.db.models import Q
from treebeard.mp_tree import MP_Node


class Tree(MP_Node):
    """A node; ``path`` is the tree position, ``depth`` starts at 1."""

    steplen = 4

    class Meta:
        abstract = True

    @classmethod
    def subtree_ids(cls, path: str) -> models.QuerySet:
        """A subquery of the identifiers of the node at ``path`` and of everything below it."""
        return cls.objects.filter(path__startswith=path).order_by().values("pk")

    def under(self, other: Self) -> bool:
        """Whether this node is ``other`` or stands below it."""
        return self.path.startswith(other.path)

    @property
    def ancestor_paths(self) -> list[str]:
        """The paths from the root to this node, itself included."""
        return [self.path[: n * self.steplen] for n in range(1, self.depth + 1)]

    @classmethod
    def above(cls, path: str) -> Q:
        """The nodes from the root to ``path``, itself included."""
        return Q(path__in=[path[: n * cls.steplen] for n in range(1, len(path) // cls.steplen + 1)])
