"""What stands after a name: X, Vice President, CGSS; X (Ministry of Justice); X of Y."""

from __future__ import annotations

from articles.importing.before_name import is_kinship
from articles.importing.bodies import (
    Range,
    body_end,
    body_goes_on,
    describes_body,
    end_of_bodies,
    list_within_name,
    names_body,
    only_name,
)
from articles.importing.names import (
    DEGREES,
    POST_NOMINALS,
    Mention,
    is_title_part,
    may_be_name,
)
from articles.importing.offices import read_office, read_relative_clause
from articles.importing.sentences import (
    QUOTE,
    TERM,
    Token,
)
from articles.importing.titles import (
    ALL_PREPOSITIONS,
    APPOINTING,
    AUXILIARIES,
    DETERMINERS,
    employer_after,
    is_of_place,
    is_title_segment,
    joined_head,
    split_title,
)
from articles.importing.words import (
    ADVERBS,
    COMPANY_FORMS,
    FUNCTION_WORDS,
    HONORIFICS,
    INITIALS,
    ORG_WORDS,
    PLACES,
    SAYING,
    SUBJECTS,
    TELLING_NOUNS,
    TITLE_HEADS,
    TITLE_MODIFIERS,
    word_set,
)

#: Seats of a parliament that stand after a name as initials.
SEATS = word_set("mp mpa mna mep mla mlc msp td")


#: Ranks whose holders have medals and orders after their names.
_OF_SERVICES = word_set(
    "general lieutenant major brigadier colonel captain commander admiral marshal commodore "
    "inspector commandant superintendent squadron wing justice judge"
)


#: Titles of forces and services that are ranks beside an office.
_RANKING = word_set("inspector general deputy additional assistant commandant superintendent sub")


def _is_ranking(tokens: list[Token], mention: Mention, comma: int) -> bool:
    """Whether the title before a name is a rank, because an office follows the name:
    Deputy Commandant X, the Commanding Officer of …"""
    if mention.title is None or mention.organization or tokens[comma].text != ",":
        return False
    words = {t.low for t in tokens[slice(*mention.title)]}
    ranks = words <= _RANKING or words == {"senior", "advocate"}
    following = tokens[comma + 1 : comma + 8]
    office = next((k for k, t in enumerate(following) if t.text in (",", ".")), len(following))
    return ranks and mention.title[1] == mention.name[0] and is_title_segment(following[:office])


def _is_described(
    tokens: list[Token], mention: Mention, a: int, b: int, stop: int, sign: str
) -> bool:
    """Whether “NAME, the club's kit man, said” describes a person in a word that no list has."""
    part = tokens[a:b]
    name = tokens[slice(*mention.name)]
    if (
        sign != ","
        or len(part) > 14
        or not part
        or sum(t.word for t in name) < 2
        or names_body(name)
    ):
        return False
    if describes_body(tokens, a - 1):
        return False  # Bellweather, a family-owned chain of shops
    first = part[0]
    noun = next((n for n, t in enumerate(part) if t.low in ALL_PREPOSITIONS), len(part)) - 1
    if part[noun].low in ("woman", "man", "person", "one", "survivor"):
        return False  # the only woman on the pass
    if (first.cap and not first.possessive) or not first.word or first.text.isdigit():
        return False
    led = first.low in DETERMINERS or any(t.possessive for t in part[:5])
    if first.low in ALL_PREPOSITIONS | AUXILIARIES | ADVERBS | SAYING | word_set(
        """
and but or as including led based
"""
    ) or (first.low.endswith(("ing", "ed")) and not led):
        return False
    if any(
        not t.cap
        and t.low
        in ORG_WORDS
        | word_set(
            """
maker manufacturer charity firm start-up town village city river producer startup provider
supplier retailer
"""
        )
        for t in part[:4]
    ):
        return False
    after = (
        tokens[b + 1]
        if b + 1 < len(tokens) and tokens[b].text == ","
        else tokens[b]
        if b < len(tokens)
        else None
    )
    before = tokens[mention.start - 1] if mention.start else None
    spoken = after is not None and (
        after.low in SAYING or after.low in ("who", "also", "has", "had", "will")
    )
    asked = before is not None and before.low in SAYING
    return (spoken and (led or (after is not None and after.low in SAYING))) or asked


