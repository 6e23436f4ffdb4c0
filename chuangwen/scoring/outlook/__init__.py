"""The outlook: how an external assessment is likely to end, and what to do before it (DOMAIN.md R19).

Pure, and without Django: `arithmetic` (what an observation is worth to the index), `model` (how likely each criterion holds at each
site), `simulation` (assessments drawn at random), `planning` (what to repair and where to look), `calibration` (what was forecast
and what came). Beside them stands what is stored, asked and shown: `models`, `gathering`, `actions`, `queries`, `jobs`, pages.

The way from records to a plan::

    observations, cases ─► gathering ─► model.fit ─► simulation.simulate ─► Forecast
                                            └──────► planning ─► ForecastRepair, ForecastVisit
"""
