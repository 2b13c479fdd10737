"""Hallo: latent diffusion of a speaking face, from a source image and speech features to frames (arXiv 2406.08801)."""
