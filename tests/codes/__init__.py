"""Photographs of codes, made from seeds."""
