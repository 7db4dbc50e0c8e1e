"""The scripted citizen: plays a journey through the real screens and devices."""
