"""Pages of the room: editions, checklists, families and kinds, responsibilities, task books."""
