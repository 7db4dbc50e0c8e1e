"""What every camera's driver needs, whatever it looks for: frames from their source, and the window that shows them."""
