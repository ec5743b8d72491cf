"""What a name itself looks like, wherever it stands, and what our own tagger says of it: named features, all listed with their weights in evidence.csv."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.gazetteer import gazetteer
from pipeline.records import Block, Token
from pipeline.tag.evidence import Context
from pipeline.tag.runs import is_name, without_season
from pipeline.tag.spans import NAMED, Span, title_key
from pipeline.told import STEPS
from pipeline.vocabulary import companies, famous_titles, word_kinds, word_set

NER = {
    "PERSON": "ner_person", "ORG": "ner_org", "WORK_OF_ART": "ner_work", "GPE": "ner_place", "LOC": "ner_place", "FAC": "ner_place",
    "NORP": "ner_group", "EVENT": "ner_event", "DATE": "ner_date", "TIME": "ner_date", "LANGUAGE": "ner_group", "LAW": "ner_event", "PRODUCT": "ner_product",
}  # fmt: skip


def shape_features(tokens: Sequence[Token], span: Span, context: Context, original: str) -> set[str]:
    """What the name itself looks like, wherever it stands."""
    features = set(span.shapes) | {"bias"}
    low = [t.lower for t in tokens]
    alphabetic = [t for t in tokens if t.text[0].isalpha()]
    gaz = gazetteer()
    key = title_key(tokens)
    last = low[-1]
    if key in famous_titles():
        features.add("famous_title" if " " in key else "famous_word")
    if len(tokens) == 1:
        features.add("single_word")
        if last in word_set("stop", "words"):
            features.add("stop_word")
        elif tokens[0].text.isdigit() and "quoted" not in features:
            features.add("number_only")
        starts = not span.first or context.tokens[span.first - 1].sent != tokens[0].sent
        if starts and "vocabulary" not in features and "quoted" not in features and not tokens[0].tag.startswith("NNP") and not tokens[0].ent:
            features.add("sentence_start_word")
    else:
        if all(w in word_set("stop", "words") or not w[0].isalpha() for w in low):
            features.add("stop_word")
        if key in gaz.titles or key in famous_titles():
            features.add("known_title")
            if context.cut(span):
                features.add("cut_title")
            if any(f.startswith("join_") for f in features):
                features.add("known_joined")
        kind = word_kinds("companies").longest([last], 0)
        if kind and is_name(tokens[-1]) and "known_title" not in features and not (last in ("stories", "law", "daily", "music", "games", "press", "company", "content", "post", "news", "times", "capital", "works") and span.company is None and low[0] in ("the", "a")):
            features.add("company_suffix")
        if last in word_set("places", "suffixes") and is_name(tokens[-1]):
            features.add("place_suffix")
        if all(w in word_set("arms", "offices") for w in low):
            features.add("department")
        if span.extends:
            features.add("extends_company")
        if any(w in ("productions", "pictures", "entertainment", "television", "studios", "networks") for w in low[:-1]):
            features.add("company_inside")
        if "join_colon" in features:  # "Lost Kings: The Making of an Empire": one title, whatever joins its halves
            features -= {"join_preposition", "join_of", "company_suffix"}
        if low[0] in ("the", "a", "an"):
            features.add("starts_the")
            if is_name(tokens[0]) and span.first and context.tokens[span.first - 1].sent == tokens[0].sent and context.tokens[span.first - 1].text not in ('"', ":"):
                features.add("the_inside")
    if low[:1] == ["law"] and low[1:3] in (["offices", "of"], ["office", "of"]):
        features.add("company_suffix")
    if "'s" in low[1:-1] and " ".join(t.text for t in tokens[: low.index("'s")]) in companies():
        features.add("owned_join")
    if "'s" in low[2:-1] and low[0] in gaz.given:
        features.add("owned_join")
    if last.rstrip(".") in word_set("events", "other") or (low[0] in ("outstanding", "best") and low[1:2] in (["drama"], ["comedy"], ["actor"], ["actress"], ["picture"], ["supporting"], ["limited"], ["director"], ["presenter"], ["series"], ["film"], ["documentary"], ["variety"], ["lead"], ["original"])):
        features.add("other_word")
    if all(w in word_set("arms", "departments") or w in ("and", "&", ",", "'s", "-") for w in low):
        features.add("department")
    if key in gaz.places and "vocabulary" not in features:
        features.add("quoted_place" if "quoted" in features else "known_place")  # nobody sets a place in quotation marks
    if key in gaz.demonyms:
        features.add("demonym")
    small = [t for t in tokens if not is_name(t) and t.text[0].isalpha() and t.lower not in word_set("people", "particles")]
    if small:
        features.add("small_words")
    if any(t.text[0].isdigit() for t in tokens) and "quoted" not in features:
        features.add("digits")
    if any(t.text in ("!", "?", ":") for t in tokens) or "!" in tokens[-1].text:
        features.add("punctuated")
    if 2 <= len(alphabetic) <= 5 and not small and "starts_the" not in features and all(c.isalpha() or c in "-.'," for t in tokens for c in t.text) and "company_suffix" not in features:
        features.add("person_shape")
        if low[0] in gaz.given or (len(low[0].rstrip(".")) <= 2 and low[0].endswith(".")):
            features.add("given_name")
        if key in gaz.people:
            features.add("known_person")
    elif len(tokens) == 1 and low[0] in gaz.given:
        features.add("given_name")
    letters = [c for c in original if c.isalpha()]
    if len(letters) >= 4 and all(c.isupper() for c in letters) and not context.block.heading:
        features.add("in_capitals")
    labels = {t.ent for t in tokens}
    if len(labels) == 1 and (label := NER.get(tokens[0].ent)):
        whole = (span.last == len(context.tokens) or context.tokens[span.last].ent != tokens[0].ent or context.tokens[span.last].ent_start) and (span.first == 0 or tokens[0].ent_start)
        if (whole or label in ("ner_group", "ner_date")) and not (label == "ner_date" and features & {"quoted", "vocabulary"}):
            features.add(label)
    return features | {tagger_feature(context.tokens, span)} | likely_features(context.block, span)


def likely_features(block: Block, span: Span) -> set[str]:
    """How likely the tagger's network takes a span for a whole name of each kind: each of ``STEPS`` that is passed, "likely_show_1" and so on."""
    if block.read is None:
        return set()
    found = {label: block.read.named(label, *(span.marked or (span.first, span.last))) for label in NAMED}
    return {f"likely_{label.lower()}_{n}" for label, likely in found.items() for n, step in enumerate(STEPS, 1) if likely > step}


def tagger_feature(tokens: Sequence[Token], span: Span) -> str:
    """What our own tagger says of a span: its label where it marked just these tokens, else how they lie to what it marked."""
    first, last = span.marked or (span.first, span.last)
    inside = tokens[first:last]
    label = inside[0].label
    one = all(t.label == label for t in inside) and not any(t.label_start for t in inside[1:])
    if not label and one:
        return "tag_none"
    if not one:
        return "tag_crosses"
    end = last
    while end < len(tokens) and tokens[end].label == label and not tokens[end].label_start:
        end += 1
    whole = inside[0].label_start and without_season(tokens, first, end) == last  # "Loki Season 2", all marked
    return f"tag_{label.lower()}" if whole else f"tag_part_{label.lower()}"
