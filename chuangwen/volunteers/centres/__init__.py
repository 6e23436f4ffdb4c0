"""Practice centres, offices, stations, points and posts: a tree, building standards, platforms, own pages."""
