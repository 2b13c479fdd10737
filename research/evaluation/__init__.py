"""Judges that had no part in training: recognised words, speaker likeness, pitch, lips, and the finished file.

One file each. ``python -m narrating_face.research.evaluation speech|face|all`` runs the pack on sentences and
voices it has not met and prints a table. The judges' packages are the extra ``evaluation``; none is needed at run time.
"""
