"""``narrating-face evaluate starter``: everything that the starter weights are measured by, beside its target.

starter.py runs the sections of sections.py on the data of assets.py, in the amount of plan.py, and report.py writes
what they find. Each eval_*.py measures one thing with research.metrics.
"""
