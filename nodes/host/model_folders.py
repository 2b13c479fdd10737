"""Files in ComfyUI's model folders: which folders the pack registers, what lies in them, where each file comes from."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import folder_paths

from ...model_loaders.registry import FAMILIES, FileRow

PARENT = "narrating_face"  # below ComfyUI's models folder
NONE = "none"


@dataclass(frozen=True)
class ModelFolder:
    """A folder below models/narrating_face; nothing is created: people make it when they have something to put there.

    ``shared`` is one of ComfyUI's own folders that is searched as well.
    """

    name: str
    suffixes: tuple[str, ...]
    companions: tuple[str, ...] = ()
    shared: str | None = None
    source: str = ""

    @classmethod
    def of(cls, row: FileRow) -> ModelFolder:
        return cls(row.folder, row.suffixes, row.companions, row.shared, row.source)

    @property
    def registered(self) -> str:
        """Its name in ComfyUI's list of folders."""
        return f"{PARENT}_{self.name}"

    @property
    def path(self) -> Path:
        return Path(folder_paths.models_dir) / PARENT / self.name

    @property
    def default(self) -> Path:
        """Where new files go."""
        return Path(folder_paths.get_folder_paths(self.registered)[0])

    def register(self) -> None:
        folder_paths.add_model_folder_path(self.registered, str(self.path))
        for folder in folder_paths.get_folder_paths(self.shared) if self.shared else ():
            folder_paths.add_model_folder_path(self.registered, folder)

    def names(self) -> list[str]:
        """The files that can be chosen."""
        listed = folder_paths.get_filename_list(self.registered)
        return [
            name for name in listed if Path(name).suffix in self.suffixes and Path(name).name not in self.companions
        ]

    def file(self, name: str) -> Path:
        """The whole path of a file that is there."""
        return Path(folder_paths.get_full_path_or_raise(self.registered, name))

    def modified(self, name: str) -> float:
        """When a file was last changed; 0 for one that is not there."""
        path = folder_paths.get_full_path(self.registered, name)
        return Path(path).stat().st_mtime if path else 0.0

    def missing(self, name: str) -> str:
        return f"{name[:80]!r} is not in models/{PARENT}/{self.name} (get it from {self.source})"


VOICES = ModelFolder("voices", (".safetensors",))


def register_folders() -> None:
    """Tell ComfyUI about every folder of the pack."""
    rows = (row for family in FAMILIES.values() for row in family.files)
    for folder in dict.fromkeys((VOICES, *map(ModelFolder.of, rows))):
        folder.register()
