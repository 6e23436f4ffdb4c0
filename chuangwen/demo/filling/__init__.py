"""From the generated town into the tables, room by room; see ``chuangwen.demo.fill``."""
