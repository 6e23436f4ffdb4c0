"""Who serves: skills, the tree of teams, volunteers, membership."""
