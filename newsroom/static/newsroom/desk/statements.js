// Statements in the text: the passages that are quoted, whose they are, and the rows that say so.
import { Plugin, pm } from "django-prose-editor/editor";
import { plainText } from "./raised.js";
import { fold, foldWithPlaces, isClosing, isOpening, quotedPassages } from "./passages.js";

const { PluginKey } = pm.state, { Decoration, DecorationSet } = pm.view;
export const key = new PluginKey("statements");

// Rows: plain form fields ------------------------------------------------------------------------

export class Rows {
  constructor(fieldset) {
    this.fieldset = fieldset;
    this.prefix = fieldset.dataset.prefix;
    this.total = fieldset.querySelector(`[name=${this.prefix}-TOTAL_FORMS]`);
    this.list = fieldset.querySelector(".row-list");
    // The empty row is for those without script.
    for (const row of [...this.list.children].reverse()) {
      if (row.querySelector(".errorlist") || this.field(row, "id").value || this.words(row) || this.capacity(row).label) break;
      row.remove();
      this.total.value = Number(this.total.value) - 1;
    }
  }

  field(row, name) { return row.querySelector(`[name="${row.id}-${name}"]`); }
  all(among = this.list.children) { return [...among].filter((row) => !this.field(row, "DELETE")?.checked); }
  kind(row) { return this.field(row, "kind").value; }
  // The words that stand in the body.
  words(row) { return this.field(row, this.kind(row) === "reported" ? "passage" : "text").value; }
  capacity(row) { return { id: this.field(row, "capacity").value, label: this.field(row, "capacity__words").value }; }

  values(row) {
    return { capacity: this.capacity(row), ...Object.fromEntries(["kind", "text", "passage"].map((name) => [name, this.field(row, name).value])) };
  }

  set(row, values) {
    if (values.capacity) {
      this.field(row, "capacity").value = values.capacity.id;
      this.field(row, "capacity__was").value = this.field(row, "capacity__words").value = values.capacity.label;
    }
    for (const name of ["kind", "text", "passage"]) if (name in values) this.field(row, name).value = values[name];
    this.fieldset.dispatchEvent(new Event("input", { bubbles: true }));
  }

  // Follow the text: what was said follows too while it is the same as the passage.
  follow(row, words) {
    const reported = this.kind(row) === "reported", same = this.field(row, "text").value === this.field(row, "passage").value;
    if (this.words(row) === words) return;
    this.set(row, reported ? { passage: words, ...(same && { text: words }) } : { text: words });
  }

  add(values) {
    const number = Number(this.total.value), holder = document.createElement("div");
    holder.innerHTML = this.fieldset.querySelector("template").innerHTML.replaceAll("__prefix__", number);
    const row = holder.firstElementChild;
    this.list.append(row);
    this.total.value = number + 1;
    this.set(row, values);
    return row;
  }

  // One that was saved without it meanwhile is added anew.
  restore(row) {
    if (!row.isConnected) return this.add(this.values(row));
    this.field(row, "DELETE").checked = false;
    this.fieldset.dispatchEvent(new Event("input", { bubbles: true }));
  }

