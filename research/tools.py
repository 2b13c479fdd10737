"""Finding the programs and data of training and evaluation, which are never needed at run time.

Everything is looked up where its package was installed and compared with the SHA-256 recorded here or by the caller;
nothing is downloaded.
"""

from __future__ import annotations

import hashlib
import importlib
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from ..core.errors import InputError


def tool(module: str, package: str) -> Any:
    """Import ``module`` or say which ``package`` (with its version) holds it."""
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
    """All files joined; ``source`` says where they come from when one is missing."""
    try:
        return b"".join(path.read_bytes() for path in paths)
    except OSError as error:
        raise InputError(f"{error.filename} could not be read ({error.strerror}): take it from {source}.") from error


def checked(content: bytes, sha256: str, source: str) -> bytes:
    """``content`` if its SHA-256 is the recorded one."""
    found = hashlib.sha256(content).hexdigest()
    if found != sha256:
        raise InputError(f"{source} has SHA-256 {found}, but {sha256} is needed: install exactly that version.")
    return content
