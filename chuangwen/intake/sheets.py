"""What the room brings in: a hotline's sheet of orders (see ``desk.sheet``)."""

from chuangwen.intake.desk.sheet import IMPORTER

__all__ = ["IMPORTER"]
