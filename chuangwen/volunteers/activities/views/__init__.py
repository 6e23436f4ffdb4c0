"""Pages of activities: of the desk, of one activity, of the volunteer on the phone."""
