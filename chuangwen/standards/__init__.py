"""What is asked of whom: editions, criteria, checklists, responsibility, task books."""
