"""Latent diffusion of a speaking face: Hallo's ReferenceNet decoder, from portrait and speech features to frames."""
