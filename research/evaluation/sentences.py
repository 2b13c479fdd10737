"""A hundred sentences that no training text contains, for the evaluation of speech and lips."""

from __future__ import annotations

SENTENCES: tuple[str, ...] = (
    # everyday statements
    "The bakery on the corner opens before the sun comes up.",
    "My grandmother planted these apple trees when she was nine.",
    "A thin layer of ice had formed on the birdbath overnight.",
    "Nobody noticed that the piano had been moved to the window.",
    "He wrapped the parcel in brown paper and tied it with string.",
    "The ferry was late, so we drank another pot of tea.",
    "Some people prefer walking home through the empty market.",
    "She keeps a small notebook of words she wants to remember.",
    "The children built a raft out of barrels and old rope.",
    "Fresh snow makes every footstep sound different.",
    "I left my umbrella at the museum, right beside the big whale.",
    "The lamp flickered twice and then stayed bright.",
    "Put the pepper back on the top shelf before mum notices.",
    "Both brothers became pilots, but only one of them liked flying.",
    "We could hear the waves long before we saw the beach.",
    "A bumblebee bumped against the glass and flew away again.",
    # numbers
    "There are 365 days in most years and 366 in the others.",
    "The bridge is 1,280 metres long and 42 metres wide.",
    "About 3.7 million people voted, which is 68% of the adults.",
    "She finished 3rd out of 57 runners.",
    "Add 12 and 30, then divide the result by 6.",
    "The temperature fell from 21 degrees to minus 4 in one night.",
    "Only 1 in 10 letters arrived within 24 hours.",
    "The recipe needs 250 grams of flour, 2 eggs and half a lemon.",
    "Room 408 is on the 4th floor, next to the lift.",
    "That old oak is 27 metres tall and over 300 years old.",
    # dates and times
    "The library was founded on March 14, 1892.",
    "Our train leaves at 7:45 and arrives at noon.",
    "The treaty was signed in 1648, after thirty years of war.",
    "Her birthday is on the 29th of February, so she has had only 6 of them.",
    "They lived in that house from 1975 until 2003.",
    "The shop closes at 5:30 on Saturdays.",
    "On July 20, 1969, millions of families sat in front of a screen.",
    "The concert starts at 8 o'clock sharp on October 2nd.",
    "By 2050, half of these fields may be forest again.",
    "The meeting on Tuesday has moved to Thursday at 10:15.",
    # money
    "The ticket cost $4.50, but the coffee was free.",
    "He sold the painting for £2,000 and bought a boat.",
    "A new roof would cost about €15,000.",
    "She found $20 in the pocket of an old coat.",
    # abbreviations
    "Dr. Patel will see you now, Mrs. Green.",
    "Mr. Lowell and Ms. Ortiz share an office on Elm Street.",
    "The package weighs 5 kg and is 30 cm long.",
    "Prof. Adler spoke about bees, wasps, ants, etc.",
    "The USA and the UK measure fuel in different ways.",
    "The speed limit here is 50 km/h.",
    # names and places
    "Benjamin and Philippa met at a bus stop in Budapest.",
    "From Vienna to Bratislava it is less than an hour by boat.",
    "Beethoven was born in Bonn, Mozart in Salzburg.",
    "Marie Curie won two Nobel prizes in two different sciences.",
    "The Amazon carries more water than any other river.",
    "Professor Nakamura and her team flew to Nairobi last week.",
    "Shakespeare never spelled his own name the same way twice.",
    "Mount Everest grows a few millimetres every year.",
    "Fatima moved from Casablanca to Montreal when she was twelve.",
    "Isaac Newton kept bees, cats and a great many secrets.",
    # questions
    "Where did you put the blue folder with the maps?",
    "Would you rather have soup or a sandwich?",
    "Is that the same man who fixed our window?",
    "How many teaspoons make a tablespoon?",
    "Why does the moon look bigger near the horizon?",
    "Have you ever slept on a night train?",
    "Who left the gate open this morning?",
    "Could you please speak a little more slowly?",
    "What time is it in Buenos Aires right now?",
    "You haven't told anyone about this, have you?",
    # exclamations and speech
    "What a beautiful bowl of peaches!",
    "Stop, the bridge is out!",
    "Happy birthday, Abby, and many more to come!",
    "No, no, no, that is not how you hold a violin!",
    "Please come in, sit down, and make yourself at home.",
    "Well, I suppose we could try it once more.",
    # lists
    "We packed boots, blankets, a map, two torches, and plenty of bread.",
    "Red, orange, yellow, green, blue, violet: every colour was there.",
    "Wash the pan, dry the plates, feed the cat; then you may go.",
    "Copper, silver, gold, and platinum are all soft metals.",
    # lips: many p, b, m, f, v, w
    "Bob bought a big pumpkin and made a pie for the whole family.",
    "Mama made me mop up the maple syrup.",
    "Five brave foxes fled from the village over the frozen river.",
    "We wondered whether the weather would warm up by Wednesday.",
    "Peter's pop band plays a blend of blues and bebop.",
    "A pebble dropped into the pond, and the bubbles came up.",
    "Remember to move the microphone away from the speaker.",
    "The farmer's wife whispered while the fire burned low.",
    # awkward sounds and spellings
    "The sixth sheikh's sixth sheep is sick.",
    "Although it was rough, he thought the dough through thoroughly.",
    "The colonel ordered the choir to rehearse in the yacht's cabin.",
    "She measures the usual pleasure of a leisurely journey.",
    "A queue of quiet people waited outside the quaint pharmacy.",
    "Their heir left an honest hour before dawn.",
    # long
    "When the storm had finally passed, the fishermen walked down to the harbour, counted their boats, and began to"
    " mend the nets without saying a word.",
    "If you look closely at a dragonfly's wing, you will see a pattern of tiny cells that makes it both light and"
    " strong, which is why engineers have studied it for years.",
    "The old clock in the station had stopped at twenty past four, and although everyone knew it was wrong, nobody"
    " wanted to be the one to climb up and repair it.",
    "He had always believed that maps were honest, until the day he followed one through the marsh and found himself"
    " standing in front of a lake that was not supposed to exist.",
    "In the spring the river floods the lower meadows, the storks come back to their chimneys, and the whole valley"
    " smells of mud, mint and wood smoke.",
    "Before you paint the wall, fill the cracks, sand the surface, wipe away the dust, and let everything dry for at"
    " least one day.",
    # very short
    "Yes.",
    "Good morning!",
    "Maybe tomorrow?",
    "Thank you, Bob.",
)

LIP_SENTENCES: tuple[str, ...] = SENTENCES[76:84]
