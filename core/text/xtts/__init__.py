"""Text for XTTS-v2: written text in one of 17 languages -> sentences as ids of the checkpoint's own vocabulary."""
