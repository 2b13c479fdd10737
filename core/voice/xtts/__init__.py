"""XTTS-v2's networks and its decoding loop: recordings -> voice profile, text ids -> codes and latents -> 24 kHz."""
