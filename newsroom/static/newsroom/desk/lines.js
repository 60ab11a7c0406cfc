// Lines of a plain text: which breaks a program made to fit its width, and which somebody meant.

const WIDE = /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6]/g;
const CJK = /[\u2e80-\u9fff\uf900-\ufaff\uff00-\uff60]/;
const ITEM = /^\s*(?:[-*+•·▪◦‣●○■–—]|\(?\d{1,3}[.)]|\(?[a-zA-Z][.)])\s+\S/;
const SENTENCE_END = /[.!?…:;。！？۔؟"'”’»)\]]\s*$/;
const CAPITAL = /^["'“‘«„([]*\p{Lu}/u, SMALL = /^["'“‘«„([]*\p{Ll}/u;
// Words that stand before or after a hyphen for good.
const COMPOUND = /^(?:cross|ex|far|fast|first|four|full|half|hard|high|ill|joint|large|left|long|low|near|new|newly|non|old|quasi|right|second|self|semi|short|six|small|state|ten|third|three|two|vice|well|wide|\d+)$/i;
const COMPOUND_END = /^(?:based|driven|earned|elect|funded|led|level|made|owned|related|scale|sector|sided|speaking|term|wide|year)\b/i;

const width = (line) => line.length + (line.match(WIDE)?.length ?? 0);
const firstWord = (line) => CJK.test(line.trimStart()[0] ?? "") ? line.trimStart()[0] : line.trim().split(/\s/)[0];

// Whether the hyphen at the end of a line is the word's own.
function keepsHyphen(before, after, text) {
  const first = before.match(/[\p{L}\p{M}\p{N}]+(?=[-‐]$)/u)?.[0] ?? "", second = after.match(/^[\p{L}\p{M}\p{N}]+/u)?.[0] ?? "";
  if (/[‐\u00ad]$/.test(before) && SMALL.test(second)) return false;
  if (!SMALL.test(second) || /[-‐]\p{L}+[-‐]$/u.test(before)) return true;
  const has = (word) => new RegExp(`(?<![\\p{L}\\p{N}-])${word}(?![\\p{L}\\p{N}-])`, "iu").test(text);
  if (has(first + second)) return false;
  if (has(`${first}-${second}`)) return true;
  return COMPOUND.test(first) || COMPOUND_END.test(second) || has(first) && has(second);
}

function joined(before, after, text) {
  if (/[\p{L}\p{N}][-‐]$|\u00ad$/u.test(before) && /^[\p{L}\p{N}]/u.test(after)) return keepsHyphen(before, after, text) ? "none" : "hyphen";
  return CJK.test(before.at(-1)) && CJK.test(after[0]) ? "none" : "space";
}

// What stands between each line and the next: "paragraph"; "line", a break that somebody meant; and for
// a break that a program made "space", "none", or "hyphen", which goes with the break. `usual` is what
// the breaks of a text are that is not wrapped.
export function breaksBetween(raw, usual) {
  const lines = raw.map((line) => line.trim()), text = lines.join("\n"), breaks = [];
  const isProse = (line) => /\s/.test(line) || CJK.test(line);
  const widths = lines.filter(isProse).map(width), widest = Math.max(0, ...widths);
  const pairs = lines.slice(0, -1).map((_, i) => i).filter((i) => lines[i] && lines[i + 1] && !ITEM.test(raw[i + 1]));
  const fills = (i, share) => width(lines[i]) + 1 + width(firstWord(lines[i + 1])) > widest * share;
  const part = (of, test) => of.length ? of.filter(test).length / of.length : 0;
  const inPairs = pairs.filter((i) => isProse(lines[i]) && width(lines[i]) >= widest * .5);
  const isVerse = widest < 72 && inPairs.length > 1 && part(inPairs, (i) => CAPITAL.test(lines[i + 1])) >= .75;
  const least = inPairs.length > 2 ? 40 : 55;
  const goesOn = (i) => SMALL.test(lines[i + 1]) || !SENTENCE_END.test(lines[i]) && !CAPITAL.test(lines[i + 1]) || CJK.test(lines[i]);
  const isWrapped = !isVerse && widest >= least && widest <= 130 && inPairs.length > 0
    && part(inPairs, (i) => fills(i, .8)) >= .6 && part(inPairs, goesOn) >= .3;
  const hasBlanks = lines.slice(1, -1).includes("");

  for (let i = 0; i < lines.length - 1; i++) {
    const now = lines[i], next = lines[i + 1], short = width(now) < widest * .6 && width(next) < widest * .6;
    const indented = /^\s{2,}/.test(raw[i + 1]) && !/^\s/.test(raw[i]) && !ITEM.test(raw[i]);
    if (!now || !next) breaks.push("paragraph");
    else if (!isWrapped) breaks.push(hasBlanks && width(now) <= 72 && width(next) <= 72 ? "line" : usual);
    else if (ITEM.test(raw[i + 1])) breaks.push("paragraph");
    else if (indented) breaks.push("paragraph");
    else if (fills(i, .8) || SMALL.test(next) && !SENTENCE_END.test(now)) breaks.push(joined(now, next, text));
    else breaks.push(short && !SENTENCE_END.test(now) ? "line" : "paragraph");
  }
  return breaks;
}
