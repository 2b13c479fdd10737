"""``narrating-face``: the whole pipeline from the command line. See cli.arguments for its arguments.

Results are named on standard output; progress, notes and errors go to standard error. Exit codes: 0 done,
1 the system refused (disk full, no permission), 2 bad input (one sentence), 130 interrupted by Ctrl-C or SIGTERM; no
file is ever left half-written. PyTorch is imported only when the request is known to be sound.
"""

from __future__ import annotations

import os
import signal
import sys
from argparse import Namespace
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

from ..core.errors import InputError
from ..core.progress import Progress, Stage
from .arguments import SAMPLE_TEXT, build_parser
from .model_options import check_files
from .progress_bar import ProgressBar


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    try:
        options = build_parser().parse_args(arguments)
        prepare(options)
        with handled([signal.SIGTERM], signal.default_int_handler), ProgressBar() as progress:
            lines = import_commands(progress).COMMANDS[options.command](options, progress)
        print("\n".join(lines))
    except InputError as error:
        return fail(2, str(error))
    except OSError as error:
        return fail(1, str(error))
    except KeyboardInterrupt:
        return fail(130, "interrupted, no unfinished file is left.")
    return 0


def fail(code: int, message: str) -> int:
    print(f"narrating-face: {message}", file=sys.stderr)
    return code


def import_commands(progress: ProgressBar) -> ModuleType:
    """The commands with all that they need; most of a short run's time."""
    progress(Progress(Stage.IMPORT, 0, 2))
    with interrupts_held():
        import torch  # noqa: F401

        progress(Progress(Stage.IMPORT, 1, 2))
        from . import commands
    progress(Progress(Stage.IMPORT, 2, 2))
    return commands


@contextmanager
def interrupts_held() -> Iterator[None]:
    """Hold Ctrl-C and SIGTERM back while compiled modules load: some would abort the process, others swallow them."""
    caught = []
    with handled([signal.SIGINT, signal.SIGTERM], lambda *_: caught.append(True)):
        yield
    if caught:
        raise KeyboardInterrupt


@contextmanager
def handled(signals: Sequence[signal.Signals], handler: Callable[..., object]) -> Iterator[None]:
    """Within it these signals call ``handler``, but for those that the process was started to ignore."""
    heeded = [number for number in signals if signal.getsignal(number) != signal.SIG_IGN]
    previous = {number: signal.signal(number, handler) for number in heeded}
    try:
        yield
    finally:
        for number, before in previous.items():
            signal.signal(number, before)


def prepare(options: Namespace) -> None:
    """What can be said against a request before the work: its text is read, its results can be stored."""
    if "text" in options:
        options.text = read_text(options.text, options.text_file)
    check_files(options)
    check_writable(getattr(options, "out", None), getattr(options, "save_voice", None))


def read_text(words: str | None, file: str | None) -> str:
    """The words given, or those of a file, or the sample's."""
    if words is not None:
        return words
    source = file or SAMPLE_TEXT
    try:
        data = sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes()
        return data.decode("utf-8-sig")
    except (OSError, ValueError) as error:
        reason = "it is not UTF-8" if isinstance(error, UnicodeDecodeError) else getattr(error, "strerror", error)
        raise InputError(f"text file {str(source)!r} could not be read ({reason}): pass a UTF-8 text file.") from error


def check_writable(*paths: Path | None) -> None:
    """Raises InputError when a result could not be stored in its folder."""
    for path in filter(None, paths):
        folder = next(parent for parent in path.absolute().parents if parent.exists())
        if not (folder.is_dir() and os.access(folder, os.W_OK)):
            raise InputError(f"output {str(path)!r} cannot be written to {str(folder)!r}: choose a folder of your own.")
