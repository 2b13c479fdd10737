"""placeholder"""

from __future__ import annotations
from collections.abc import Mapping
from torch import Tensor


def encoder_weights(published: Mapping[str, Tensor]) -> dict[str, Tensor]:
    query, key, value = published["mha.in_proj_weight"].chunk(3)
    names = {
        "output.weight": "mha.out_proj.weight",
        "attention_norm.weight": "ln.weight",
        "attention_norm.bias": "ln.bias",
        "feed_norm.weight": "ff_self.0.weight",
        "feed_norm.bias": "ff_self.0.bias",
        "feed_in.weight": "ff_self.1.weight",
        "hidden_norm.weight": "ff_self.2.weight",
        "hidden_norm.bias": "ff_self.2.bias",
        "feed_out.weight": "ff_self.3.weight",
    }
    projections = {"query.weight": query, "key.weight": key, "value.weight": value}
    return projections | {own: published[name] for own, name in names.items()}
