"""An XTTS-v2 checkpoint and its vocabulary -> XTTSVoice."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from ...core.errors import InputError
from ...core.families.xtts.voice import XTTSVoice
from ...core.text.xtts.tokenizer import XTTSTokenizer
from ...core.voice.xtts.model import XTTSEngine
from ..file_errors import XTTS_VOCABULARY
from .networks import load_networks, release_encoders


def load_voice(
    path: str | Path, precision: str = "float32", preset: str = "xtts", faithful_text: bool = False
) -> XTTSVoice:
    """The checkpoint with the ``vocab.json`` beside it; other arguments as in ``XTTSEngine``. Raises InputError."""
    path = Path(path)
    tokenizer = load_tokenizer(path.with_name("vocab.json"))
    nets = load_networks(path, precision)
    if tokenizer.rows > nets.config.gpt.text_tokens:
        raise InputError(
            f"vocabulary has ids up to {tokenizer.rows - 1}, but {path.name!r} has {nets.config.gpt.text_tokens} text "
            "tokens: use the vocab.json that belongs to the checkpoint."
        )
    engine = XTTSEngine(nets, tokenizer, preset, faithful_text, partial(release_encoders, nets, path))
    return XTTSVoice(engine)


def load_tokenizer(path: Path) -> XTTSTokenizer:
    """``vocab.json`` as the checkpoint's tokenizer. Raises InputError."""
    if not path.is_file():
        raise XTTS_VOCABULARY.error(path, "is not beside the checkpoint")
    try:
        return XTTSTokenizer.from_file(path)
    except InputError:
        raise
    except Exception as error:
        raise XTTS_VOCABULARY.error(path, "could not be read as a tokenizer") from error
