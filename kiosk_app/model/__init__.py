"""Frozen values that every part shares; no behaviour beyond validation, no I/O."""
