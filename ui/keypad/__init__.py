"""The kiosk by keypad alone: what can be reached, where the keypad stands, and what its keys do."""
