"""Pages of posts, pools and rosters."""
