"""Measures the kiosk against its written budgets: `python -m tests.bench`."""
