"""What a citizen leaves behind at a kiosk: nothing, looked for in memory and on the disk after every way out."""
