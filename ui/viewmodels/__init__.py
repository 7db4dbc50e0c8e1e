"""What each family of screens shows, computed from the session's snapshot; no decision is taken here."""
