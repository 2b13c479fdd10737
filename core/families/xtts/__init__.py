"""The full family: XTTS-v2 speaks, Hallo shows the face."""
