"""How a half lays out its tokens around the entanglement block; halves of one layout can meet in it."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from ..errors import InputError
from .transformer_encoder import WIDTH


@dataclass(frozen=True)
class TokenLayout:
    """``visual_tokens`` is K, the number of tokens that stand for a portrait."""

    name: str
    visual_tokens: int

    def check(self, visual_tokens: Tensor) -> None:
        """Raises InputError for a portrait [1, K, 512] of another layout."""
        if tuple(visual_tokens.shape[1:]) != (self.visual_tokens, WIDTH):
            raise InputError(
                f"portrait has {visual_tokens.shape[1]} visual tokens where this model needs {self.visual_tokens}: "
                "encode it with the same model, or leave it out where voice and face come from different models."
            )


TIME_ALIGNED = TokenLayout("time-aligned", 18)  # core.entanglement.prompt_guided
AUTHORS = TokenLayout("authors", 3 * 512 * 2 + 1)  # core.entanglement.prompt_guided_authors
