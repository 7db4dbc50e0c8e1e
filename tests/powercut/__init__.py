"""Real power cuts of a virtual machine that runs kiosk, agent and service."""
