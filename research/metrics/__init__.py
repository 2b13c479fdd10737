"""Measures of sound and of faces that had no part in training: one file each, usable on any recording or video.

The packages that they need are the extra ``evaluation``; none is needed at run time.
"""
