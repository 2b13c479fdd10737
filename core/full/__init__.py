"""The full family: the public checkpoints behind the same stages as the starter family."""
