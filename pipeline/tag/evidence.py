"""What the text around a name says of it: named features, all listed with their weights in evidence.csv."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.gazetteer import gazetteer
from pipeline.records import Block, Token
from pipeline.tag.runs import SEASON, is_name
from pipeline.tag.spans import Span, title_key
from pipeline.vocabulary import companies, match_words, number, role_groups, role_nouns, word_kinds, word_set

LIST_SIGNS = {",", "and", "&", "or", "plus"}
BE = {"is", "was", "are", "were", "has", "have", "had", "will", "would", "be", "been", "being", "'s", "'ll", "to", "also", "officially", "currently", "recently", "previously", "just", "set", "not", "now", "already", "next", "first", "originally", "most", "both"}


# "(6x60')", "(52 x 11')", "(8 x 45 minutes)", "(season premiere)", "(cycle 17)": what only stands after a programme
LENGTH = re.compile(r"\d+ ?(?:x|×) ?\d+|\d+x\d+|(?:series|season|midseason|mid-season|fall|winter) ?-? ?(?:premiere|finale|debut)|(?:cycle|season|series) \d+|new (?:series|season)")


class Context:
    """One block's tokens in lower case, and the look-ups that the features share."""

    def __init__(self, block: Block) -> None:
        self.tokens = block.tokens
        self.low = [t.lower for t in block.tokens]
        self.block = block
        #: for each token the feature "a role noun ends here": its role's group, else ''
        self.role_end = [""] * len(self.low)
        self.role_start = [""] * len(self.low)
        nouns, groups = role_nouns(), role_groups()
        i = 0
        while i < len(self.low):
            j, role = match_words(self.low, i, nouns)
            if role:
                self.role_end[j - 1] = self.role_start[i] = groups[role]
                i = j
            else:
                i += 1

    def at(self, i: int) -> str:
        return self.low[i] if 0 <= i < len(self.low) else ""

    def cut(self, span: Span) -> bool:
        """Whether a name goes on past the span's borders: "Top Model" in "America's Next Top Model"."""
        if self.block.heading:
            return False
        after = self.tokens[span.last] if span.last < len(self.tokens) else None
        before = self.tokens[span.first - 1] if span.first else None
        goes_on = after is not None and is_name(after) and after.text[0].isalpha() and not SEASON.fullmatch(after.text) and not role_nouns().longest([after.lower], 0)
        begins = before is not None and is_name(before) and before.tag.startswith("NNP") and before.sent == self.tokens[span.first].sent and not word_kinds("shows").longest([before.lower], 0) and before.lower not in companies()
        return goes_on or (begins and "quoted" not in span.shapes)

    def item(self, last: int) -> bool:
        """Whether what ends at ``last`` heads an item of a list: "• GATE: Half-hour comedy", "* Gate – July 2"."""
        bullet = bool(self.tokens) and self.tokens[0].text in ("•", "*", "·", "-", "–", "▪", "●")
        numbered = len(self.tokens) > 2 and self.tokens[0].text.rstrip(".").isdigit() and self.tokens[1].text == "."
        starts = 1 if bullet else 2 if numbered else -1
        quotes = {'"', "'"}
        head = starts >= 0 and all(is_name(t) or t.text[0].isdigit() or t.lower in word_set("titles", "small") or t.lower in quotes or not t.text[0].isalnum() for t in self.tokens[starts:last])
        return head and last - starts <= 9 and self.at(last) in (":", "-", "–", "—", ",", "(") and self.at(last) != ""

    def dateline(self, i: int) -> bool:
        """Whether the bracket at i is that of a dateline: "TORONTO (May 6, 2024) –"."""
        close = next((m for m in range(i + 1, min(i + 8, len(self.low))) if self.low[m] == ")"), 0)
        return i <= 4 and close > 0 and self.at(close + 1) in ("-", "–", "—", "--") and all(is_name(t) or t.text == "," for t in self.tokens[:i])


