"""Pronunciations of words, isolated and in context."""

from __future__ import annotations

from itertools import pairwise

import pytest
from narrating_face.core.text.english.phonemizer import Phonemizer
from narrating_face.core.text.english.symbols import (
    PUNCTUATION,
    STRESS,
    SYMBOLS,
    VOWELS,
    encode,
)

SENTENCES = {
    "These so-called experts are no help?": "ðˌiz sˌOkˈɔld ˈɛkspˌɜɹts ɑɹ nˈO hˈɛlp?",
    "He capped off the meeting with a radical proposal.": "hˌi kˈæpt ˈɔf ðə mˈiTɪŋ wɪð ɐ ɹˈædəkᵊl pɹəpˈOzᵊl.",
    "Getting near to the true explanation?": "ɡˈɛTɪŋ nˌɪɹ tə ðə tɹˈu ˌɛksplənˈAʃən?",
    "He doesn't have a home to go to.": "hˌi dˈʌzᵊnt hæv ɐ hˈOm tə ɡˌO tu.",
    "The apple and the pear.": "ði ˈæpᵊl ænd ðə pˈɛɹ.",
    "I am tied to eat an egg.": "ˌI ɐm tˈId tʊ ˈit ɐn ˈɛɡ.",
    "Vitamin A is a vitamin.": "vˈITəmən ˈA ɪz ɐ vˈITəmən.",
    "Come in.": "kˈʌm ˈɪn.",
}
CONTEXTS = {
    "They live in a live show.": ("lˈɪv", "lˈIv"),
    "The record shows that they record it.": ("ɹˈɛkəɹd", "ɹəkˈɔɹd"),
    "I use the use.": ("jˈuz", "jˈus"),
    "I have read what you read.": ("ɹˈɛd", "ɹˈid"),
    "People used to see what is used to cut.": ("jˈust", "jˈuzd"),
    "I object to the object.": ("əbʤˈɛkt", "ˈɑbʤəkt"),
    "That house is the one that he saw.": ("ðˈæt", "ðæt"),
}
WORDS = {
    "NASA": "nˈæsə",
    "FBI": "ˌɛfbˌiˈI",
    "U-S": "jˌuˈɛs",
    "xkcd": "ˌɛkskˌAsˌidˈi",
    "T-shirt": "tˈiʃˌɜɹt",
    "CDs": "sˌidˈiz",
    "McBeautiful": "məkbjˈuTəfəl",
    "james": "ʤˈAmz",
    "James's": "ʤˈAmzᵻz",
    "dogs'": "dˈɔɡz",
    "podcasts": "pˈɑdkˌæsts",
    "unhelpfulness": "ˌʌnhˈɛlpfəlnəs",
    "YouTube": "jˈutˌub",
    "they'd've": "ðAdəv",
}
UNKNOWN = "blorptastic Zyxquat frindle gnarvish snorkelphone Kowalczykowski qwrtz vrooming skibidi Elaryndra".split()


@pytest.mark.parametrize("sentence", SENTENCES)
def test_sentences_are_phonemised_as_in_the_training_data(phonemizer: Phonemizer, sentence: str) -> None:
    assert phonemizer.phonemize(sentence)[0] == SENTENCES[sentence]


@pytest.mark.parametrize("sentence", CONTEXTS)
def test_context_selects_the_pronunciation_of_homographs(phonemizer: Phonemizer, sentence: str) -> None:
    spoken = phonemizer.phonemize(sentence)[0].rstrip(".").split()
    first, second = CONTEXTS[sentence]
    assert spoken.index(first) < len(spoken) - 1 - spoken[::-1].index(second)


@pytest.mark.parametrize("word", WORDS)
def test_isolated_words(phonemizer: Phonemizer, word: str) -> None:
    assert phonemizer.word(word) == WORDS[word]


@pytest.mark.parametrize("word", UNKNOWN)
def test_unknown_words_are_plausible(phonemizer: Phonemizer, word: str) -> None:
    sounds = phonemizer.word(word)
    assert set(sounds) <= set(SYMBOLS) - set(PUNCTUATION) - {" "}
    assert len(word) / 2 <= len(sounds) <= 3 * len(word) + 6
    assert sounds.count("ˈ") >= 1
    assert all(after in VOWELS for mark, after in pairwise(sounds) if mark in STRESS)
    assert phonemizer.word(word) == sounds


def test_every_word_has_the_span_of_its_tokens(phonemizer: Phonemizer) -> None:
    phonemes, words = phonemizer.phonemize("Well, the U-S team's goalkeeper said: no!")
    tokens = "^" + phonemes + "$"
    assert len(encode(phonemes)) == len(tokens)
    assert [word.text for word in words] == ["Well", "the", "U-S", "team's", "goalkeeper", "said", "no"]
    assert [tokens[word.first : word.last] for word in words] == [
        part.strip("!,") for part in phonemes.replace(",", "").split(" ")
    ]


@pytest.mark.parametrize(
    ("word", "spoken"),
    [("snarfle", "snˈɑɹfᵊl"), ("blorptastic", "blɔɹptˈæstɪk"), ("dizzlewump", "dˈɪzᵊlwˌʌmp")],
)
def test_unknown_words_are_read_as_they_are_spelled(phonemizer: Phonemizer, word: str, spoken: str) -> None:
    assert phonemizer.word(word) == spoken
