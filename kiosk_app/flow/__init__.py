"""The flow: transition(session, event) -> (session, effects). Pure and total; no I/O, no clock, no Qt."""
