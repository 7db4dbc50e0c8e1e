"""Device drivers: each runs in a host process of its own and is reached through drivers.supervisor."""
