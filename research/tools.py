"""What every program of research needs: files of a kind in a folder, packages and their data, errors in one line.

Packages are looked up where they were installed, and their data is compared with the SHA-256 recorded here or by the
caller; nothing is downloaded.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from ..core.errors import InputError

SOUND_SUFFIXES, IMAGE_SUFFIXES = (".wav", ".flac", ".opus", ".mp3"), (".png", ".jpg", ".jpeg", ".webp")


def list_files(folder: Path, suffixes: tuple[str, ...]) -> list[Path]:
    """The folder's files with one of the suffixes, by name. Raises InputError when there is none."""
    found = sorted(path for path in folder.glob("*") if path.suffix.lower() in suffixes)
    if not found:
        raise InputError(f"the folder {str(folder)!r} holds no {' '.join(suffixes)} file: pass another one.")
    return found


@contextmanager
def exit_on_input_error(parser: argparse.ArgumentParser) -> Iterator[None]:
    """Ends the program with exit code 2 and one sentence where an InputError is raised."""
    try:
        yield
    except InputError as error:
        parser.exit(2, f"{error}\n")


def tool(module: str, package: str) -> Any:
    """Import ``module``. Raises InputError naming the ``package`` (with its version) that holds it."""
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise InputError(f"the module {module!r} is not installed ({error}): install the package {package}.") from error


def package_folder(module: str, package: str) -> Path:
    """The folder of an installed package, found without importing it."""
    found = find_spec(module)
    if found is None or not found.submodule_search_locations:
        raise InputError(f"the package {package} is not installed: install it to get {module!r}.")
    return Path(next(iter(found.submodule_search_locations)))


def read_files(paths: Iterable[Path], source: str) -> bytes:
    """All files joined; ``source`` says where to get one that is missing."""
    try:
        return b"".join(path.read_bytes() for path in paths)
    except OSError as error:
        raise InputError(f"{error.filename} could not be read ({error.strerror}): take it from {source}.") from error


def checked(content: bytes, sha256: str, source: str) -> bytes:
    """``content``, if its SHA-256 is the recorded one. Raises InputError otherwise."""
    found = hashlib.sha256(content).hexdigest()
    if found != sha256:
        raise InputError(f"{source} has SHA-256 {found}, but {sha256} is needed: install exactly that version.")
    return content
