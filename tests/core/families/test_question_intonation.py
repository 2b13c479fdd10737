"""Questions rise at their end, statements and questions with a question word do not."""

import pytest
import torch
from narrating_face.core.families.starter.bundles import StarterSentence
from narrating_face.core.families.starter.question_intonation import HIGH, MIN_RISE, raise_questions
from narrating_face.core.text.english.front_end import EnglishFrontEnd
from narrating_face.core.text.english.symbols import SYMBOLS, encode


def _sentence(front_end: EnglishFrontEnd, text: str) -> tuple[StarterSentence, torch.Tensor, torch.Tensor]:
    """The sentence, 4 tokens a symbol, and a falling contour."""
    (english,) = front_end.sentences(text)
    token_ids = torch.tensor([encode(english.phonemes)])
    text_tokens = torch.zeros(1, token_ids.shape[1], 512)
    sentence = StarterSentence(english.text, token_ids, text_tokens, english.phonemes, english.words)
    durations = torch.full_like(token_ids, 4)
    return sentence, durations, torch.linspace(3, -5, int(durations.sum()))[None]


@pytest.mark.parametrize("text", ["You are coming home?", "Is it late?", "No?", "The train left. Did you see it?"])
def test_a_question_rises_to_its_end_and_nothing_else_changes(front_end: EnglishFrontEnd, text: str):
    sentence, durations, contour = _sentence(front_end, text)
    raised = raise_questions(contour, sentence, durations)
    mark = 4 * [SYMBOLS[index] for index in sentence.token_ids[0].tolist()].index("?")
    changed = (raised != contour)[0].nonzero()[:, 0]
    assert changed.max() == mark - 1
    assert raised[0, mark - 1] == HIGH
    assert len(changed) >= MIN_RISE - 1
    assert (raised[0, changed.min() + 1 : mark].diff() > 0).all()
    if "." in text:
        assert changed.min() > 4 * sentence.phonemes.index(".")


@pytest.mark.parametrize("text", ["You are coming home.", "Where are you going?", "How much is it?", "Stop!"])
def test_statements_and_question_words_keep_their_fall(front_end: EnglishFrontEnd, text: str):
    sentence, durations, contour = _sentence(front_end, text)
    assert torch.equal(raise_questions(contour, sentence, durations), contour)