  remove(row) {
    this.field(row, "DELETE").checked = true;
    this.fieldset.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

// Positions --------------------------------------------------------------------------------------

const texts = new WeakMap();

// The text of a block: each position of the block is one letter.
function textOf(node) {
  if (texts.has(node)) return texts.get(node);
  let text = "";
  node.forEach((child) => { text += child.isText ? plainText(child) : "\n"; });
  texts.set(node, text);
  return text;
}

function blocksOf(doc) {
  const blocks = [];
  doc.descendants((node, pos) => {
    if (!node.isTextblock) return true;
    blocks.push({ text: textOf(node), from: pos + 1 });
    return false;
  });
  return blocks;
}

// The words between two positions; a quotation over paragraphs opens anew in each of them.
export function wordsBetween(doc, from, to) {
  const parts = [];
  for (const block of blocksOf(doc)) {
    const start = Math.max(from, block.from), end = Math.min(to, block.from + block.text.length);
    if (start >= end) continue;
    let part = block.text.slice(start - block.from, end - block.from);
    if (parts.length && isOpening(part[0])) part = part.slice(1);
    parts.push(part);
  }
  return parts.join(" ").replace(/\s+/g, " ").trim();
}

// Where `words` stand, nearest to the position `near`; null when they do not.
function findWords(blocks, words, near, taken) {
  const wanted = fold(words);
  if (!wanted) return null;
  let best = null;
  for (const reopened of [false, true]) {
    let folded = "";
    const places = [];
    for (const block of blocks) {
      const skip = reopened && isOpening(block.text[0] ?? "") ? 1 : 0, part = foldWithPlaces(block.text.slice(skip));
      if (folded && !folded.endsWith(" ")) { folded += " "; places.push(block.from); }
      folded += part.folded;
      places.push(...part.places.map((place) => block.from + place + skip));
    }
    for (let at = folded.indexOf(wanted); at >= 0; at = folded.indexOf(wanted, at + 1)) {
      const from = places[at], to = places[at + wanted.length - 1] + 1;
      if (taken.some((other) => other.from === from && other.to === to)) continue;
      if (best === null || Math.abs(from - near) < Math.abs(best.from - near)) best = { from, to };
    }
    if (best) return best;
  }
  return best;
}

// Where `words` stand first in the document; null when they do not.
export const findInBody = (doc, words) => findWords(blocksOf(doc), words, 0, []);

const charBefore = (doc, pos) => doc.textBetween(Math.max(0, pos - 1), pos);
const charAfter = (doc, pos) => doc.textBetween(pos, Math.min(doc.content.size, pos + 1));
const hasMarks = (doc, from, to) => isOpening(charBefore(doc, from)) && isClosing(charAfter(doc, to));

// Where the anchor is after `tr`: by its mapped ends while it still quotes, else by its words.
function follow(anchor, tr, doc) {
  if (anchor.lost) return anchor;
  // Inside its marks a quotation takes what is typed at its edges; reported speech, which has none, does not.
  const edge = anchor.marked ? 1 : -1, from = tr.mapping.map(anchor.from, -edge), to = tr.mapping.map(anchor.to, edge);
  if (to <= from) return { ...anchor, lost: true };
  const words = wordsBetween(doc, from, to);
  const still = anchor.marked
    ? words && hasMarks(doc, from, to) && !/[“”„«»「」"]/.test(words)
    : anchor.reported ? words : fold(words) === fold(anchor.words);
  return still ? { ...anchor, from, to, words } : { ...anchor, from, to, lost: true };
}

// Anchors of all rows, passages without a speaker, and their decorations.
function place(previous, rows, doc, { pairs, everywhere, isDismissed }) {
  const blocks = blocksOf(doc), anchors = new Map();
  for (const row of rows.all()) {
    const old = previous.get(row), reported = rows.kind(row) === "reported";
    const same = old && !old.lost && old.reported === reported;
    if (same && (old.moved || fold(old.words) === fold(rows.words(row)))) anchors.set(row, { ...old, moved: false });
  }
  for (const row of rows.all()) {
    if (anchors.has(row)) continue;
    const reported = rows.kind(row) === "reported", words = rows.words(row);
    const found = findWords(blocks, words, previous.get(row)?.from ?? 0, reported ? [] : [...anchors.values()].filter((one) => !one.reported));
    if (found) anchors.set(row, { ...found, words: wordsBetween(doc, found.from, found.to), reported, marked: !reported && hasMarks(doc, found.from, found.to), lost: false });
    else anchors.set(row, { from: previous.get(row)?.from ?? 0, to: 0, words, reported, lost: true });
  }
  const held = [...anchors.values()].filter((one) => !one.lost), open = [];
  // One paragraph a line: a quotation may go over several.
  const starts = [];
  let text = "";
  for (const block of blocks) {
    starts.push(text.length);
    text += `${block.text.replaceAll("\n", " ")}\n`;
  }
  const positionOf = (at) => {
    const n = starts.findLastIndex((start) => start <= at);
    return blocks[n].from + at - starts[n];
  };
  for (const { start, end, words } of quotedPassages(text, pairs(), everywhere)) {
    const from = positionOf(start) + 1, to = positionOf(end - 1);
    if (from >= to) continue;
    const said = held.some((one) => one.from < to && from < one.to && (!one.reported || one.from <= from && to <= one.to));
    if (!said && !isDismissed(words)) open.push({ from, to });
  }
  const decorations = [
    ...[...anchors].filter(([, one]) => !one.lost).map(([row, one]) => Decoration.inline(one.from, one.to, {
      nodeName: "mark", class: `said${one.reported ? " reported" : ""}`, "aria-description": `said by ${rows.capacity(row).label}`,
    })),
    ...open.map(({ from, to }) => Decoration.inline(from, to, { nodeName: "mark", class: "unsaid", "aria-description": "nobody is named yet" })),
  ];
  return { anchors, open, decorations: DecorationSet.create(doc, decorations) };
}

// `changed(state)` is called after each change; `clicked(pos)` returns whether it opened something.
export function statementsPlugin(rows, options, { changed, clicked, keyed }) {
  return new Plugin({
    key,
    state: {
      init: (_, { doc }) => place(new Map(), rows, doc, options),
      apply(tr, value, _, { doc }) {
        if (!tr.docChanged && !tr.getMeta(key)) return value;
        const moved = new Map();
        for (const [row, anchor] of value.anchors) {
          const now = tr.docChanged ? follow(anchor, tr, doc) : anchor;
          moved.set(row, { ...now, moved: tr.docChanged });
        }
        return place(moved, rows, doc, options);
      },
    },
    view: () => ({
      update(view, before) {
        const state = key.getState(view.state);
        if (state === key.getState(before)) return;
        for (const [row, anchor] of state.anchors) if (!anchor.lost) rows.follow(row, anchor.words);
        changed(state);
      },
    }),
    props: {
      decorations: (state) => key.getState(state).decorations,
      handleDOMEvents: {
        click(view, event) {
          const at = view.posAtCoords({ left: event.clientX, top: event.clientY });
          return Boolean(at && view.state.selection.empty && clicked(at.pos));
        },
      },
      handleKeyDown: (view, event) => keyed(event),
    },
  });
}
