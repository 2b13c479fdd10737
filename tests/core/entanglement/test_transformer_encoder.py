"""The paper's encoder: Table 1's numbers, identity at the start, live gradients, PyTorch's own attention as judge."""

import pytest
import torch
from narrating_face.core.entanglement.table import count, encoder_totals, table_rows
from narrating_face.core.entanglement.transformer_encoder import TransformerEncoder
from torch import nn


def trained_block(seed: int = 0) -> TransformerEncoder:
    torch.manual_seed(seed)
    block = TransformerEncoder()
    for parameter in block.parameters():
        nn.init.normal_(parameter, 1.0 if parameter.ndim == 1 else 0.0, 0.05)
    return block


def test_table_1_figures_are_exact():
    rows = {row.layer: (row.shape, row.parameters, row.trainable) for row in table_rows()}
    tokens = "[3136, 512]"
    assert rows == {
        "LayerNorm-1": (tokens, 1_024, 1_024),
        "MultiheadAttention-2": (f"{tokens}, [3136, 5610]", 1_048_576, 1_048_576),
        "LayerNorm-3": (tokens, 1_024, 1_024),
        "Linear-4": (tokens, 262_144, 262_144),
        "LayerNorm-5": (tokens, 1_024, 1_024),
        "Linear-6": (tokens, 262_144, 262_144),
        "Total params": ("", 1_575_936, 1_575_936),
    }


def test_ste_has_half_of_ete():
    assert encoder_totals() == {"STE": 1_575_936, "ETE": 3_151_872}


def test_no_projection_has_a_bias():
    biased = [name for name, _ in TransformerEncoder().named_parameters() if name.endswith("bias")]
    assert biased == ["attention_norm.bias", "feed_norm.bias", "hidden_norm.bias"]


def test_fresh_block_is_the_identity():
    queries, context = torch.randn(2, 7, 512), torch.randn(2, 11, 512)
    assert torch.equal(TransformerEncoder()(queries, context), queries)


def test_every_parameter_of_a_fresh_block_gets_a_gradient_within_two_steps():
    torch.manual_seed(0)
    block = TransformerEncoder()
    optimizer = torch.optim.AdamW(block.parameters(), 1e-3)
    queries, context, target = torch.randn(2, 5, 512), torch.randn(2, 9, 512), torch.randn(2, 5, 512)
    reached = set()
    for _ in range(2):
        optimizer.zero_grad()
        (block(queries, context) - target).square().mean().backward()
        reached |= {name for name, p in block.named_parameters() if p.grad is not None and p.grad.abs().max() > 0}
        optimizer.step()
    assert reached == {name for name, _ in block.named_parameters()}


def test_attention_equals_pytorchs_multihead_attention():
    block = trained_block()
    reference = nn.MultiheadAttention(512, 8, bias=False, batch_first=True)
    with torch.no_grad():
        reference.in_proj_weight.copy_(torch.cat([block.query.weight, block.key.weight, block.value.weight]))
        reference.out_proj.weight.copy_(block.output.weight)
        block.feed_out.weight.zero_()
    queries, context = torch.randn(2, 6, 512), torch.randn(2, 13, 512)
    normed_context = block.attention_norm(context)
    expected, weights = reference(
        block.attention_norm(queries), normed_context, normed_context, average_attn_weights=False
    )
    torch.testing.assert_close(block(queries, context), queries + expected, atol=1e-5, rtol=1e-5)
    torch.testing.assert_close(block.attention_map(queries, context), weights, atol=1e-6, rtol=1e-5)


def test_the_attention_map_is_masked_as_the_attention_is():
    block = trained_block()
    queries, context = torch.randn(2, 6, 512), torch.randn(2, 13, 512)
    mask = torch.ones(2, 13, dtype=torch.bool)
    mask[0, 5:], mask[1, :3] = False, False
    weights = block.attention_map(queries, context, mask)
    assert not weights.transpose(1, 3)[~mask].any()
    torch.testing.assert_close(weights.sum(-1), torch.ones(2, 8, 6))
    torch.testing.assert_close(weights[:1, ..., :5], block.attention_map(queries[:1], context[:1, :5]))
    value = block.value(block.attention_norm(context)).unflatten(-1, (8, -1)).transpose(1, 2)  # [B, H, Nc, C/H]
    mixed = (weights @ value).transpose(1, 2).flatten(2)  # [B, Nq, C]
    block.feed_out.weight.data.zero_()
    torch.testing.assert_close(block(queries, context, mask), queries + block.output(mixed), atol=1e-5, rtol=1e-5)


@pytest.mark.slow
def test_attention_map_rows_sum_to_one_at_the_papers_lengths():
    block = trained_block()
    with torch.inference_mode():
        weights = block.attention_map(torch.randn(1, 3136, 512), torch.randn(1, 5610, 512))
    assert weights.shape == (1, 8, 3136, 5610)
    torch.testing.assert_close(weights.sum(-1), torch.ones(1, 8, 3136), atol=1e-4, rtol=0)


def test_order_of_context_does_not_matter_and_order_of_queries_carries_over():
    block = trained_block()
    queries, context = torch.randn(1, 6, 512), torch.randn(1, 10, 512)
    result = block(queries, context)
    torch.testing.assert_close(block(queries, context[:, torch.randperm(10)]), result, atol=1e-5, rtol=1e-5)
    order = torch.randperm(6)
    torch.testing.assert_close(block(queries[:, order], context), result[:, order], atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("hidden", [1, 4])
def test_masked_context_is_as_if_absent(hidden: int):
    block = trained_block()
    queries, context = torch.randn(2, 3, 512), torch.randn(2, 8, 512)
    mask = torch.arange(8)[None].expand(2, -1) < 8 - hidden
    torch.testing.assert_close(block(queries, context, mask), block(queries, context[:, : 8 - hidden]))


def test_count_tells_trainable_from_frozen():
    block = TransformerEncoder()
    block.query.weight.requires_grad_(False)
    assert count(block) - count(block, trainable_only=True) == 262_144
