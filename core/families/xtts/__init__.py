"""XTTS-v2 as a voice half."""
