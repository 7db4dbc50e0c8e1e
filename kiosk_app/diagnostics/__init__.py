"""What a technician is told of the machine: counters, checks, readiness reports, the tail of the log."""