def _is_post_nominal(tokens: list[Token], mention: Mention, comma: int) -> bool:
    """Whether “, MP,” or a medal's initials follow a name; after a rank they may be any."""
    if comma + 2 >= len(tokens) or tokens[comma].text != ",":
        return False
    token = tokens[comma + 1]
    if not token.acronym or not (tokens[comma + 2].text == "," or tokens[comma + 2].low in SAYING):
        return False
    rank = {t.low for t in tokens[slice(*mention.honorific)]} if mention.honorific else set()
    if mention.title:
        rank |= {t.low for t in tokens[slice(*mention.title)]}
    medal = len(token.text) < 6 and token.low not in INITIALS | TITLE_HEADS | ORG_WORDS
    return token.low in POST_NOMINALS | SEATS or (medal and bool(rank & _OF_SERVICES))


def _names_another(tokens: list[Token], at: int) -> bool:
    """Whether a title in small letters with a name begins here: engineer X, doña X."""
    led = at
    while led < len(tokens) and not tokens[led].cap and led - at < 4:
        if not (is_title_part(tokens[led]) or tokens[led].low in HONORIFICS):
            return False
        led += 1
    named = at < led < len(tokens) and tokens[led].cap
    named = named and (
        may_be_name(tokens, led) or (led + 1 < len(tokens) and may_be_name(tokens, led + 1))
    )
    ranked = tokens[led - 1].head or tokens[led - 1].low in HONORIFICS
    after = next((k for k in range(led, len(tokens)) if not tokens[k].cap), len(tokens))
    return named and ranked and not names_body(tokens[led:after])