def left_features(context: Context, first: int, heads: set[int]) -> set[str]:
    """What stands before a name (or before the list that it is part of)."""
    low, at = context.low, context.at
    out: set[str] = set()
    i = first - 1
    quote = i >= 0 and at(i) in ('"', "'") and not _plural_possessive(context.tokens, i)
    if quote:
        i -= 1
    if i < 0:
        return out
    words = word_set
    sent = context.tokens[first].sent
    if context.tokens[i].sent != sent and at(i) in (".", "!", "?", '"'):
        return out
    word, before = at(i), at(i - 1)
    if word in ("episode", "episodes", "chapter") or (word == ":" and number(before) is not None and at(i - 2) in ("episode", "chapter", "part", "#")):
        out.add("episode_before")
    if word == "(":
        inner = next((m for m in range(i + 1, min(i + 6, len(low))) if low[m] == ")"), 0)
        if not quote and 2 <= inner - i - 1 <= 4 and _is_person(context.tokens[i + 1 : inner]):
            out.add("paren_person")
        elif i and is_name(context.tokens[i - 1]) and not context.dateline(i):
            out.add("paren_after_person")
        elif before in (")", '"', "'"):
            out.add("paren_after_person")
        return out
    if word in ("the", "a", "an", "its", "their", "his", "her", "new", "hit", "upcoming", "original", "popular", "long-running", "acclaimed", "classic", "drama", "comedy"):
        j = i - 1
        if word in ("its", "their", "his", "her"):
            out.add("their_before")
        article = True
    else:
        j, article = i, False
    for size in (1, 2, 3):
        k = i - size + 1
        if k < 0:
            break
        show, work = word_kinds("shows").longest(low[k : i + 1], 0), word_kinds("works").longest(low[k : i + 1], 0)
        if show and show[0] == size and not (is_name(context.tokens[i]) and at(k - 1) in ("of", "for", ",")):
            out.add("after_show_noun")
        elif work and work[0] == size and not (low[k] in ("play", "plays") and k and (is_name(context.tokens[k - 1]) or at(k - 1) in (")", "will", "to", "who", "would"))):
            out.add("after_work_noun")
    if word in words("context", "called") or (word in ("as",) and before in ("known", "titled")):
        out.add("after_called")
        k = i - 1
        while k >= 0 and low[k] in words("context", "before_called"):
            k -= 1
        if any(k - size >= -1 and (found := word_kinds("shows").longest(low[k - size + 1 : k + 1], 0)) and found[0] == size for size in (1, 2, 3)):
            out.add("show_called")  # "the new series is called X", "a comedy, tentatively titled X"
    if word in words("context", "named"):
        out.add("plays_before")
    if word in ("'s", "'") and not quote and before:
        out.add("possessed_by_company" if i - 1 in heads else "possessed_by_name")
    elif i in heads and not article:
        out.add("after_company")
    w = at(j)
    if w in words("context", "part_prepositions"):
        k = j - 1
        if number(at(k)) is not None:
            k -= 1
        if at(k) == "cast" and w == "of" and {"a", "an", "ensemble"} & set(low[max(0, k - 3) : k]):
            out.add("credit_by")  # "an ensemble cast of P, Q and R"
        elif at(k) in words("context", "parts"):
            out.add("part_of_show_phrase")
        if any(context.role_end[m] == "business" for m in range(max(0, j - 6), j)) and w in ("of", "for", "at"):
            out.add("executive_at_before")
    elif w == "at" and any(context.role_end[m] == "business" for m in range(max(0, j - 8), j)):
        out.add("executive_at_before")
    window = low[max(0, j - 4) : j]
    if w in words("context", "credit_in") and any(x in words("context", "credit_verbs") for x in window):
        out.add("credit_in")
    if w in words("context", "credit_objects") and before not in ("was", "is", "by"):
        out.add("credit_in")
    if w in words("context", "lists") and any(word_kinds("shows").longest(low[m : m + 1], 0) or low[m] in ("credits", "titles", "hits", "shows", "roles", "fare", "favorites") for m in range(max(0, j - 5), j)):
        out.add("title_list")
    if w in words("context", "event_verbs") or (w == "up" and at(j - 1) in ("picked", "picks", "picking")):
        out.add("event_verb_before")
    if w == "by" or (w == "from" and at(j - 1) == "hails"):
        verb = at(j - 1)
        if verb in words("context", "repped"):
            out.add("repped_by")
        elif verb in words("context", "produced_by"):
            out.add("produced_by")
            if verb not in ("produced", "co-produced", "hails"):
                out.add("made_by")
        elif verb in words("context", "credit_by"):
            out.add("credit_by")
        else:
            out.add("by_before")
    if w in words("context", "credit_heads") and w not in ("producers", "writers", "directors", "hosts"):
        out.add("credit_by")
    if (w in ("are", "were", ":") and context.role_end[j - 1] in ("creative", "cast")) or (w in ("include", "includes") and at(j - 1) in ("cast", "stars")):
        out.add("credit_by")
    if w in words("context", "through"):
        out.add("through_before")
    if word in words("context", "company_nouns") or (word == "," and before in words("context", "company_nouns")):
        out.add("after_company_noun")
    for preposition in ("at", "on", "for", "from", "with", "in"):
        if word == preposition or (article and w == preposition):
            out.add(f"{preposition}_before")
    group = context.role_end[i]
    if group in ("creative", "cast", "press"):
        out.add("role_before")
    elif group == "business":
        out.add("executive_before")
    if word in words("people", "honorifics") and is_name(context.tokens[i]):
        out.add("honorific_before")
        if is_name(context.tokens[first]) and not (first + 1 < len(low) and is_name(context.tokens[first + 1])):
            out.add("titled_single")
    if word in words("people", "says"):
        out.add("said_before")
    if w in words("context", "plays") or (word == "of" and before in ("role", "part", "character", "voice", "version")):
        out.add("plays_before")
    out |= _part_before(context, i)
    if word in ("is", "are") and _after_person(context, i):
        out.add("is_after_person")
    if word == "of" and i and is_name(context.tokens[i - 1]) and not context.role_end[i - 1] and not _place(context.tokens[i - 1]):
        out.add("of_name_before")
    if word in ("for", "at") and any(low[m] in ("produce", "produces", "produced", "producer", "producers", "producing") for m in range(max(0, i - 6), i)):
        out.add("produces_for_before")
    if word == "from" and any(low[m] in ("joins", "joined", "moves", "moved", "joining", "comes", "poached", "arrives") for m in range(max(0, i - 3), i)):
        out.add("joins_from_before")
    if word == "behind" or (word == "between" and any(low[m] in ("co-production", "coproduction", "partnership", "collaboration", "venture", "production", "deal", "pact") for m in range(max(0, i - 4), i))):
        out.add("joins_from_before" if word == "between" else "part_of_show_phrase")
    return out


