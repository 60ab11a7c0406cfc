"""Rich text: the one allow-list, the field that enforces it, and the plain text behind it.

What is pasted comes as Word, Google Docs and others write it. Cleaning it must not change what it
says: deleted words do not come back, cells and paragraphs do not run together, 10⁶ is not 106.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any, NamedTuple

import nh3
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django_prose_editor.config import allowlist_from_extensions, expand_extensions
from django_prose_editor.fields import ProseEditorField, create_sanitizer

#: What an editor can write. The editor's buttons and the sanitizer's allow-list both follow it.
EXTENSIONS: dict[str, Any] = {
    "Bold": True,
    "Italic": True,
    "Subscript": True,
    "Superscript": True,
    "Heading": {"levels": [2, 3, 4]},
    "BulletList": True,
    "OrderedList": True,
    "ListItem": True,
    "Blockquote": True,
    "HorizontalRule": True,
    "Table": {"resizable": False},
    "TableRow": True,
    "TableHeader": True,
    "TableCell": True,
    "HardBreak": True,
    "Record": True,
    "Link": {
        "enableTarget": False,
        "protocols": ["http", "https", "mailto", "tel"],
        "autolink": False,
        "linkOnPaste": False,
    },
    "SpecialCharacters": True,
    "NoSpellCheck": False,
    "Paste": True,
    "Find": True,
    "Direction": True,
    "Menu": {
        "groups": [
            {"group": group}
            for group in (
                "headings",
                "lists",
                "nodes -blockType -lists",
                "marks",
                "link",
                "record",
                "table",
                "find",
                "history",
            )
        ]
    },
}

#: The same for a text that freezes no records: a page of the site.
WITHOUT_RECORDS = {name: options for name, options in EXTENSIONS.items() if name != "Record"}

_UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_REFERENCE = rf"(?:picture|event|article)/{_UUID}|statement/{_UUID}/[1-9][0-9]{{0,8}}"
#: A record of ours in a body: a picture, an event, an article, or a statement by its article and
#: its number. No address of a file and no words stand there: they are frozen beside the body.
RECORD = re.compile(rf'<figure data-record="({_REFERENCE})"></figure>')

_sanitizer = create_sanitizer(EXTENSIONS)
_ALLOWED = set(allowlist_from_extensions(expand_extensions(EXTENSIONS))["tags"])
#: Well-formed markup with what says how to read it; the first step of cleaning.
_reader = nh3.Cleaner(
    tags=nh3.ALLOWED_TAGS
    | _ALLOWED
    | {
        *("section", "article", "header", "footer", "main", "aside", "nav", "address", "form"),
        *("fieldset", "figure", "figcaption", "font", "big", "tt"),
    },
    clean_content_tags={"script", "style", "title", "template", "noscript", "textarea", "select"},
    attributes={
        "*": {"style", "class", "dir"},
        "a": {"href", "title"},
        "ol": {"start", "type"},
        "td": {"colspan", "rowspan"},
        "th": {"colspan", "rowspan"},
        "figure": {"data-record"},
    },
    url_schemes={"http", "https", "mailto", "tel", "file", "about"},
    link_rel=None,
)
_BLOCKS = {
    *("p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "pre", "hr", "div"),
    *("section", "article", "header", "footer", "main", "aside", "nav", "address", "form"),
    *("fieldset", "figure", "figcaption", "dl", "dt", "dd", "center", "details", "summary"),
    *("table", "caption", "colgroup", "thead", "tbody", "tfoot", "tr", "td", "th"),
}
_SAME = {"b": "strong", "i": "em", "h5": "h4", "h6": "h4"}
#: Level 1 is the article's own headline: with one in the text all go down by one.
_LOWERED = _SAME | {"h1": "h2", "h2": "h3", "h3": "h4"}
#: Elements whose words are not part of the text: deleted ones, comments, what is hidden.
_DELETED = {"s", "strike", "del"}
_DELETED_STYLE = re.compile(
    r"text-decoration[^;]*line-through|display\s*:\s*none|mso-hide\s*:\s*all|mso-element\s*:\s*comment",
    re.IGNORECASE,
)
_DELETED_CLASS = re.compile(r"\bmso(?:del|com)", re.IGNORECASE)
_RAISED_STYLE = re.compile(r"vertical-align\s*:\s*(sup|sub)", re.IGNORECASE)
_LIST_STYLE = re.compile(r"mso-list\s*:\s*l\d+\s+level(\d)", re.IGNORECASE)
_LIST_MARKER = re.compile(r"mso-list\s*:\s*ignore", re.IGNORECASE)
#: What Word types before an item when its style is lost: a bullet, or a number and many blanks.
_TYPED_BULLET = re.compile("[•·▪◦‣●○■\uf0b7\uf0a7]\\s+|[o§ü][\xa0 ]{2,}")
_TYPED_NUMBER = re.compile("\\(?([0-9]{1,3}|[a-z]{1,4}|[A-Z])[.)]\xa0[\xa0 ]+")
#: Allowed markup that is to be looked at all the same.
_SUSPECT = re.compile(
    'href="(?:#(?!s-[0-9])|file:|about:)|<a>|<p>(?:\\s|&nbsp;)*(?:[•·▪◦‣●○■\uf0b7\uf0a7§ü]|'
    "o(?:&nbsp;| )|\\(?\\w{1,4}[.)]&nbsp;)"
    rf'|<figure(?! data-record="(?:{_REFERENCE})"></figure>)'
)
_BLOCK = re.compile(rf"</?(?:{'|'.join(sorted(_BLOCKS))})\b[^>]*>|<br\s*/?>", re.IGNORECASE)
_RAISED = re.compile(r"<(sup|sub)>(.*?)</\1>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")


class Cleaned(NamedTuple):
    """Clean ``markup``, and the words that were ``dropped`` with what was deleted or hidden."""

    markup: str
    dropped: list[str]


def sanitize(markup: str) -> str:
    """Return ``markup`` with nothing in it but what ``EXTENSIONS`` allows."""
    return clean(markup).markup


def clean(markup: str) -> Cleaned:
    """Return ``markup`` as an editor would have typed it, and what is no longer in it.

    Struck-out, tracked-as-deleted and hidden words and comments are dropped. The bullets and
    numbers that Word types become lists, headings those that are allowed, and links into the
    pasted document plain words. Cleaning what is clean changes nothing. The desk's
    ``desk/paste.js`` does more, while the editor looks on.
    """
    allowed = str(_sanitizer(markup))
    if allowed == markup and not _SUSPECT.search(markup):
        return Cleaned(markup, [])
    tree = _tree(_reader.clean(markup))
    writer = _Writer(_LOWERED if tree.has("h1") else _SAME)
    written = writer.blocks(tree)
    return Cleaned(str(_sanitizer(written)), writer.dropped)


def is_record(reference: str) -> bool:
    """Whether ``reference`` is one that a body may have."""
    return re.fullmatch(_REFERENCE, reference) is not None


def records_in(markup: str) -> list[str]:
    """The records that stand in sanitized ``markup``, each once: ``picture/<id>``, ``event/<id>``,
    ``article/<id>`` and ``statement/<article's id>/<number>``.
    """
    return list(dict.fromkeys(RECORD.findall(markup)))


def plain_text(markup: str) -> str:
    """Return the words of sanitized ``markup``, one block a line.

    What is raised or lowered keeps its meaning: ``10<sup>6</sup>`` is 10⁶, and so is a note's
    number (2020¹), because nothing tells one from the other and neither is a digit of the number.
    What Unicode cannot raise stands after a sign: 2^(k+1), x_i. Ordinals are plain: 5th.
    """
    text = _RAISED.sub(_raised, markup)
    lines = html.unescape(nh3.clean(_BLOCK.sub("\n", text), tags=set()))
    return "\n".join(line.strip() for line in lines.splitlines() if line.strip())


_SUPERSCRIPT = str.maketrans("0123456789+-−=n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼ⁿ")
_SUBSCRIPT = str.maketrans("0123456789+-−=", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌")
_CAN_RAISE = re.compile(r"[0-9+\-−=n]+(?:[,;]\s?[0-9]+)*")
_CAN_LOWER = re.compile(r"[0-9+\-−=]+")
_ORDINAL = re.compile(
    r"(?:st|nd|rd|th|er?s?|re|ère|ème|nde?|[oa]s?|me|mme|lle|os|as|[^\w+\-]+.*)", re.I
)


def _raised(match: re.Match[str]) -> str:
    words = html.unescape(_TAG.sub("", match[2])).strip()
    kind = match[1]
    if not words:
        text = ""
    elif kind == "sup" and words.upper() in ("TM", "SM"):
        text = {"TM": "™", "SM": "℠"}[words.upper()]
    elif kind == "sup" and _CAN_RAISE.fullmatch(words):
        text = words.translate(_SUPERSCRIPT)
    elif kind == "sup" and _ORDINAL.fullmatch(words):
        text = words
    elif kind == "sub" and _CAN_LOWER.fullmatch(words):
        text = words.translate(_SUBSCRIPT)
    else:
        sign = "^" if kind == "sup" else "_"
        text = sign + (words if len(words) == 1 else f"({words})")
    return html.escape(text, quote=False)


@dataclass
class _Element:
    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[_Element | str] = field(default_factory=list)

    @property
    def style(self) -> str:
        return self.attributes.get("style", "")

    @property
    def text(self) -> str:
        return "".join(c if isinstance(c, str) else c.text for c in self.children)

    @property
    def is_deleted(self) -> bool:
        return (
            self.tag in _DELETED
            or bool(_DELETED_STYLE.search(self.style))
            or bool(_DELETED_CLASS.search(self.attributes.get("class", "")))
            or self.attributes.get("href", "").startswith("#_msocom")
        )

    def has(self, tag: str) -> bool:
        """Whether an element ``tag`` is in it."""
        return any(not isinstance(c, str) and (c.tag == tag or c.has(tag)) for c in self.children)

    @property
    def has_blocks(self) -> bool:
        return any(
            not isinstance(c, str) and (c.tag in _BLOCKS or c.has_blocks) for c in self.children
        )


def _words(element: _Element) -> str:
    """The text of an element with blanks between its blocks."""
    words = "".join(c if isinstance(c, str) else _words(c) for c in element.children)
    return f" {words} " if element.tag in _BLOCKS or element.tag == "br" else words


#: Elements within so many others are read as their words.
_DEEPEST = 60


class _TreeBuilder(HTMLParser):
    """Well-formed markup as a tree."""

    def __init__(self) -> None:
        super().__init__()
        self.open = [_Element("")]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = _Element(tag, {name: value or "" for name, value in attrs})
        if len(self.open) > _DEEPEST:
            element = self.open[-1]
        else:
            self.open[-1].children.append(element)
        if tag not in ("br", "hr", "img", "wbr", "col", "area", "input"):
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        if len(self.open) > 1:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def _tree(well_formed: str) -> _Element:
    builder = _TreeBuilder()
    builder.feed(well_formed)
    builder.close()
    return builder.open[0]


@dataclass
class _Item:
    """A paragraph that is an item of a list: its level from 1, its markup and its number."""

    level: int
    markup: str
    number: str


class _Writer:
    """Writes a tree in the tags that are allowed, and keeps what it leaves out."""

    def __init__(self, same: dict[str, str]) -> None:
        self.same = same
        self.dropped: list[str] = []

    def blocks(self, parent: _Element) -> str:
        """Write the children as blocks; words between blocks become paragraphs of their own."""
        written: list[str] = []
        items: list[_Item] = []
        run: list[_Element | str] = []
        is_mixed = parent.has_blocks

        def end_run() -> None:
            words = self.inline(_Element("", {}, run[:]))
            run.clear()
            if words.strip() or not is_mixed:
                written.append(f"<p>{words.strip()}</p>" if is_mixed else words)

        def end_list() -> None:
            if items:
                written.append(_list(items))
                items.clear()

        for child in parent.children:
            if isinstance(child, str) or not (child.tag in _BLOCKS or child.has_blocks):
                if items and (child if isinstance(child, str) else child.text).strip():
                    end_list()
                run.append(child)
                continue
            end_run()
            if child.is_deleted:
                self._drop(child)
            elif item := self._item(child):
                items.append(item)
            else:
                end_list()
                written.append(self._block(child))
        end_run()
        end_list()
        return "".join(written)

    def inline(self, parent: _Element) -> str:
        """Write the children as words of one paragraph."""
        written: list[str] = []
        has_dropped = False
        for child in parent.children:
            if isinstance(child, str):
                blank_twice = has_dropped and "".join(written)[-1:] in ("", " ")
                words = child.lstrip(" ") if blank_twice else child
                written.append(html.escape(words, quote=False))
                has_dropped = False
            elif child.is_deleted:
                self._drop(child)
                has_dropped = True
            elif child.tag == "br":
                written.append("<br>")
            elif child.tag in _BLOCKS:
                written.append(f" {self.inline(child)} ")
            else:
                written.append(self._marked(child))
        return "".join(written)

    def _drop(self, element: _Element) -> None:
        if words := " ".join(_words(element).split()):
            self.dropped.append(words)

    def _marked(self, element: _Element) -> str:
        """Write an element within a paragraph."""
        words = self.inline(element)
        if raised := _RAISED_STYLE.search(element.style):
            tag = raised[1].lower()
        elif element.tag == "b" and re.search(r"font-weight\s*:\s*(?:normal|400)", element.style):
            return words  # Google Docs puts all of a paste into one of these
        else:
            tag = self.same.get(element.tag, element.tag)
        if tag == "a":
            href = element.attributes.get("href", "").strip()
            if not href or re.match(r"#(?!s-[0-9])|file:|about:", href, re.IGNORECASE):
                return words
            title = element.attributes.get("title", "")
            attributes = f' href="{html.escape(href)}"'
            attributes += f' title="{html.escape(title)}"' if title else ""
            return f"<a{attributes}>{words}</a>"
        if tag in ("sup", "sub") and words.strip():
            whole = f"<{tag}>{words}</{tag}>"
            return whole if tag in _ALLOWED else _RAISED.sub(_raised, whole)
        return f"<{tag}>{words}</{tag}>" if tag in _ALLOWED and words else words

    def _block(self, element: _Element) -> str:
        tag = self.same.get(element.tag, element.tag)
        if tag == "hr":
            return "<hr>"
        if tag == "figure":
            record = f'<figure data-record="{element.attributes.get("data-record", "")}"></figure>'
            return (record if RECORD.fullmatch(record) else "") + self._paragraphs(element)
        if tag == "table":
            return self._table(element)
        if tag in ("ul", "ol"):
            items = [c for c in element.children if not isinstance(c, str)]
            names = [name for name in ("start", "type") if name in element.attributes]
            values = "".join(f' {n}="{html.escape(element.attributes[n])}"' for n in names)
            return f"<{tag}{values}>{''.join(map(self._list_item, items))}</{tag}>"
        if tag in ("blockquote", "li") and tag in _ALLOWED:
            return f"<{tag}>{self.blocks(element)}</{tag}>"
        if element.has_blocks:
            return self.blocks(element)
        words = self.inline(element)
        tag = tag if tag in _ALLOWED and tag in _BLOCKS else "p"
        given = element.attributes.get("dir", "")
        direction = f' dir="{given}"' if given in ("ltr", "rtl") else ""
        return f"<{tag}{direction}>{words}</{tag}>" if words.strip() or element.tag == "p" else ""

    def _paragraphs(self, element: _Element) -> str:
        """What is in an element, as blocks."""
        if element.has_blocks:
            return self.blocks(element)
        words = self.inline(element)
        return f"<p>{words}</p>" if words.strip() else ""

    def _list_item(self, element: _Element) -> str:
        if element.is_deleted:
            self._drop(element)
            return ""
        if element.tag in ("ul", "ol"):  # a list in a list, without an item around it
            return f"<li>{self._block(element)}</li>"
        return f"<li>{self.blocks(element)}</li>"

    def _table(self, element: _Element) -> str:
        """Write a table; one that only places things on a page is read as what is in it."""
        beside, rows = list[str](), list[list[_Element]]()
        self._rows(element, beside, rows)
        is_layout = element.has("table") or (len(rows) == 1 and len(rows[0]) == 1)
        written = []
        for row in rows:
            cells = []
            for cell in row:
                if cell.is_deleted:
                    self._drop(cell)
                    cell.children.clear()
                blocks = self.blocks(cell) if cell.has_blocks else f"<p>{self.inline(cell)}</p>"
                if is_layout:
                    beside.append(blocks)
                    continue
                names = [n for n in ("colspan", "rowspan") if cell.attributes.get(n, "1") != "1"]
                spans = "".join(f' {n}="{html.escape(cell.attributes[n])}"' for n in names)
                cells.append(f"<{cell.tag}{spans}>{blocks or '<p></p>'}</{cell.tag}>")
            written.append(f"<tr>{''.join(cells)}</tr>")
        table = (
            f"<table><tbody>{''.join(written)}</tbody></table>" if rows and not is_layout else ""
        )
        return "".join(beside) + table

    def _rows(self, element: _Element, beside: list[str], rows: list[list[_Element]]) -> None:
        """Collect a table's rows, and what stands ``beside`` them."""
        for child in element.children:
            if isinstance(child, str):
                continue
            if child.is_deleted:
                self._drop(child)
            elif child.tag in ("thead", "tbody", "tfoot"):
                self._rows(child, beside, rows)
            elif child.tag == "tr":
                cells = [c for c in child.children if not isinstance(c, str)]
                kept = [c for c in cells if c.tag in ("td", "th")]
                if kept:
                    rows.append(kept)
            elif child.tag not in ("colgroup", "col"):
                beside.append(self._block(child))

    # Lists that Word writes as paragraphs ---------------------------------------------------------

    def _item(self, element: _Element) -> _Item | None:
        """Read a paragraph as an item of a list, if it is one."""
        if element.tag not in ("p", "div") or element.has_blocks:
            return None
        level = _LIST_STYLE.search(element.style)
        if level and (marker := _take_marker(element)) is not None:
            return _Item(int(level[1]), self.inline(element).strip(), _number(marker))
        text = element.text.lstrip()
        if bullet := _TYPED_BULLET.match(text) or _TYPED_NUMBER.match(text):
            _cut(element, len(element.text) - len(text) + bullet.end())
            number = _number(bullet[0])
            return _Item(1, self.inline(element).strip(), number)
        return None


