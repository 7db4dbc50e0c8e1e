"""Processes killed, calls failed and power cut at chosen system calls: nothing lost, nothing twice, nothing half."""