def _plural_possessive(tokens: Sequence[Token], i: int) -> bool:
    """Whether the sign at i is the apostrophe of an owner in s, "Pictures’ Jane Doe", and opens nothing."""
    return tokens[i].text == "'" and 0 < i < len(tokens) - 1 and tokens[i - 1].lower.endswith("s") and tokens[i - 1].end == tokens[i].start and tokens[i].end < tokens[i + 1].start


def _place(token: Token) -> bool:
    return token.lower in gazetteer().places


#: After these and "as" comes a part: "starred as X", "was cast as X".
PLAYED_AS = {")", "star", "stars", "starring", "starred", "co-stars", "back", "role", "return", "returns", "appears", "appeared", "recur", "recurs", "recurring", "cast", "seen", "guest", "guest-stars", "voice"}


def _part_before(context: Context, i: int) -> set[str]:
    """Whether a name is a part: "P as the dispatcher X", "P plays his new partner, profiler X", "P stars in the series as X"; i is the token before it."""
    low = context.low
    honorific = word_set("people", "honorifics")
    for m in range(i, max(-1, i - 8), -1):
        token = context.tokens[m]
        if low[m] == "as":
            in_show = m > 0 and word_kinds("shows").longest([low[m - 1]], 0) is not None and not PLAYED_AS.isdisjoint(low[max(0, m - 6) : m - 1])
            if m and i - m <= 5 and (is_name(context.tokens[m - 1]) or low[m - 1] in PLAYED_AS or in_show) and low[m - 1] not in ("such", "known"):
                return {"as_after_person"}
            return set()
        if low[m] in word_set("context", "plays") and m < i and not context.role_end[m]:
            return {"plays_before"} if m and (is_name(context.tokens[m - 1]) or low[m - 1] in ("will", "who", "would", "to", ")", "also", "and", "she", "he")) else set()
        if low[m] in (".", ";", "by", "with", "and", "in", "on", "(", ")", "who", "that", ":", "opposite", '"') or context.role_end[m] == "creative" or (context.role_end[m] == "business" and m < i):
            return set()
        if is_name(token) and low[m] not in honorific and not (m > 0 and low[m - 1] in ("as", "plays", "play", "played", "portrays")):
            return set()
    return set()


