"""STE, ETE and none: one protocol, and nothing but the block changes when they are swapped."""

import pytest
import torch
from narrating_face.core.entanglement.blocks import (
    ENCODERS,
    ExplicitTransformerEncoder,
    SharedTransformerEncoder,
    Tokens,
    Unentangled,
)
from narrating_face.core.entanglement.prompt_guided import (
    ContextChoice,
    PromptGuidedTransformer,
    TimedTokens,
    time_code,
)
from torch import nn


def paths() -> tuple[Tokens, Tokens]:
    torch.manual_seed(1)
    return Tokens(torch.randn(2, 5, 512), torch.randn(2, 9, 512)), Tokens(
        torch.randn(2, 7, 512), torch.randn(2, 4, 512)
    )


def shaken(encoder: nn.Module) -> nn.Module:
    torch.manual_seed(2)
    for parameter in encoder.parameters():
        nn.init.normal_(parameter, 0.0, 0.05)
    return encoder


@pytest.mark.parametrize("kind", ENCODERS)
def test_every_encoder_keeps_shapes_and_shows_attention(kind: str):
    audio, video = paths()
    result = shaken(ENCODERS[kind]())(audio, video, attention=True)
    assert (result.audio.shape, result.video.shape) == (audio.queries.shape, video.queries.shape)
    if kind == "none":
        assert result.attention is None
    else:
        assert result.attention.audio.shape == (2, 8, 5, 9)
        assert result.attention.video.shape == (2, 8, 7, 4)


def test_shared_encoder_treats_both_paths_alike_and_explicit_does_not():
    audio, _ = paths()
    shared, explicit = (
        shaken(SharedTransformerEncoder())(audio, audio),
        shaken(ExplicitTransformerEncoder())(audio, audio),
    )
    assert torch.equal(shared.audio, shared.video)
    assert not torch.allclose(explicit.audio, explicit.video)


def test_no_attention_returns_the_queries():
    audio, video = paths()
    result = Unentangled()(audio, video)
    assert result.audio is audio.queries and result.video is video.queries


def test_fresh_encoders_of_every_kind_agree():
    audio, video = paths()
    results = [encoder()(audio, video) for encoder in ENCODERS.values()]
    assert all(torch.equal(result.audio, audio.queries) for result in results)
    assert all(torch.equal(result.video, video.queries) for result in results)


def assemble(choice: ContextChoice, **changes: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    torch.manual_seed(3)
    tokens = {
        name: torch.randn(1, size, 512) for name, size in (("voice", 3), ("speech", 8), ("text", 5), ("visual", 4))
    }
    tokens |= changes
    guided, block = PromptGuidedTransformer(), shaken(ExplicitTransformerEncoder())
    result = guided(
        block,
        tokens["voice"],
        TimedTokens(tokens["speech"], torch.arange(8)[None] / 40),
        TimedTokens(tokens["text"], torch.arange(5)[None] / 25),
        tokens["visual"],
        torch.arange(5)[None] / 25,
        choice,
    )
    return result.audio, result.video


def test_prompt_guided_transformer_keeps_queries_of_each_path():
    audio, video = assemble(ContextChoice())
    assert audio.shape == (1, 3 + 8, 512)
    assert video.shape == (1, 4 + 5, 512)


@pytest.mark.parametrize(("ablated", "path"), [("visual", 0), ("text", 0), ("text", 1), ("voice", 1), ("speech", 1)])
def test_ablated_context_has_no_influence(ablated: str, path: int):
    size = {"visual": 4, "text": 5, "voice": 3, "speech": 8}[ablated]
    own_queries = {("speech", 0): 8, ("voice", 0): 3, ("visual", 1): 4}.get((ablated, path), 0)
    assert own_queries == 0
    change = {ablated: torch.zeros(1, size, 512)}
    everything, without = ContextChoice(), ContextChoice(**{ablated: False})
    assert not torch.allclose(assemble(everything)[path], assemble(everything, **change)[path], atol=1e-6)
    torch.testing.assert_close(assemble(without)[path], assemble(without, **change)[path])


def test_time_code_depends_on_the_difference_of_times_alone():
    first = time_code(torch.tensor([[0.0, 1.0, 2.5]])) @ time_code(torch.tensor([[0.2, 1.2, 2.7]])).transpose(1, 2)
    diagonal = first[0].diagonal()
    torch.testing.assert_close(diagonal, diagonal[:1].expand(3), rtol=1e-3, atol=1e-2)
    torch.testing.assert_close(time_code(torch.rand(1, 4)).square().mean(-1), torch.ones(1, 4))
