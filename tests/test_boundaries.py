"""The rules of the house, read off the source: who may import whom, and what no file may do."""

from __future__ import annotations

import ast
import gzip
import json
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator

from source_tree import FOLDERS, ROOT, circles, graph, imports, sources, syntax

BELOW = {
    "core": (),
    "model_loaders": ("core",),
    "nodes": ("model_loaders", "core"),
    "research": ("model_loaders", "core"),
    "benchmarks": ("model_loaders", "core"),
    "cli": ("research", "benchmarks", "model_loaders", "core"),
}
FLOORS_OF_CORE = (
    ("pipeline",),
    ("model",),
    ("families",),
    ("voice", "face", "text", "entanglement", "audio", "media"),
    ("segment_tap",),
    ("bundles",),
    ("settings", "progress", "runtime", "timing", "nn", "motion_channels"),
    ("errors",),
)
HOST = {"comfy", "comfy_api", "comfy_execution", "comfy_extras", "folder_paths", "server", "execution"}
FAMILIES = {"starter", "full", "xtts", "hallo"}
PACK = sorted(name for name in sources() if "." in name or name in FOLDERS)
QUIET = [name for name in PACK if name.startswith(("core", "model_loaders", "nodes"))]
NO_LOADERS = [name for name in PACK if not name.startswith("model_loaders")]


def test_imports_run_down_only():
    upward = [
        f"{name} imports {found.target}"
        for name in PACK
        for found in imports(name)
        if found.target and folder_of(found.target) not in {folder_of(name), *BELOW[folder_of(name)]}
    ]
    assert upward == []


def folder_of(name: str) -> str:
    return name.split(".")[0]


def test_imports_inside_the_pack_are_relative_and_meet_a_module():
    written = [(name, found) for name in PACK for found in imports(name)]
    assert [
        f"{name}: {found.written}" for name, found in written if found.level and found.target not in sources()
    ] == []
    assert [name for name, found in written if found.package == "narrating_face" and not found.level] == []


def test_only_nodes_import_comfyui():
    others = [name for name in PACK if folder_of(name) != "nodes"]
    assert [name for name in others if any(found.package in HOST and not found.level for found in imports(name))] == []


def test_no_module_imports_itself_in_a_circle():
    assert circles(graph()) == []


def test_no_folder_imports_itself_in_a_circle():
    rooms: dict[str, set[str]] = defaultdict(set)
    for name, targets in graph().items():
        rooms[room_of(name)] |= {room_of(target) for target in targets} - {room_of(name)}
    assert circles(rooms) == []


def room_of(name: str) -> str:
    """``core.face.warp.eyes`` -> ``core.face``."""
    return ".".join(name.split(".")[:2])


def test_no_arrow_inside_core_runs_up():
    floors = {f"core.{room}": floor for floor, rooms in enumerate(FLOORS_OF_CORE) for room in rooms}
    inside = [
        (name, target) for name in PACK for target in graph()[name] if {room_of(name), room_of(target)} <= {*floors}
    ]
    assert {room_of(name) for name in PACK if name.startswith("core.")} == {*floors}
    assert [pair for pair in inside if floors[room_of(pair[0])] > floors[room_of(pair[1])]] == []


def test_no_family_imports_another():
    families = [name.split(".") for name in PACK if name.startswith("core.families.")]
    assert len({parts[2] for parts in families}) >= 3
    for own in families:
        targets = [target.split(".") for target in graph()[".".join(own)] if target.startswith("core.families.")]
        assert {parts[2] for parts in targets} <= {own[2]}, own


def test_no_public_method_only_refuses():
    methods = [
        (f"{name}: {owner.name}.{method.name}", [part for part in method.body if not is_docstring(part)])
        for name in PACK
        for owner in ast.walk(syntax(name))
        if isinstance(owner, ast.ClassDef)
        for method in owner.body
        if isinstance(method, ast.FunctionDef | ast.AsyncFunctionDef) and not method.name.startswith("_")
    ]
    assert [label for label, body in methods if body and all(isinstance(part, ast.Raise) for part in body)] == []


