"""`python -m backend` is the command `kiosk-backend`."""

from backend.cli import main

main()
