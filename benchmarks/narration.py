"""Speed, time to the first frame, memory and size of the starter family: the same as ``narrating-face bench starter``.

python benchmarks/narration.py [--side 512] [--threads 2]
"""

from __future__ import annotations

import sys

from narrating_face.cli import main

if __name__ == "__main__":
    sys.exit(main(["bench", "starter", *sys.argv[1:]]))
