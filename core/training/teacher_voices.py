"""Voices of the speech teacher: stock style tables and fixed mixes of them.

A style table is float32 [510, 256]: one row per phoneme count, 128 numbers of timbre and 128 of prosody. A mix is a
convex combination of three stock voices, with weights of its own for timbre and for prosody; it depends on its
number alone. HELD_OUT voices are never spoken with: they test how the voice profile does on voices it has not met.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from .tools import checked, read_files

SOURCE = "the npm package kokoro-js 1.2.1 (folder voices)"
SHA256 = "e14bf9d95582a7baeaf5cf6dbff5dd33015d367b7b3da7999a4adcdea6d05693"
STOCK = (
    *("af_alloy", "af_aoede", "af_bella", "af_heart", "af_jessica", "af_kore", "af_river", "af_sarah"),
    *("am_adam", "am_eric", "am_fenrir", "am_liam", "am_michael", "am_puck"),
    *("bf_alice", "bf_emma", "bf_lily", "bm_daniel", "bm_fable", "bm_george"),
)
HELD_OUT = ("af_sky", "af_nova", "af_nicole", "am_echo", "am_onyx", "am_santa", "bf_isabella", "bm_lewis")
MIXES = 44
TIMBRE = 128  # numbers of a style that carry timbre; the rest carries prosody


def load_voices(folder: str | Path, mixes: int = MIXES) -> dict[str, np.ndarray]:
    """Style tables [510, 256] by speaker name, stock voices first. Raises InputError for other files."""
    paths = [Path(folder) / f"{name}.bin" for name in STOCK]
    content = checked(read_files(paths, SOURCE), SHA256, f"the joined voices of {folder}")
    tables = np.frombuffer(content, np.float32).reshape(len(STOCK), -1, 256)  # [V, 510, 256]
    mixed = {f"mix{number:02d}": _mix(tables, number) for number in range(mixes)}
    return dict(zip(STOCK, tables, strict=True)) | mixed


def read_table(folder: str | Path, name: str) -> np.ndarray:
    """One style table [510, 256] of any voice of the package, held out or not."""
    return np.frombuffer(read_files([Path(folder) / f"{name}.bin"], SOURCE), np.float32).reshape(-1, 256)


def _mix(tables: np.ndarray, number: int) -> np.ndarray:
    random = np.random.default_rng(1_000 + number)
    chosen = tables[random.choice(len(tables), 3, replace=False)]  # [3, 510, 256]
    timbre, prosody = random.dirichlet((1.0, 1.0, 1.0), 2)
    weights = np.concatenate([np.tile(timbre[:, None], TIMBRE), np.tile(prosody[:, None], 256 - TIMBRE)], axis=1)
    return np.einsum("vlc,vc->lc", chosen, weights).astype(np.float32)
