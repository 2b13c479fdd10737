"""Hallo as a face half."""
