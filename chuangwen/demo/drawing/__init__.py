"""How the demonstration's photos are drawn: a canvas, places, troubles."""
