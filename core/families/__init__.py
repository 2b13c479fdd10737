"""The halves: each family's voice and face, assembled from the rooms above."""