def look_right(tokens: list[Token], mention: Mention, end: int) -> None:
    """Read the apposition after a name: X, Vice President, CGSS, Islamabad stated."""
    if end < len(tokens) and tokens[end].text[0] == "(" and len(tokens[end].text) > 2:
        end += 1  # Lt Gen X (Retd), Vice Chairman
        mention.end = end
    while end < len(tokens) and (
        tokens[end].low in DEGREES
        or (tokens[end].acronym and tokens[end].low in POST_NOMINALS | SEATS)
    ):
        end += 1
        mention.end = end
    while _is_post_nominal(tokens, mention, end):
        end += 2  # X, MP, said; Inspector General X, PTM, TM, Commander, …
        mention.end = end
    if is_kinship(tokens, mention.title):
        mention.title = mention.organization = None  # her sister X, the director
    if (
        end + 1 < len(tokens)
        and tokens[end].text == ","
        and tokens[end + 1].low in ("who", "whose", "whom")
    ):
        if mention.title is not None or end - mention.name[0] > 1:
            mention.strong = True
            read_relative_clause(tokens, mention, end + 1)
        return
    if end + 2 < len(tokens) and _is_ranking(tokens, mention, end):
        mention.honorific, mention.title = mention.title, None
    if mention.title is not None and end < len(tokens) and tokens[end].low == "at":
        employer = employer_after(tokens, end, min(end + 8, len(tokens)))
        if employer and mention.organization is None:
            mention.organization, mention.end = employer, employer[1]
        return
    if mention.title is not None and end + 4 < len(tokens) and tokens[end].text == ",":
        aged = tokens[end + 1].text.isdigit() and tokens[end + 2].text == ","
        if aged and tokens[end + 3].low in ("of", "from", "at"):
            end += 2  # Youth delegate X, 17, from Fale Secondary School
    if mention.title is not None and tokens[end : end + 1] and tokens[end].text == ",":
        comma = next((k for k in range(end + 1, len(tokens)) if tokens[k].text in ",.;"), end)
        employer = employer_after(tokens, end + 1, comma)
        if employer and mention.organization is None and tokens[end + 1].low != "for":
            mention.organization = employer  # Economist X, from the University of Y, says
            mention.end = min(comma + 1, len(tokens))
        elif (
            (
                comma + 1 < len(tokens)
                and tokens[comma].text == ","
                and tokens[comma + 1].low != "and"
            )
            and tokens[end + 1].low != "and"
            and is_title_segment(tokens[end + 1 : comma])
        ):
            mention.end = comma + 1  # Co-author X, dust specialist at the Centre, estimates
        return
    if mention.title is not None and mention.organization is None and end + 3 < len(tokens):
        near = range(end + 2, min(end + 9, len(tokens)))
        closing = next((k for k in near if tokens[k].text == ")"), end)
        inner = tokens[end + 1 : closing]
        if tokens[end].text == "(" and len(inner) > 1 and names_body(inner):
            mention.organization = (end + 1, closing)  # State Secretary X (Ministry of Justice)
            mention.end = closing + 1
            return
    if end >= len(tokens) or (mention.title is not None and tokens[end].low not in ("of", "from")):
        return
    sign = tokens[end].text
    if tokens[end].low == "as" and mention.title is None and end + 1 < len(tokens):
        ends = next(
            (
                k
                for k in range(end + 1, min(end + 12, len(tokens)))
                if tokens[k].text in (".", ",", ";")
                or tokens[k].low in ("on", "until", "after", "who", "in", "from", "with", "to")
                or (tokens[k].low == "and" and not any(map(is_title_part, tokens[k + 1 : k + 2])))
            ),
            None,
        )
        if (
            ends
            and is_title_segment(tokens[end + 1 : ends])
            and tokens[end + 1].low not in ("one", "part", "many", "well", "saying")
        ):
            mention.title, mention.organization = split_title(tokens, end + 1, ends)
            mention.organization = mention.organization or _appointing_body(tokens, mention.start)
            mention.strong = True
        return
    if tokens[end].low in ("is", "was", "has", "becomes") and end - mention.name[0] > 1:
        mention.title, mention.organization = read_office(tokens, end)
        mention.strong = mention.strong or mention.title is not None
        return
    if sign not in (",", "(", "–", "—", "-"):
        told = None
        if tokens[end].low in ("of", "from") and mention.name[1] - mention.name[0] > 1:
            told = employer_after(tokens, end, min(end + 12, len(tokens)))
        if told and not tokens[told[0] - 1].cap and tokens[told[0] - 1].low in TELLING_NOUNS:
            mention.organization = mention.organization or told
            mention.strong, mention.end = True, told[1]
            return
        if tokens[end].low in ("of", "from") and end + 1 < len(tokens):
            begin = end + 1 + (end + 2 < len(tokens) and tokens[end + 1].low == "the")
            known = mention.strong and tokens[begin].low not in PLACES | FUNCTION_WORDS
            known = known and tokens[end].low == "of"
            known = known or _is_quoted_of(tokens, mention, begin)
            if mention.title and is_of_place(tokens[slice(*mention.title)]):
                known = False
            last = body_end(tokens, begin, len(tokens))
            after = tokens[last] if last < len(tokens) else None
            words = ALL_PREPOSITIONS | SAYING | ADVERBS | FUNCTION_WORDS
            if after is not None and after.word and not (after.cap or after.low in words):
                return  # Major X of the Urundian medical company
            named = mention.strong or mention.name[1] - mention.name[0] > 1
            if tokens[begin].cap and (known or (named and names_body(tokens[begin:last]))):
                mention.end = end_of_bodies(tokens, last)
                mention.strong = True
                led = mention.organization
                if led and mention.title and led == (mention.title[0] - 1, mention.title[0]):
                    word = tokens[led[0]]
                    if not (word.possessive or word.acronym or word.low in ORG_WORDS):
                        # Incident Commander X of the State Agency
                        mention.title, mention.organization = (led[0], mention.title[1]), None
                if mention.title is None or mention.organization is None:
                    mention.organization = mention.organization or (begin, last)
        return
    at = end + 1
    behalf = [t.low for t in tokens[at : at + 4]] == ["speaking", "on", "behalf", "of"]
    of = at + 3 * behalf
    if sign == "," and of + 2 < len(tokens) and tokens[of].low in ("of", "from", "representing"):
        first = of + 1 + (tokens[of + 1].low == "the")
        last = body_end(tokens, first, len(tokens))
        if names_body(tokens[first:last]) and tokens[last : last + 1] and tokens[last].text == ",":
            mention.organization = mention.organization or (first, last)
            mention.strong, mention.end = True, last + 1
            return
    if (
        at + 1 < len(tokens)
        and tokens[at].cap
        and tokens[at].low in HONORIFICS
        and tokens[at + 1].low not in PLACES
        and may_be_name(tokens, at + 1)
    ):
        return  # another person: The governor of Green Delta, Captain X
    if (
        sign == "("
        and at < len(tokens)
        and not is_title_part(tokens[at])
        and not names_body(tokens[at : at + 6])
    ):
        close = next(
            (k for k in range(at, min(at + 8, len(tokens))) if tokens[k].text == ")"), None
        )
        if close is None:
            return
        mention.end = close + 1
        inner = tokens[at:close]
        if close + 1 < len(tokens) and tokens[close + 1].text == ",":
            end, at = close + 1, close + 2
            mention.end = at
            sign = ","
        else:
            return
    if at + 1 < len(tokens) and tokens[at].low == "aged" and tokens[at + 1].text.isdigit():
        at += 1
    aged = False
    if at < len(tokens) and tokens[at].text.isdigit():  # an age
        aged = True
        mention.strong = True
        if at + 1 < len(tokens) and tokens[at + 1].text == ",":
            at += 2
        mention.end = at
        school = (
            at + 1 < len(tokens) and tokens[at].low in ("of", "from") and tokens[at - 1].text == ","
        )
        at += school
        first = at + (school and tokens[at].low == "the")
        last = body_end(tokens, first, len(tokens)) if school else first
        if school and tokens[first].cap and names_body(tokens[first:last]):
            mention.organization, mention.end = (first, last), last
            return  # one of the winners, X, 11, of the Girls’ School
    if sign == "," and _names_another(tokens, at):
        return  # the manager of Norte, engineer X
    segments: list[Range] = []
    begin = at
    depth = 0
    closed = sign != "("
    stop = len(tokens)
    for k in range(at, min(at + 45, len(tokens))):
        token = tokens[k]
        if token.text == "(":
            depth += 1
        elif token.text == ")":
            if depth == 0:
                stop = k + 1 if sign == "(" else k
                segments.append((begin, k))
                closed = True
                begin = stop
                break
            depth -= 1
        elif depth == 0 and segments and k == begin and token.low in ("at", "with"):
            if employer_after(tokens, k, len(tokens)) is None:
                stop = k
                break
        elif depth == 0 and _ends_apposition(tokens, k, begin):
            stop = k
            if k > begin:
                segments.append((begin, k))
            begin = k
            break
        elif token.text == "," and depth == 0:
            form = tokens[k + 1 : k + 2] and tokens[k + 1].low in COMPANY_FORMS
            if (
                form
                or list_within_name(tokens, begin, k, len(tokens))
                or (begin < k and body_goes_on(tokens, begin, k))
            ):
                continue
            segments.append((begin, k))
            begin = k + 1
    else:
        if begin < min(at + 45, len(tokens)):
            segments.append((begin, min(at + 45, len(tokens))))
        stop = min(at + 45, len(tokens))
    if not closed or not segments:
        return
    while len(segments) > 1 and all(
        t.low in POST_NOMINALS or not t.word for t in tokens[slice(*segments[0])]
    ):
        mention.strong = True
        mention.end = segments[0][1] + 1
        segments.pop(0)
    if len(segments) > 1 and [t.low for t in tokens[slice(*segments[0])][:2]] == ["one", "of"]:
        segments.pop(0)  # one of the volunteers, a trainee at X
    title: Range | None = None
    organization: Range | None = None
    used = 0
    for n, (a, b) in enumerate(segments):
        appointed = n == 0 and tokens[a].low in APPOINTING
        a = next((k + 1 for k in range(a, b) if appointed and tokens[k].low == "as"), a)
        part = tokens[a:b]
        if not part:
            break
        if (
            n == 0
            and not is_title_segment(part)
            and (
                _is_described(tokens, mention, a, b, stop, sign)
                or (aged and part[0].low in ("a", "an") and not describes_body(tokens, a - 1))
            )
        ):
            title, organization = split_title(tokens, a, b, any_head=True)
            used = 1
            if title is None:
                break
            continue
        if n == 0:
            if not is_title_segment(part):
                body = tokens[a + (tokens[a].low == "the") : b]
                if (
                    body
                    and body[0].cap
                    and names_body(body)
                    and body_end(tokens, b - len(body), b) == b
                    and len(segments) > 1
                ) or (sign == "(" and names_body(body)):
                    organization = (b - len(body), b)
                    used = 1
                break
            title, organization = split_title(tokens, a, b)
            if title is None:
                break
            used = 1
            if organization and n + 1 < len(segments):
                following = tokens[slice(*segments[n + 1])]
                word = tokens[organization[0]]
                if (
                    organization == (title[0] - 1, title[0])
                    and word.text[1:].islower()
                    and not word.possessive
                    and word.low not in ORG_WORDS
                    and names_body(following)
                    and following[0].cap
                ):
                    title, organization = (organization[0], title[1]), None
            continue
        skip = a + (tokens[a].low in ("the", "of"))
        if (
            skip < b
            and tokens[skip].cap
            and organization is None
            and not (
                (is_title_part(tokens[skip]) and not names_body(tokens[skip:b]))
                or any(t.head and t.low not in ORG_WORDS for t in part)
            )
            and (names_body(tokens[skip:b]) or not all(t.low in PLACES for t in tokens[skip:b]))
            and (names_body(tokens[skip:b]) or only_name(tokens, skip, b))
        ):
            last = body_end(tokens, skip, b)
            goes_on = skip > a and n > 0 and last < b and tokens[last].word and not tokens[last].cap
            if goes_on and tokens[last].low not in ALL_PREPOSITIONS:
                break  # Dr. X, Minister of Health, the Foundation inaugurated
            organization = (skip, last)
            used = n + 1
        elif title and organization is None and _is_field(tokens, segments, n):
            title = title[0], b  # Vice President, Public Policy, Lumen Inc.
            used = n + 1
        elif title and organization is None and (employer := employer_after(tokens, a, b)):
            organization = employer
            used = n + 1
        elif title and organization is None and _is_joined(part):
            more, employer = split_title(tokens, a, b)  # Founder, Chairman and CEO of X
            if more:
                title, organization = (title[0], more[1]), employer
                used = n + 1
        elif all(t.low in PLACES or not t.word for t in part) or (
            organization and len(part) < 3 and all(t.cap and not t.head for t in part)
        ):
            used = n + 1  # a place after the body
        else:
            break
    if not used:
        return
    mention.strong = True
    last_used = segments[used - 1][1]
    mention.end = last_used if used < len(segments) or last_used >= stop else stop
    if sign == "(" and used == len(segments):
        mention.end = stop
    if mention.end < len(tokens) and tokens[mention.end].text == "," and sign == ",":
        mention.end += 1
    if title and mention.title is None:
        mention.title = title
        mention.organization = organization or mention.organization
    elif organization and mention.organization is None:
        mention.organization = organization


