"""Which use a word is put to, as far as its neighbours tell: enough to choose between its pronunciations.

``uses(words)`` gives, for each word of a sentence, the uses of lexicon.USES in order of likelihood.
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
JOINING = frozenset(
    "and or but nor yet so if while though although because unless when where why how what which".split()
)
CLOSED = DETERMINERS | PREPOSITIONS | SUBJECTS | OBJECTS | MODALS | PERFECT | BE | ADVERBS | JOINING
NOMINAL = BE | {"of", "has", "had", "will", "would", "can", "could"}
PLACES = frozenset("in at on here there with near together alone without by forever up through under among".split())


def uses(words: list[str]) -> list[tuple[str, ...]]:
    """The likely uses of each lower-case word of a sentence; punctuation may stand among the words."""
    padded = ["", *words, ""]
    return [use(before(padded, index), *padded[index : index + 2]) for index in range(1, len(padded) - 1)]


def before(words: list[str], index: int) -> str:
    """The word that governs words[index]: the one before it, adverbs left out."""
    while index > 1 and words[index - 1] in ADVERBS:
        index -= 1
    return words[index - 1]


def use(previous: str, word: str, following: str) -> tuple[str, ...]:
    """The likely uses of one word between its neighbours ("" at the ends of the sentence)."""
    if word == "used":
        return ("past",) if following == "to" and previous not in BE - {"i'm", "am", "you're"} else ()
    if word == "that":
        return ("determiner",) if following.isalpha() and following not in CLOSED else ()
    if word == "read" and previous in {"he", "she", "it"}:
        return ("past",)
    if previous in PERFECT:
        return ("past", "verb")
    if previous in BE:
        return ("past", "adjective")
    if previous in MODALS or previous in SUBJECTS:
        return ("verb",)
    return by_following(previous, word, following)


def by_following(previous: str, word: str, following: str) -> tuple[str, ...]:
    """The use of a word that no verb or subject governs."""
    after_noun_phrase_start = previous in DETERMINERS or previous in PREPOSITIONS
    if not after_noun_phrase_start and (following in DETERMINERS or following in OBJECTS):
        return ("verb",)
    if word in {"live", "lives"} and not after_noun_phrase_start and following in PLACES:
        return ("verb",)
    if after_noun_phrase_start and following.isalpha() and following not in CLOSED:
        return ("adjective", "noun")
    return ("noun",) if after_noun_phrase_start or following in NOMINAL else ()
