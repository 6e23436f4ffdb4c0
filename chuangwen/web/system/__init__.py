"""The pages of the kernel: imports, jobs, audit trail, work calendar."""