def _appointing_body(tokens: list[Token], before: int) -> Range | None:
    """The body that opens “Acme Bank has appointed X as …”, before the token ``before``."""
    if not any(t.low in APPOINTING for t in tokens[max(0, before - 6) : before]):
        return None
    begin = 1 if tokens[0].low == "the" else 0
    if not tokens[begin].cap or tokens[begin].head or tokens[begin].low in FUNCTION_WORDS:
        return None
    end = body_end(tokens, begin, before)
    run = tokens[begin:end]
    named = names_body(run) or (len(run) > 1 and tokens[end].low in AUXILIARIES)
    return (begin, end) if named and not run[-1].possessive else None


def _is_field(tokens: list[Token], segments: list[Range], n: int) -> bool:
    """Whether a segment is the field of a title: subjects in capitals, and a body after them."""
    a, b = segments[n]
    field = all(
        (t.cap and t.low in SUBJECTS | TITLE_MODIFIERS) or (t.low in ("and", "of") and n)
        for n, t in enumerate(tokens[a:b])
        if t.word
    )
    following = tokens[segments[n + 1][0]] if n + 1 < len(segments) else None
    return field and following is not None and (following.cap or following.low in ("at", "for"))


def _is_joined(part: list[Token]) -> bool:
    """Whether the words begin with titles that “and” joins: Chairman and CEO of Acme."""
    first = next((n for n, t in enumerate(part) if t.head), None)
    led = first is not None and all(is_title_part(t) for t in part[:first])
    return first is not None and led and joined_head(part, first, len(part)) > first


