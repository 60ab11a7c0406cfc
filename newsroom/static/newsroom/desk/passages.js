// Passages in quotation marks, and texts in the form in which they are compared. Needs no page.

const SIGNS = { "‘": "'", "’": "'", "‚": "'", "‛": "'", "“": '"', "”": '"', "„": '"', "‟": '"', "«": '"', "»": '"', "‑": "-", "–": "-", "…": "..." };
const UNSEEN = /[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]/;

// Marks that are an apostrophe too.
const SINGLE = "'‘’";
// Words that begin with an apostrophe ('tis), and years ('90s).
const ELISION = /^(?:tis|twas|em|cause|til|bout|round|n|\d\ds|\d\d-tal)(?![\p{L}\p{N}_])/iu;
// A passage has no more marks in it than this; more are marks that nobody closed.
const MOST_MARKS = 100;
const MARK = /["'‘’‚‹›“”„«»「」『』〝〟＂]/;
// A letter or digit of a script that puts blanks between words.
const LETTER = /(?![\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}])[\p{L}\p{N}\p{M}]/u;
const BEFORE = /[\s([{<—–―\-:;/=¿¡（：，"'‘’‚‹›“”„«»「」『』〝〟＂]/;
const AFTER = /[\s.,;:!?…)\]}—–،؛؟۔।。，、；：！？）"'‘’‚‹›“”„«»「」『』〝〟＂]/;
const SENTENCE_END = /[.,;:!?…—–]/;

// The passages of `text` (one paragraph a line) in quotation marks, as {start, end, words, continued}:
// `text.slice(start, end)` is one with its marks. `pairs` are the opening and closing marks of the
// text's language, `everywhere` those of any. The same rules as articles/publishing/passages.py; both
// meet tests/publishing/quoted_passages.json.
export function quotedPassages(text, pairs, everywhere) {
  const ownOpening = new Set(pairs.map((pair) => pair[0])), ownClosing = new Set(pairs.map((pair) => pair[1])), closing = new Map();
  for (const [opens, closes] of [...pairs, ...everywhere]) closing.set(opens, (closing.get(opens) ?? new Set()).add(closes));
  const around = (at) => [text[at], text[at - 1] ?? "", text[at + 1] ?? ""];
  const isBlank = (sign) => /^\s$/.test(sign);

  const isApostrophe = (at) => {
    const [mark, before, after] = around(at);
    if (!SINGLE.includes(mark) && mark !== '"') return false;
    if (before === "n" && at > 1 && SINGLE.includes(text[at - 2])) return true; // rock 'n' roll
    return Boolean(before && after && LETTER.test(before) && LETTER.test(after));
  };
  const opens = (at) => {
    const [mark, before, after] = around(at);
    if (!closing.has(mark) || !after || after === "\n") return false;
    if (isBlank(after)) return "«‹".includes(mark) && (!before || isBlank(before));
    if (SINGLE.includes(mark) && ELISION.test(text.slice(at + 1, at + 12))) return false;
    if (!before || BEFORE.test(before)) return !",;:!?)]}".includes(after);
    if (AFTER.test(after)) return false;
    return ownOpening.has(mark) && !ownClosing.has(mark) && !SINGLE.includes(mark) || !LETTER.test(before);
  };

  const marks = [];
  for (let at = 0; at < text.length; at++) if (MARK.test(text[at]) && !isApostrophe(at)) marks.push(at);
  const opening = marks.map(opens);

  const opensWithin = (k) => opening[k] && (isBlank(text[marks[k] - 1] ?? "") || "([{".includes(text[marks[k] - 1] || "x"));
  const beginsParagraph = (at) => {
    const line = text.lastIndexOf("\n", at - 1) + 1;
    return line > 0 && !text.slice(line, at).trim();
  };
  const nextClosing = (k, mark) => {
    const end = text.indexOf("\n", marks[k]);
    for (let n = k + 1; n < Math.min(k + MOST_MARKS, marks.length); n++) {
      if (end >= 0 && end < marks[n] || opening[n]) return null;
      if (text[marks[n]] === mark) return marks[n];
    }
    return null;
  };
  const closes = (k, openedBy) => {
    const [mark, before, after] = around(marks[k]);
    if ((mark === openedBy || ownOpening.has(mark)) && opensWithin(k)) return false;
    if (SINGLE.includes(mark) && after && LETTER.test(after)) return false;
    const following = nextClosing(k, mark);
    if (following === null) return true;
    const last = text[following - 1];
    if (mark === '"' && /\d/.test(before)) return /\d/.test(last); // a 6" pipe
    if (SINGLE.includes(mark) && "sSzZxX".includes(before) && after === " ") return !SENTENCE_END.test(last);
    return true;
  };
  const passageAt = (n) => {
    const start = marks[n], mark = text[start], continued = [];
    if (!opening[n]) return [null, n + 1];
    let depth = 1;
    for (let k = n + 1; k < Math.min(n + MOST_MARKS, marks.length); k++) {
      const at = marks[k];
      if (text[at] === mark && opensWithin(k)) {
        if (beginsParagraph(at)) continued.push(at);
        else depth++;
      } else if (closing.get(mark).has(text[at]) && closes(k, mark)) depth--;
      if (!depth) {
        const edges = [start, ...continued, at];
        const parts = continued.concat(at).map((edge, i) => text.slice(edges[i] + 1, edge).trim());
        return [{ start, end: at + 1, words: parts.join(" ").replace(/[^\S\n]*\n\s*/g, " "), continued }, k + 1];
      }
    }
    return [null, n + 1];
  };

  const found = [];
  for (let n = 0; n < marks.length;) {
    const [passage, after] = passageAt(n);
    if (passage) found.push(passage);
    n = after;
  }
  return found;
}

export const isOpening = (sign) => /["“„«「『”»]/.test(sign);
export const isClosing = (sign) => /["”“»」』«]/.test(sign);

// `text` in the form in which it is compared, and the index in `text` of each of its letters.
export function foldWithPlaces(text) {
  let folded = "";
  const places = [];
  for (let at = 0; at < text.length; at++) {
    const sign = text[at];
    if (UNSEEN.test(sign)) continue;
    if (/\s/.test(sign)) {
      if (!folded || folded.endsWith(" ")) continue;
      folded += " ";
      places.push(at);
      continue;
    }
    for (const one of SIGNS[sign] ?? sign) { folded += one; places.push(at); }
  }
  return { folded, places };
}

export const fold = (text) => foldWithPlaces(text).folded.trim();
