"""The forms of the room: reporting, the verbs, deadlines."""
