"""Voices of the speech teacher: stock style tables and fixed mixes of them.

A style table is float32 [510, 256]: one row per phoneme count, 128 numbers of timbre and 128 of prosody. A mix is a
convex combination of three stock voices, with weights of its own for timbre and for prosody; it depends only on its
number. From number CONVEX on, mixes reach beyond their voices, which gives timbres far from every stock voice. Wide
voices mix the FOREIGN voices in too (they speak English with the timbre of their own language's speaker) and add noise
to the timbre, so that they leave the plane of the stock voices. HELD_OUT voices never speak in training data: they test
the voice profile on unseen voices; em_santa and pm_santa, am_santa in other languages, are left out with them.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ..tools import checked, read_files

SOURCE = "the npm package kokoro-js 1.2.1 (folder voices)"
STOCK_SHA256 = "e14bf9d95582a7baeaf5cf6dbff5dd33015d367b7b3da7999a4adcdea6d05693"
FOREIGN_SHA256 = "3dd514cb5aad799afa505160e8de929f9a4d0df412419e70b015600e9e3a0ec0"
HELD_OUT_SHA256 = "8965bc5776e1dfdfc303f3319d82e7811aae445449a95a998c513efcffe5609c"
STOCK = (
    *("af_alloy", "af_aoede", "af_bella", "af_heart", "af_jessica", "af_kore", "af_river", "af_sarah"),
    *("am_adam", "am_eric", "am_fenrir", "am_liam", "am_michael", "am_puck"),
    *("bf_alice", "bf_emma", "bf_lily", "bm_daniel", "bm_fable", "bm_george"),
)
FOREIGN = (
    *("ef_dora", "em_alex", "ff_siwis", "hf_alpha", "hf_beta", "hm_omega", "hm_psi", "if_sara", "im_nicola"),
    *("jf_alpha", "jf_gongitsune", "jf_nezumi", "jf_tebukuro", "jm_kumo", "pf_dora", "pm_alex"),
    *("zf_xiaobei", "zf_xiaoni", "zf_xiaoxiao", "zf_xiaoyi", "zm_yunjian", "zm_yunxi", "zm_yunxia", "zm_yunyang"),
)
HELD_OUT = ("af_sky", "af_nova", "af_nicole", "am_echo", "am_onyx", "am_santa", "bf_isabella", "bm_lewis")
CONVEX, MIXES = 44, 300
WIDE = 600
NOISE = 0.6  # deviation of a wide voice's noise, by that of the voices in each number of the timbre
BEYOND = 0.25  # how far a weight may fall below 0
TIMBRE = 128  # numbers of a style that carry timbre; the rest carries prosody


def training_voices(folder: str | Path) -> dict[str, np.ndarray]:
    """Style tables [510, 256] by speaker name, stock voices first, then mixes. Raises InputError for other files."""
    stock = _tables(Path(folder), STOCK, STOCK_SHA256)  # [V, 510, 256]
    mixed = {f"mix{number:02d}": _mixed_voice(stock, number) for number in range(MIXES)}
    return dict(zip(STOCK, stock, strict=True)) | mixed


def wide_voices(folder: str | Path) -> dict[str, np.ndarray]:
    """Style tables of WIDE voices, no two near each other. Raises InputError for other files."""
    stock, foreign = _tables(Path(folder), STOCK, STOCK_SHA256), _tables(Path(folder), FOREIGN, FOREIGN_SHA256)
    tables = np.concatenate([stock, foreign])  # [V, 510, 256]
    spread = tables[..., :TIMBRE].mean(1).std(0)  # [128]
    return {f"wide{number:03d}": _wide_voice(tables, spread, number) for number in range(WIDE)}


def held_out_voices(folder: str | Path) -> dict[str, np.ndarray]:
    """Style tables of the voices that only tests may use."""
    return dict(zip(HELD_OUT, _tables(Path(folder), HELD_OUT, HELD_OUT_SHA256), strict=True))


def _tables(folder: Path, names: tuple[str, ...], sha256: str) -> np.ndarray:
    content = read_files([folder / f"{name}.bin" for name in names], SOURCE)
    joined = checked(content, sha256, f"the joined voices of {str(folder)!r}")
    return np.frombuffer(joined, np.float32).reshape(len(names), -1, 256)


def _wide_voice(tables: np.ndarray, spread: np.ndarray, number: int) -> np.ndarray:
    rng = np.random.default_rng(100_000 + number)
    table = _mixture(tables, rng, beyond=True)
    table[:, :TIMBRE] += NOISE * rng.random() * spread * rng.standard_normal(TIMBRE)
    return table


def _mixed_voice(tables: np.ndarray, number: int) -> np.ndarray:
    return _mixture(tables, np.random.default_rng(1_000 + number), beyond=number >= CONVEX)


def _mixture(tables: np.ndarray, rng: np.random.Generator, beyond: bool) -> np.ndarray:
    chosen = tables[rng.choice(len(tables), 3, replace=False)]  # [3, 510, 256]
    timbre, prosody = rng.dirichlet((1.0, 1.0, 1.0), 2)
    if beyond:
        timbre = (1 + 3 * BEYOND) * timbre - BEYOND
    weights = np.concatenate([np.tile(timbre[:, None], TIMBRE), np.tile(prosody[:, None], 256 - TIMBRE)], axis=1)
    return np.einsum("vlc,vc->lc", chosen, weights).astype(np.float32)
