"""A part-of-speech tagger that looks only at neighbouring words, to choose between pronunciations of homographs.

In: the words of a sentence. Out: for each word its likely tags, keys of lexicon.TAG_DIGITS, the likeliest first.
"""

from __future__ import annotations

DETERMINERS = frozenset(
    "a an the this that these those every each another any some no both either neither "
    "my your his its our their her whose".split()
)
PREPOSITIONS = frozenset(
    "of in on at by for with from into about as than upon over under between among through during without "
    "within against toward towards before after behind beyond near per via despite above below across along "
    "around beside beneath throughout until since".split()
)
SUBJECTS = frozenset("i you he she it we they who".split())
OBJECTS = frozenset("me him us them it you".split())
MODALS = frozenset(
    "to can could will would shall should may might must do does did don't doesn't didn't can't cannot "
    "couldn't won't wouldn't shouldn't i'll you'll he'll she'll it'll we'll they'll let's please".split()
)
PERFECT = frozenset("have has had having i've you've we've they've haven't hasn't hadn't".split())
BE = frozenset("is are was were be been being am isn't aren't wasn't weren't i'm you're we're they're".split())
ADVERBS = frozenset(
    "not never very too also just only then now again still quite rather almost always often ever "
    "even already really usually sometimes here there well".split()
)
CONNECTIVES = frozenset(
    "and or but nor yet so if while though although because unless when where why how what which".split()
)
CLOSED_CLASS = DETERMINERS | PREPOSITIONS | SUBJECTS | OBJECTS | MODALS | PERFECT | BE | ADVERBS | CONNECTIVES
NOMINAL = BE | {"of", "has", "had", "will", "would", "can", "could"}
PLACES = frozenset("in at on here there with near together alone without by forever up through under among".split())


def tag_words(words: list[str]) -> list[tuple[str, ...]]:
    """The likely tags of each lower-case word of a sentence, which may contain punctuation."""
    padded = ["", *words, ""]
    return [tag_word(governor(padded, index), *padded[index : index + 2]) for index in range(1, len(padded) - 1)]


def governor(words: list[str], index: int) -> str:
    """The word that governs words[index]: the nearest one before it that is no adverb."""
    while index > 1 and words[index - 1] in ADVERBS:
        index -= 1
    return words[index - 1]


def tag_word(previous: str, word: str, following: str) -> tuple[str, ...]:
    """The likely tags of one word between its neighbours ("" at the ends of the sentence)."""
    if word == "used":
        return ("past",) if following == "to" and previous not in BE - {"i'm", "am", "you're"} else ()
    if word == "that":
        return ("determiner",) if following.isalpha() and following not in CLOSED_CLASS else ()
    if word == "read" and previous in {"he", "she", "it"}:
        return ("past",)
    if previous in PERFECT:
        return ("past", "verb")
    if previous in BE:
        return ("past", "adjective")
    if previous in MODALS or previous in SUBJECTS:
        return ("verb",)
    return tag_by_next_word(previous, word, following)


def tag_by_next_word(previous: str, word: str, following: str) -> tuple[str, ...]:
    """The tags of a word that no verb or subject governs."""
    after_noun_phrase_start = previous in DETERMINERS or previous in PREPOSITIONS
    if not after_noun_phrase_start and (following in DETERMINERS or following in OBJECTS):
        return ("verb",)
    if word in {"live", "lives"} and not after_noun_phrase_start and following in PLACES:
        return ("verb",)
    if after_noun_phrase_start and following.isalpha() and following not in CLOSED_CLASS:
        return ("adjective", "noun")
    return ("noun",) if after_noun_phrase_start or following in NOMINAL else ()
