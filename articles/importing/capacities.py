"""In what capacity somebody is named: the title and the body beside a name."""

from __future__ import annotations

from articles.importing.after_name import SEATS, look_right
from articles.importing.before_name import describe_before, look_left, read_small_rank
from articles.importing.bodies import (
    Range,
    body_end,
    names_body,
)
from articles.importing.names import (
    NOT_NAMES,
    Mention,
    find_name,
    read_honorific,
)
from articles.importing.sentences import (
    Token,
)
from articles.importing.titles import DETERMINERS, employer_after, split_title
from articles.importing.words import (
    COMPANY_FORMS,
    HONORIFICS,
    ORG_WORDS,
    TITLE_HEADS,
    word_set,
)

#: Who holds one of these is a country's: Norland's Deputy Minister.
_OF_A_STATE = word_set("charge minister ambassador consul envoy president premier")

#: Forms of address that are given names too.
_GIVEN_TOO = word_set("baba mama nana emir sultan prince king noble tan")
_ON_BEHALF = [[verb, "on", "behalf", "of"] for verb in ("speaking", "acting", "writing")]


def _after_ranks(tokens: list[Token], at: int) -> int:
    """Where the ranks and forms of address end that begin at ``at``."""
    while at + 1 < len(tokens) and tokens[at].low in HONORIFICS:
        at += 1
    return at


def read_mention(tokens: list[Token], run: Range, floor: int) -> Mention | None:
    """The noun phrase round a name, with what shows that it is a person's."""
    start, end = run
    following = tokens[end] if end < len(tokens) else None
    if [t.text for t in tokens[end : end + 1]] == [","] and end + 1 < len(tokens):
        form = tokens[end + 1]
        if form.cap and form.low in COMPANY_FORMS - {"as", "sa"} and form.low not in SEATS:
            return None  # Tallybrook, Inc., a maker of software
    if [t.low for t in tokens[end : end + 2]] == [",", "which"]:
        return None  # a body or a thing
    own = [t.low for t in tokens[end : end + 2]] == [",", "its"]
    if own and end - start == 1 and tokens[start].acronym:
        return None  # SINTRAPORT, its secretary X
    # The name of a body or a thing goes on after these words.
    if following is not None and not tokens[end - 1].possessive:
        if (
            following.cap
            and following.low in ORG_WORDS | NOT_NAMES
            and following.low not in TITLE_HEADS
        ):
            return None
        if (
            following.low in ("of", "for", "&")
            and end + 1 < len(tokens)
            and tokens[end + 1].cap
            and names_body(tokens[end + 1 : end + 5])
            and following.low == "&"
        ):
            return None
    if (
        following is not None
        and tokens[end - 1].text[-1] in "'’"
        and following.cap
        and following.low in ORG_WORDS
    ):
        return None  # Law Practitioners’ Guild
    if start > floor and tokens[start - 1].head and tokens[start - 1].cap:
        rank_after = following is not None and following.cap and following.low in HONORIFICS
        if rank_after and find_name(tokens, _after_ranks(tokens, end)):
            return None  # Corps Commander Multan Lt Gen X; Regional Manager Graves Office Ms. X
    rank = read_honorific(tokens, start, floor)
    if rank and rank[1] - rank[0] > 1 and end - start == 1 and tokens[start - 1].low in _GIVEN_TOO:
        rank, start = (rank[0], start - 1), start - 1  # Alhaji Baba Seidu
        run = start, end
    begin = rank[0] if rank else start
    mention = Mention(begin, end, run, rank)
    mention.strong = rank is not None
    if begin > 0 and end - start < 4 and tokens[begin - 1].low.endswith("-year-old"):
        mention.strong = True
        begin = mention.start = begin - 1
    look_left(tokens, mention, begin, floor)
    if mention.title == (begin - 1, begin) and rank is None:
        read_small_rank(tokens, mention, begin - 1, floor)
    if not tokens[end - 1].possessive:
        look_right(tokens, mention, end)
    if (
        mention.title is None
        and not rank
        and end - start > 1
        and begin > 0
        and not tokens[begin - 1].cap
    ):
        describe_before(tokens, mention, begin)
    if mention.title and mention.organization and mention.organization[1] <= mention.title[0]:
        # Norland's Deputy Minister: the owner of a minister is a country
        owner = tokens[slice(*mention.organization)]
        words = {t.low for t in tokens[slice(*mention.title)]}
        of_state = bool(words & _OF_A_STATE) or {"high", "commissioner"} <= words
        of_state = of_state and not (
            "president" in words and len(owner) > 1
        )  # Sport Club's president
        if of_state and owner[-1].possessive and not names_body(owner):
            mention.organization = None
    first = 1 if [t.low for t in tokens[:2]] == ["speaking", "for"] else 0
    if not first and [t.low for t in tokens[:4]] in _ON_BEHALF:
        first = 3
    if first and mention.organization is None:
        employer = employer_after(tokens, first, mention.start)
        if employer and employer[1] + 1 == mention.start:  # Speaking on behalf of the union Y, X
            mention.organization, mention.strong = employer, True
    if mention.title and mention.organization is None and tokens[0].low in ("at", "for"):
        first = 1 + (tokens[1].low == "the")
        last = body_end(tokens, first, mention.start)
        whole = last + 1 == mention.start and tokens[last].text == ","
        place = tokens[first:last]
        if whole and (names_body(place) or len([t for t in place if t.cap]) > 1):
            mention.organization = (first, last)  # At Copperbelt Trust Bank, treasurer X said
    if mention.title and mention.title[0]:
        before = tokens[mention.title[0] - 1]
        if before.low in ("its", "their", "our", "whose") or (before.possessive and not before.cap):
            mention.owner = (mention.title[0] - 1, mention.title[0])
    if (
        begin
        and tokens[begin - 1].cap
        and tokens[begin - 1].low in ORG_WORDS
        and not mention.title
        and not mention.organization
        and not rank
    ):
        return None
    return mention