def _take_marker(element: _Element) -> str | None:
    """Remove the typed bullet or number from a paragraph of Word's, and return it."""
    for n, child in enumerate(element.children):
        if isinstance(child, str):
            continue
        if _LIST_MARKER.search(child.style):
            del element.children[n]
            return child.text
        if (marker := _take_marker(child)) is not None:
            return marker
    return None


def _cut(element: _Element, length: int) -> int:
    """Remove so many characters of text at the beginning; return how many are left to remove."""
    for n, child in enumerate(element.children):
        if not length:
            break
        if isinstance(child, str):
            element.children[n] = child[length:]
            length = max(0, length - len(child))
        else:
            length = _cut(child, length)
    return length


def _number(marker: str) -> str:
    """The number or letter of a list's item; "" for a bullet."""
    found = re.fullmatch(r"\(?(\d{1,3}|[ivxlc]+|[IVXLC]+|[a-zA-Z])[.)]", marker.strip())
    return found[1] if found else ""


def _list(items: list[_Item]) -> str:
    """Write items as lists, nested by their levels; numbers go on from their first one."""
    written: list[str] = []
    n = 0
    while n < len(items):
        first, rows = items[n], list[str]()
        while n < len(items) and (
            items[n].level > first.level or _follows(items[n], first, len(rows))
        ):
            if items[n].level > first.level and rows:
                inner = n
                while n < len(items) and items[n].level > first.level:
                    n += 1
                rows[-1] = rows[-1].removesuffix("</li>") + _list(items[inner:n]) + "</li>"
            else:
                rows.append(f"<li><p>{items[n].markup}</p></li>")
                n += 1
        tag = "ol" if first.number else "ul"
        written.append(f"<{tag}{_numbering(first.number)}>{''.join(rows)}</{tag}>")
    return "".join(written)


def _follows(item: _Item, first: _Item, count: int) -> bool:
    """Whether ``item`` goes on the list of ``count`` items that ``first`` began."""
    if bool(item.number) != bool(first.number) or item.level != first.level:
        return False
    if first.number.isdigit():
        return item.number.isdigit() and int(item.number) == int(first.number) + count
    return not item.number.isdigit()


def _numbering(number: str) -> str:
    """The attributes of a list whose first item has this number."""
    if not number or number == "1":
        return ""
    if number.isdigit():
        return f' start="{int(number)}"'
    if number in "iI":
        return f' type="{number}"'
    if len(number) > 1:
        return ""
    start = ord(number.lower()) - ord("a") + 1
    kind = "a" if number.islower() else "A"
    return f' type="{kind}"' + (f' start="{start}"' if start > 1 else "")


class RichTextField(ProseEditorField):
    """HTML that is sanitized on every write to the database, whichever way it comes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **({"extensions": EXTENSIONS, "sanitize": sanitize} | kwargs))

    def get_db_prep_save(self, value: Any, connection: BaseDatabaseWrapper) -> Any:
        if isinstance(value, str):
            value = sanitize(value)
        return models.TextField.get_db_prep_save(self, value, connection)
