"""The preallocated key-value cache equals that of transformers, and too old a version of transformers is named."""

from __future__ import annotations

import importlib
import sys

import pytest
import torch
from narrating_face.core.errors import InputError
from narrating_face.core.voice.xtts.cache import preallocated_cache
from transformers import cache_utils


@pytest.mark.parametrize("spare", [0, 3, 100])
def test_it_equals_the_dynamic_cache_of_transformers(spare: int):
    generator = torch.Generator().manual_seed(0)
    preallocated, dynamic = preallocated_cache(1, spare), cache_utils.DynamicCache()
    for cache in (preallocated, dynamic):
        assert cache.get_seq_length() == 0
    for positions, rows, change in (
        (5, 1, None),
        (1, 1, None),
        (1, 3, lambda cache: cache.batch_repeat_interleave(3)),
        (4, 3, None),
        (1, 2, lambda cache: cache.batch_select_indices(torch.tensor([0, 2]))),
    ):
        states = [torch.randn(rows, 2, positions, 4, generator=generator) for _ in range(2)]
        if change is not None:
            change(preallocated)
            change(dynamic)
        for actual, expected in zip(preallocated.update(*states, 0), dynamic.update(*states, 0), strict=True):
            assert torch.equal(actual, expected)
        assert preallocated.get_seq_length() == dynamic.get_seq_length()


def test_too_old_a_version_of_transformers_is_named(monkeypatch):
    monkeypatch.delattr(cache_utils, "DynamicLayer")
    monkeypatch.delitem(sys.modules, "narrating_face.core.voice.xtts.cache")
    with pytest.raises(InputError, match=r"^transformers is .*needs 4.56 or newer: pip install -U transformers.$"):
        importlib.import_module("narrating_face.core.voice.xtts.cache")
