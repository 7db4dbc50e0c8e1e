"""Where the service keeps rows and files."""
