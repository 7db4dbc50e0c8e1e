"""The hardware dock: a window beside the kiosk in which a person handles the simulated devices."""
