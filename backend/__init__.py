"""The reference ministry service: receives dossiers, allocates codes, tells where they are."""
