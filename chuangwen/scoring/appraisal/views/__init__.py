"""Pages of unit appraisal."""