def _after_person(context: Context, i: int) -> bool:
    """Whether two or more words of a name stand before i, brackets between them left out: "Jane Doe (The Dig) is"."""
    k = i - 1
    if context.at(k) == ")":
        while k > 0 and context.low[k] != "(":
            k -= 1
        k -= 1
    return k > 0 and is_name(context.tokens[k]) and is_name(context.tokens[k - 1])


def right_features(context: Context, last: int) -> set[str]:
    """What stands after a name."""
    at, low = context.at, context.low
    out: set[str] = set()
    i = last
    if at(i) == ",":
        comma = True
        i += 1
    else:
        comma = False
    if at(i) in ('"', "'"):
        i += 1
        if at(i) == ",":
            comma, i = True, i + 1
    word, nxt = at(i), at(i + 1)
    words = word_set
    if word == "(" and not comma:
        if LENGTH.match(" ".join(low[i + 1 : i + 7])):
            out.add("length_after")
    if context.item(last):
        out.add("item_head")
    if comma:
        if word in words("context", "who"):
            out.add("who_after")
        if word == "which":
            out.add("which_after")
        if context.role_start[i : i + 1] == ["business"] or (word in ("a", "an", "the", "its", "former", "who") and any(g for g in context.role_start[i : i + 5])):
            out.add("role_after")
        elif context.role_start[i : i + 1] not in ([], [""]):
            out.add("role_after")
        if word in ("a", "an", "the", "its", "which"):
            out |= _apposition(context, i + 1)
        elif nxt in ("'s", "'") and context.tokens[i].text[0].isupper():
            out |= _apposition(context, i + 2) & {"is_a_show"}
        if word in ("created", "starring", "written", "directed", "hosted", "produced", "based", "adapted") and nxt in ("by", "and", "on", "from"):
            out.add("credits_after")
        if word == "starring":
            out.add("credits_after")
        if word in words("people", "says"):
            out.add("said_after")
        return out
    if word in words("context", "who"):
        out.add("who_after")
    if (word in ("season", "series", "seasons") and number(nxt) is not None) or (i < len(low) and SEASON.fullmatch(context.tokens[i].text)):
        out.add("season_after")
    if word in ("star", "stars", "host", "hosts") and nxt in ("in", "as", "opposite", "alongside", "the"):
        out.add("person_verb_after")
    elif word in words("context", "show_words"):
        out.add("show_word_after")
    if word == "by":
        out.add("by_after")
    if word == "'s" or word == "'":
        if nxt in words("context", "show_words") or nxt in ("seventh", "second", "third", "fourth", "fifth", "sixth", "first", "final", "season", "debut", "return", "renewal"):
            out.add("show_word_after")
        if i + 1 < len(low) and (is_name(context.tokens[i + 1]) or nxt == '"'):
            out.add("owner_after")
    if word in words("context", "show_verbs"):
        k = i
        while at(k) in BE:
            k += 1
        if k == i:
            out.add("show_verb_after")
        elif at(k) in words("context", "show_participles"):
            out.add("show_verb_after")
        elif at(k) in ("a", "an", "the", "one") and "show" in _noun_phrase(context, k + 1):
            out.add("is_a_show")
    if word in words("people", "says"):
        out.add("said_after")
    if word in words("context", "person_verbs"):
        k = i
        while at(k) in BE:
            k += 1
        if k == i or at(k) in words("context", "person_participles"):
            out.add("person_verb_after")
    if word in words("context", "company_verbs"):
        k = i
        while at(k) in BE:
            k += 1
        if (k == i and word not in ("is", "has", "will", "have")) or (k > i and at(k) in words("context", "company_participles")):
            out.add("company_verb_after")
    kinds = word_kinds("shows").longest(low[i : i + 3], 0)
    if kinds and word not in ("show", "shows"):
        out.add("show_noun_after")
    if word in words("context", "banners") or (word == "-" and nxt in ("produced", "owned", "backed")):
        out.add("banner_after")
    if word == "-" and nxt in ("directed", "created", "starring", "led", "penned", "written", "fronted", "hosted", "helmed"):
        out.add("person_verb_after")
    if word == "(":
        k = i + 1
        close = next((m for m in range(k, min(k + 6, len(low))) if low[m] == ")"), 0)
        if 2 <= close - k <= 4 and _is_person(context.tokens[k:close]):
            out.add("actor_paren_after")
            return out
        if at(k) in ('"', "'"):
            out.add("person_paren_after")
        elif k < len(low) and is_name(context.tokens[k]):
            out.add("person_paren_after")
    if word == "as" and (is_name(context.tokens[i + 1]) if i + 1 < len(low) else False):
        out.add("as_after")
    return out


