"""The receipt printer: its status, its line, its encoding and its driver."""