def share_title(tokens: list[Token], first: Mention, second: Mention) -> None:
    """Read “A and B, partners at C”: a title in the plural is of both names."""
    if not (first.end + 1 == second.start and tokens[first.end].low == "and"):
        return
    begin = second.name[1] + 1
    full = second.name[1] - second.name[0] > 1
    if full and second.title is None and begin < len(tokens) and tokens[begin - 1].text == ",":
        near = range(begin, min(begin + 20, len(tokens)))
        stop = next((k for k in near if tokens[k].text in ",.;"), begin)
        of = next((k for k in range(begin, stop) if tokens[k].low in ("at", "of", "in")), stop)
        if not any(t.cap for t in tokens[begin:of]) and _is_plural(tokens[of - 1]):
            second.title, second.organization = split_title(tokens, begin, stop, any_head=True)
            second.end = stop + (tokens[stop].text == ",")
    if second.title is None and first.title is None:
        stop = first.start - (first.start > 0 and tokens[first.start - 1].text == ",")
        begin = next((k for k in range(stop, 0, -1) if not tokens[k - 1].word), 0)
        head = next((k for k in range(begin, stop) if _is_plural(tokens[k])), stop)
        if head < stop and tokens[head].low[:-1] in _BODIES_TOO:
            return
        led = head > begin and tokens[begin].low in DETERMINERS
        if head + 1 == stop or (led and head < stop < first.start):
            first.title = second.title = (begin + 1 if led else head, stop)
            for one in (first, second):
                one.strong = one.strong or one.name[1] - one.name[0] > 1
        return
    if second.title is None or first.title or not _is_plural(tokens[second.title[1] - 1]):
        return
    for one in (first, second):
        one.title, one.organization = second.title, second.organization
        one.strong = one.strong or one.name[1] - one.name[0] > 1


#: Titles that bodies have too: the finalists A and B.
_BODIES_TOO = word_set(
    "finalist winner champion holder owner operator partner donor organizer organiser investor "
    "trader publisher developer exporter importer medallist medalist member user customer"
)


def _is_plural(token: Token) -> bool:
    return not token.cap and token.low.endswith("s") and token.low[:-1] in TITLE_HEADS