def _is_person(tokens: Sequence[Token]) -> bool:
    """Whether the words in brackets are a person's name and no title that the world knows."""
    given = gazetteer().given
    return all(is_name(t) and t.text[0].isalpha() for t in tokens) and title_key(tokens) not in gazetteer().titles and (tokens[0].lower in given or tokens[0].ent == "PERSON" or tokens[0].text.endswith("."))


def _noun_phrase(context: Context, i: int) -> str:
    """Whether the noun phrase at i ends in a word for a show or a company: 'show', 'company' or ''."""
    for k in range(i, min(len(context.low), i + 9)):
        word = context.low[k]
        if word in (",", ".", ";", "that", "which", "who", "about", "from", "of", "(", '"', "in", "for", "by"):
            break
        nxt = context.at(k + 1)
        if word == "production" and nxt in ("for", ",", ".", "in", "with") and context.tokens[k - 1].text[0].isupper():
            return "show"
        if word in word_set("context", "company_nouns") and nxt in ("", ",", ".", "of", "that", "which", "behind", "owned", "founded", "run", "he", "she"):
            return "company"
        if word_kinds("shows").longest([word], 0) and nxt in ("", ",", ".", ";", "that", "which", "about", "from", "of", "on", "set", "based", "starring", "created", "with", "for", "in", "following", "and", "where", "centered", "by", "to", "airing", "produced", "directed", "hosted", "written", "loosely", "inspired", "co"):
            return "show"
    return ""


def _apposition(context: Context, i: int) -> set[str]:
    found = _noun_phrase(context, i)
    return {"is_a_show"} if found == "show" else {"company_after"} if found == "company" else set()