def _is_quoted_of(tokens: list[Token], mention: Mention, begin: int) -> bool:
    """Whether it is “said X of Y” or “X of Y said”, where Y has two words and is no place."""
    spoken = mention.name[0] > 0 and tokens[mention.name[0] - 1].low in SAYING
    caps = tokens[begin : begin + 2]
    spoken = spoken or any(t.low in SAYING for t in tokens[begin + 2 : begin + 3])
    return (
        spoken
        and mention.name[1] - mention.name[0] > 1
        and len(caps) == 2
        and all(t.cap and t.low not in PLACES | FUNCTION_WORDS for t in caps)
    )


def _is_field_after_colon(tokens: list[Token], k: int) -> bool:
    """Whether a colon parts a title from its field: Deputy Vice-Chancellor: Research and …"""
    at = k + 1
    while at < len(tokens) and at - k < 7 and (tokens[at].cap or tokens[at].low in ("and", "&")):
        at += 1
    titled = k > 0 and is_title_part(tokens[k - 1]) and tokens[k - 1].cap
    ends = at < len(tokens) and (tokens[at].text == "," or tokens[at].low in ("at", "of"))
    return titled and at > k + 1 and ends


def _ends_apposition(tokens: list[Token], k: int, begin: int) -> bool:
    token = tokens[k]
    if token.text == ":" and k > begin and _is_field_after_colon(tokens, k):
        return False
    if token.text in (".", ";", ":", "!", "?", QUOTE, TERM, "–", "—"):
        return True
    if token.cap:
        return False
    if token.low in AUXILIARIES:
        return True
    if token.low in SAYING and not (k > 0 and tokens[k - 1].low in ("a", "an", "the", "and", "of")):
        return True
    return k == begin and token.low in word_set(
        """
and in on at with while speaking addressing during but as
"""
    )
