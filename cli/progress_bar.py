"""Progress on standard error: one bar for each stage, in the order in which stages report."""

from __future__ import annotations

import sys

from tqdm import tqdm

FORMAT = "{desc} {percentage:3.0f}%|{bar}| {n_fmt}/{total_fmt} [{elapsed}]"


class Progress:
    """Call it with (stage, steps done, steps in all); use it as a context so that the last bar is closed."""

    def __init__(self) -> None:
        self.stage = ""
        self.bar: tqdm | None = None

    def __call__(self, stage: str, done: int, total: int) -> None:
        if self.bar is None or stage != self.stage:
            self.close()
            self.stage = stage
            self.bar = tqdm(total=total, desc=f"{stage:>15}", file=sys.stderr, dynamic_ncols=True, bar_format=FORMAT)
        self.bar.total = total
        self.bar.update(done - self.bar.n)

    def note(self, text: str) -> None:
        """Print a line above the bar."""
        tqdm.write(f"note: {text}", file=sys.stderr)

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        if self.bar is not None:
            self.bar.close()
            self.bar = None
