"""A visit by ear alone: somebody who sees nothing, hears what the kiosk says, and has a keypad and papers."""
