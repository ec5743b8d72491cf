"""Normalize: names of people, companies and shows to their standard form, and the keys that join them."""

from __future__ import annotations

import re
import unicodedata

from pipeline.vocabulary import companies, word_set


def clean_name(text: str) -> str:
    """A name as a table shows it: white space folded, possessive and stray signs off, capitals lowered.

    >>> clean_name("KIEFER\\nSUTHERLAND"), clean_name("Peter MacNicol’s"), clean_name("J.J. Abrams"), clean_name("NBC")
    ('Kiefer Sutherland', 'Peter MacNicol', 'J.J. Abrams', 'NBC')
    """
    text = " ".join(text.split())
    text = re.sub(r"[’']s$", "", text).strip(" ,;:\"“”")
    words = text.split()
    if len(words) > 1 and text.isupper():
        text = re.sub(r"[^\W\d_]+", lambda m: m[0] if len(m[0]) == 1 else m[0][0] + m[0][1:].lower(), text)
    return re.sub(r"[™®©]", "", text)


def entity_key(name: str) -> str:
    """What two forms of the same name share: no case, accents, articles or signs.

    >>> entity_key("The Walking Dead: Dead City"), entity_key("Grey’s Anatomy")
    ('walking dead dead city', 'greys anatomy')
    """
    name = unicodedata.normalize("NFKD", name).casefold().replace("&", " and ").replace("+", " plus ")
    name = "".join(c for c in name if not unicodedata.combining(c))
    name = " ".join(re.sub(r"[\W_]+", " ", re.sub(r"[’'.]", "", name)).split())
    return re.sub(r"^(?:the|an?) (?=.)", "", name) or name


def company_key(name: str) -> str:
    """The key of a company: that of its standard name where the trade knows it."""
    known = companies().get(name) or companies().get(name.removeprefix("The "))
    return entity_key(known.name if known else re.sub(r",? (?:Inc|LLC|Ltd|Limited|Corp|plc)\.?$", "", name))


def split_name(name: str) -> tuple[str, str]:
    """Given and family name; particles go with the family name, suffixes with neither.

    >>> split_name("Ronald D. Moore"), split_name("Guillermo del Toro"), split_name("Cher"), split_name("Lyle Threadgill Jr.")
    (('Ronald D.', 'Moore'), ('Guillermo', 'del Toro'), ('Cher', ''), ('Lyle', 'Threadgill'))
    """
    words = [w for w in name.replace(",", " ").split() if w.lower() not in word_set("people", "suffixes")]
    if len(words) < 2:
        return name, ""
    k = len(words) - 1
    while k > 1 and words[k - 1] in word_set("people", "particles"):
        k -= 1
    return " ".join(words[:k]), " ".join(words[k:])
