"""``python -m narrating_face``: the same as the command ``narrating-face``."""

import sys

if __name__ == "__main__":
    from .cli import main

    sys.exit(main())
