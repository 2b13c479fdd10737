"""Text for XTTS-v2: text in one of 17 languages -> sentences of token ids of the checkpoint's vocabulary."""