def is_docstring(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def test_only_loaders_ask_which_family_it_is():
    asking = [
        f"{name}: {ast.unparse(node).splitlines()[0]}"
        for name in NO_LOADERS
        for node in ast.walk(syntax(name))
        if isinstance(node, ast.Compare | ast.match_case) and any(map(names_a_family, ast.walk(node)))
    ]
    assert asking == []


def names_a_family(node: ast.AST) -> bool:
    """``model.family``, ``family``, or the name of one as a text."""
    if isinstance(node, ast.Constant):
        return node.value in FAMILIES
    return (getattr(node, "attr", None) or getattr(node, "id", "")).endswith("family")


def test_only_loaders_know_the_keys_of_checkpoints():
    keys = checkpoint_keys()
    texts = [
        (name, node.value) for name in NO_LOADERS for node in ast.walk(syntax(name)) if isinstance(node, ast.Constant)
    ]
    assert [(name, text) for name, text in texts if isinstance(text, str) and text.strip(".") in keys] == []


def checkpoint_keys() -> set[str]:
    """Published keys of XTTS-v2, Hallo and the authors' checkpoint, and their beginnings of two parts and more."""
    data = ROOT / "tests" / "data"
    xtts = json.loads((data / "xtts" / "manifest.json").read_text(encoding="utf-8"))
    hallo = json.loads(gzip.decompress((data / "hallo" / "manifest.json.gz").read_bytes()))
    joined = [key.split("/") for key in hallo["latest"]]
    parts = [key.split(".") for key in (*xtts, *hallo["net"], *hallo["vae"], *(key for _, key in joined))]
    return {".".join(key[:count]) for key in parts for count in range(2, len(key) + 1)} | {name for name, _ in joined}


def test_no_file_runs_commands_or_unpickles():
    forbidden = re.compile(r"weights_only\s*=\s*False|\bpickle\b|os\.system|\bsubprocess\b|os\.environ|sys\.path")
    assert [name for name in PACK if forbidden.search(sources()[name].read_text(encoding="utf-8"))] == []
    loads = [call for name in PACK for call in calls(name) if ast.unparse(call.func) == "torch.load"]
    assert loads and all("weights_only=True" in ast.unparse(load) for load in loads)


def calls(name: str) -> Iterator[ast.Call]:
    return (node for node in ast.walk(syntax(name)) if isinstance(node, ast.Call))


def test_no_file_evaluates_text_and_the_pack_prints_nothing():
    plain = [(name, call.func.id) for name in PACK for call in calls(name) if isinstance(call.func, ast.Name)]
    assert [name for name, function in plain if function in ("eval", "exec")] == []
    assert [name for name, function in plain if function == "print" and name in QUIET] == []


def test_importing_the_pack_loads_nothing_and_prints_nothing():
    script = (
        "import sys; before = set(sys.modules); import narrating_face; loaded = set(sys.modules) - before\n"
        "import json; sys.stderr.write(json.dumps(sorted(loaded)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == ""
    assert {name.partition(".")[0] for name in json.loads(done.stderr)} - sys.stdlib_module_names == {"narrating_face"}
    assert "narrating_face.core" not in json.loads(done.stderr)


def test_the_root_imports_nothing_and_exports_only_v3():
    root = syntax("__init__")
    at_import = [node for node in root.body if isinstance(node, ast.Import | ast.ImportFrom)]
    assert at_import == []
    functions = {node.name for node in root.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
    assert functions == {"comfy_entrypoint", "__getattr__"}


def test_importing_main_runs_nothing():
    guarded = [node for node in syntax("__main__").body if isinstance(node, ast.If)]
    assert [ast.unparse(node.test) for node in guarded] == ["__name__ == '__main__'"]
    plain = [node for node in syntax("__main__").body if node not in guarded and not is_docstring(node)]
    assert all(isinstance(node, ast.Import) for node in plain)


def test_load_and_narrate_are_found_when_they_are_asked_for():
    import narrating_face
    from narrating_face.core.pipeline import narrate
    from narrating_face.model_loaders.starter import load

    assert narrating_face.load is load and narrating_face.narrate is narrate
    assert not hasattr(narrating_face, "NODE_CLASS_MAPPINGS")
