"""Document cameras: they look down on a table and photograph the papers laid there."""
