"""The pack's own source, read without importing it: its files, what each imports, and the circles among them."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("core", "model_loaders", "nodes", "cli", "research", "benchmarks")


@dataclass(frozen=True)
class Import:
    """One imported name: as written (``..media.read_image``), and the pack's module that it means, if it is one."""

    written: str
    level: int
    target: str | None

    @property
    def package(self) -> str:
        """The top-level package of an absolute import."""
        return self.written.partition(".")[0]


def name_of(path: Path) -> str:
    """``core/media/read.py`` -> ``core.media.read``; a package's ``__init__`` goes by the package's name."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts)


@cache
def sources() -> Mapping[str, Path]:
    """Every Python file of the pack by module name, the root's own files included."""
    files = [*ROOT.glob("__*__.py"), *(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))]
    return {name_of(path): path for path in sorted(files)}


@cache
def syntax(name: str) -> ast.Module:
    return ast.parse(sources()[name].read_text(encoding="utf-8"))


@cache
def imports(name: str) -> tuple[Import, ...]:
    """All imports of a module, those inside functions and ``if TYPE_CHECKING`` included."""
    return tuple(_imports(name))


def _imports(name: str) -> Iterator[Import]:
    path = sources()[name]
    folder = path.relative_to(ROOT).parts[:-1]
    for node in ast.walk(syntax(name)):
        if isinstance(node, ast.Import):
            yield from (Import(alias.name, 0, None) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = (*folder[: len(folder) - node.level + 1], *((node.module or "").split(".") if node.module else ()))
            for alias in node.names:
                written = ".".join(filter(None, (node.module, alias.name)))
                yield Import(written, node.level, _module((*base, alias.name)) if node.level else None)


def _module(parts: tuple[str, ...]) -> str:
    """The module that ``from ... import name`` loads: ``name`` itself where it is one, else what holds it."""
    whole, holder = ".".join(parts), ".".join(parts[:-1])
    return whole if whole in sources() else holder


@cache
def graph() -> Mapping[str, frozenset[str]]:
    """Module -> the pack's modules whose code runs because it imports them, the packages on their way included."""
    return {name: frozenset(_loaded(name)) for name in sources()}


def _loaded(name: str) -> Iterator[str]:
    for target in {found.target for found in imports(name) if found.target}:
        yield target
        for package in packages_of(target):
            if package in sources() and not f"{name}.".startswith(f"{package}."):
                yield package


def packages_of(name: str) -> Iterator[str]:
    """``core.media.read`` -> ``core``, ``core.media``."""
    parts = name.split(".")
    return (".".join(parts[:count]) for count in range(1, len(parts)))


def circles(edges: Mapping[str, Iterable[str]]) -> list[list[str]]:
    """The strongly connected components of more than one node, and nodes with an edge to themselves."""
    reached = {name: _reachable(edges, name) for name in edges}
    found = {frozenset(other for other in reached[name] if name in reached.get(other, ())) for name in edges}
    return sorted(sorted(component) for component in found if component)


def _reachable(edges: Mapping[str, Iterable[str]], start: str) -> set[str]:
    seen, waiting = set(), list(edges.get(start, ()))
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting.extend(edges.get(name, ()))
    return seen
