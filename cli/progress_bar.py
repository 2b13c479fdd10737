"""Progress on standard error: one bar for each stage, in the order in which stages report."""

from __future__ import annotations

import sys

from tqdm import tqdm

from ..core.progress import Progress

FORMAT = "{desc} {percentage:3.0f}%|{bar}| {n_fmt}/{total_fmt} [{elapsed}]"


class ProgressBar:
    """A ``ProgressCallback``; use it as a context so that the last bar is closed."""

    def __init__(self) -> None:
        self.label = ""
        self.bar: tqdm | None = None

    def __call__(self, progress: Progress) -> None:
        label = progress.detail or progress.stage.value
        if self.bar is None or label != self.label:
            self.close()
            self.label = label
            self.bar = tqdm(
                total=progress.total, desc=f"{label:>15}", file=sys.stderr, dynamic_ncols=True, bar_format=FORMAT
            )
        self.bar.total = progress.total
        self.bar.update(progress.done - self.bar.n)

    def note(self, text: str) -> None:
        """Print a line above the bar."""
        tqdm.write(f"note: {text}", file=sys.stderr)

    def __enter__(self) -> ProgressBar:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        if self.bar is not None:
            self.bar.close()
            self.bar = None
