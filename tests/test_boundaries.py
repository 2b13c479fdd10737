"""The rules of the house, read off the source: who may import whom, and what no file may do."""

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACK = sorted(path for folder in ("core", "model_loaders", "nodes") for path in (ROOT / folder).rglob("*.py"))
LAYERS = {"core": 0, "model_loaders": 1, "nodes": 2}
HOST = {"comfy", "comfy_api", "comfy_execution", "folder_paths", "server", "execution"}
ENTRY_POINTS = ("cli/", "research/")  # they start the program, so they may load weights


def imports(path: Path) -> Iterator[tuple[str, int]]:
    """(absolute or relative module path, level) of every import of a file, also inside functions."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, 0) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            yield from (((f"{module}.{alias.name}" if module else alias.name), node.level) for alias in node.names)


def resolved(path: Path, module: str, level: int) -> str:
    """A relative import as a path from the pack's root, such as core.motion_channels."""
    folder = path.relative_to(ROOT).parts[:-1]
    return ".".join((*folder[: len(folder) - level + 1], module))


@pytest.mark.parametrize("path", PACK, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_run_down_only(path: Path):
    name = path.relative_to(ROOT).as_posix()
    own = LAYERS[name.split("/")[0]]
    for module, level in imports(path):
        if level:
            target = LAYERS.get(resolved(path, module, level).split(".")[0], own)
            assert target <= own or name.startswith(ENTRY_POINTS), f"{name} imports {module}"
        else:
            assert not module.startswith("narrating_face"), f"{name} imports {module}: relative imports only"
            assert own == LAYERS["nodes"] or module.split(".")[0] not in HOST, f"{name} imports {module}"


def test_core_pipeline_does_not_reach_up_to_its_callers():
    for path in PACK:
        name = path.relative_to(ROOT).as_posix()
        if name.startswith("core/") and not name.startswith(ENTRY_POINTS):
            targets = {resolved(path, module, level) for module, level in imports(path) if level}
            reached = {target for target in targets if target.startswith(("cli", "research.training"))}
            assert not reached, f"{name} imports {reached}"


@pytest.mark.parametrize("path", PACK, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_file_runs_commands_unpickles_or_evaluates(path: Path):
    text = path.read_text(encoding="utf-8")
    for forbidden in (r"weights_only\s*=\s*False", r"\bpickle\b", r"os\.system", r"\bsubprocess\b", r"os\.environ"):
        assert not re.search(forbidden, text), forbidden
    calls = [node.func for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)]
    named = {call.id for call in calls if isinstance(call, ast.Name)}
    assert not named & {"eval", "exec"}
    assert "print" not in named or path.relative_to(ROOT).as_posix().startswith(ENTRY_POINTS)
    loads = [call for call in calls if ast.unparse(call) == "torch.load"]
    assert len(loads) == text.count("weights_only=True")


def test_importing_the_pack_loads_no_torch_and_prints_nothing():
    script = (
        "import sys, time; start = time.perf_counter(); import narrating_face; took = time.perf_counter() - start\n"
        "import json; sys.stderr.write(json.dumps([took, 'torch' in sys.modules, 'transformers' in sys.modules]))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    took, torch_loaded, transformers_loaded = json.loads(done.stderr)
    assert done.stdout == ""
    assert took < 0.3 and not torch_loaded and not transformers_loaded


def test_only_v3_is_exported():
    text = (ROOT / "__init__.py").read_text(encoding="utf-8")
    assert "comfy_entrypoint" in text and "NODE_CLASS_MAPPINGS" not in text
