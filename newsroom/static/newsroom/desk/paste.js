// What is pasted becomes what an editor would have typed. Needs no editor: HTML or text in, HTML out.
//
// Word, Google Docs, mail programs and others each say "struck", "list" or "heading" in their own way.
// Read the paste into blocks of runs, then write those in the few tags that a body has.
import { breaksBetween } from "./lines.js";

const BLOCKS = new Set("ADDRESS ARTICLE ASIDE BODY CAPTION CENTER DD DETAILS DIV DL DT FIELDSET FIGCAPTION FIGURE FOOTER FORM H1 H2 H3 H4 H5 H6 HEADER HGROUP LI MAIN NAV P PRE SECTION SUMMARY".split(" "));
const IGNORED = new Set("SCRIPT STYLE META TITLE LINK XML TEMPLATE NOSCRIPT SELECT INPUT TEXTAREA BUTTON COL COLGROUP SVG MAP".split(" "));
const MEDIA = new Set("IMG PICTURE IFRAME OBJECT EMBED VIDEO AUDIO CANVAS V:IMAGEDATA".split(" "));
const HIGHEST = 2, LOWEST = 4; // levels of headings that a body has

const TYPED_BULLET = /^\s*(?:[•·▪◦‣●○■\uf0b7\uf0a7]\s+|[o§ü][\u00a0 ]{2,})/;
const TYPED_NUMBER = /^\s*\(?([0-9]{1,3}|[a-z]{1,4}|[A-Z])[.)]\u00a0[\u00a0 ]+/;
const NOTE = /^(?:_?(?:ftn|edn)(?:ref)?\d+|sd(?:foot|end)note\d+(?:anc|sym)|ftnt(?:_ref)?\d+|(?:fn|footnote|endnote|en|note|cite_note|cite_ref)(?:ref)?[-_:]?[\w:.-]*)$/i;
const COMMENT = /^(?:_?msocom_?|_com_|cmnt(?:_ref)?)(\w+)/i;
const CJK = /[\u2e80-\u9fff\uf900-\ufaff\uff00-\uff60]/;

// Styles ------------------------------------------------------------------------------------------

// A style as written: the browser's own reading leaves out what Microsoft added.
function declarations(text) {
  const found = new Map();
  for (const part of text.split(";")) {
    const at = part.indexOf(":");
    if (at > 0) found.set(part.slice(0, at).trim().toLowerCase(), part.slice(at + 1).trim());
  }
  return found;
}

// The rules of the paste's own style sheets, by class, and how its lists are numbered.
function styleSheets(doc) {
  const classes = new Map(), numbering = new Map();
  const text = [...doc.querySelectorAll("style")].map((one) => one.textContent).join("\n").replace(/\/\*[\s\S]*?\*\/|<!--|-->/g, "");
  for (const [, selectors, body] of text.matchAll(/([^{}]+)\{([^}]*)\}/g)) {
    for (const selector of selectors.split(",").map((one) => one.trim())) {
      const list = selector.match(/^@list\s+(l\d+):level(\d)/);
      if (list) numbering.set(`${list[1]} ${list[2]}`, declarations(body).get("mso-level-number-format") ?? "decimal");
      const [, tag, name] = selector.match(/^(\w*)\.([\w-]+)$/) ?? [];
      if (name) classes.set(name, [...classes.get(name) ?? [], { tag: tag.toUpperCase(), style: declarations(body) }]);
    }
  }
  return { classes, numbering };
}

function styleOf(element, { classes }) {
  const style = new Map();
  for (const name of element.classList) {
    for (const rule of classes.get(name) ?? []) {
      if (!rule.tag || rule.tag === element.tagName) for (const [key, value] of rule.style) style.set(key, value);
    }
  }
  for (const [key, value] of declarations(element.getAttribute("style") ?? "")) style.set(key, value);
  return style;
}

const isStruck = (element, style) => /^(?:S|STRIKE|DEL)$/.test(element.tagName)
  || /line-through/i.test(`${style.get("text-decoration") ?? ""} ${style.get("text-decoration-line") ?? ""}`)
  || (style.has("text-line-through") && !/none/i.test(style.get("text-line-through")))
  || /(?:^|\s)(?:msodel|\w*track\w*delet\w*)/i.test(element.className);

const isHidden = (element, style) => element.hasAttribute("hidden") || /^none/i.test(style.get("display") ?? "")
  || /^(?:hidden|collapse)/i.test(style.get("visibility") ?? "") || /^all/i.test(style.get("mso-hide") ?? "")
  || /^0/.test(style.get("max-height") ?? "") && /hidden/i.test(style.get("overflow") ?? "");

const isComment = (element, style) => /^comment/i.test(style.get("mso-element") ?? "")
  || /(?:^|\s)(?:MsoComment(?:Text|Reference|Subject)|msocom\w*)/i.test(element.className)
  || element.matches("div:has(> p a[id^=cmnt]:not([id^=cmnt_ref]))");

function raisedBy(element, style) {
  if (element.tagName === "SUP" || element.tagName === "SUB") return element.tagName.toLowerCase();
  const align = style.get("vertical-align") ?? "";
  if (/^super/i.test(align)) return "sup";
  if (/^sub/i.test(align)) return "sub";
  const raise = parseFloat(style.get("mso-text-raise") ?? (/^-?[\d.]+p[xt]/.test(align) && element.tagName === "SPAN" ? align : "")) || 0;
  return raise > 0 ? "sup" : raise < 0 ? "sub" : null;
}

// Numbers of lists --------------------------------------------------------------------------------

const ROMAN = { i: 1, v: 5, x: 10, l: 50, c: 100, d: 500, m: 1000 };
const roman = (text) => [...text.toLowerCase()].reduce((sum, sign, i, all) => sum + (ROMAN[sign] < (ROMAN[all[i + 1]] ?? 0) ? -1 : 1) * ROMAN[sign], 0);
const alpha = (text) => [...text.toLowerCase()].reduce((sum, sign) => sum * 26 + sign.charCodeAt(0) - 96, 0);
const ZEROS = ["0", "٠", "۰", "०", "০", "０"].map((sign) => sign.charCodeAt(0));
const CHINESE = "一二三四五六七八九十";
const STYLES = { "lower-alpha": "a", "lower-latin": "a", "alpha-lower": "a", "upper-alpha": "A", "upper-latin": "A", "alpha-upper": "A", "lower-roman": "i", "roman-lower": "i", "upper-roman": "I", "roman-upper": "I", decimal: "1", "decimal-leading-zero": "1" };

// The value of a typed number in each style that it may be in, as {style: value}.
function valuesOf(marker) {
  const core = marker.trim().replace(/^[([]/, "").replace(/[.)\]:、．。۔\s-]+$/u, "").split(".").at(-1), values = {};
  if (/^\p{Nd}+$/u.test(core)) {
    values[1] = [...core].reduce((sum, sign) => sum * 10 + sign.charCodeAt(0) - ZEROS.findLast((zero) => zero <= sign.charCodeAt(0) && sign.charCodeAt(0) < zero + 10), 0);
  } else if (CHINESE.includes(core) && core) values[1] = CHINESE.indexOf(core) + 1;
  const kind = core === core.toLowerCase() ? ["i", "a"] : ["I", "A"];
  if (/^[ivxlcdm]+$/i.test(core)) values[kind[0]] = roman(core);
  if (/^([a-z])\1?$/i.test(core)) values[kind[1]] = core.length === 2 ? 26 + alpha(core[0]) : alpha(core);
  return values;
}

const isBullet = (marker, fonts) => !/[\p{L}\p{N}]/u.test(marker) || (/symbol|wingdings|webdings|courier/i.test(fonts) && [...marker.trim()].length === 1) || /^[o§]$/.test(marker.trim());

// The style of the first of some numbers: what is known, or what the next ones go on with.
function styleFor(first, next, known) {
  if (known && known in first) return known;
  const styles = Object.keys(first);
  return styles.find((style) => next?.[style] === first[style] + 1) ?? styles.find((style) => first[style] === 1) ?? styles.at(-1);
}

// Items, each with its level and what is typed before it, as nested lists.
function nested(items) {
  const lists = [];
  let i = 0;
  while (i < items.length) {
    const first = items[i], list = { type: "list", ordered: Boolean(first.values), items: [] };
    const following = items.slice(i + 1).find((one) => one.level <= first.level);
    if (first.values) {
      list.style = styleFor(first.values, following?.level === first.level ? following.values : null, first.known);
      list.start = first.values[list.style];
    }
    for (; i < items.length; i++) {
      const item = items[i];
      if (item.level > first.level) {
        let end = i;
        while (end < items.length && items[end].level > first.level) end++;
        list.items.at(-1).push(...nested(items.slice(i, end)));
        i = end - 1;
        continue;
      }
      if (item.level < first.level || Boolean(item.values) !== list.ordered) break;
      if (list.items.length && list.ordered && item.values[list.style] !== list.start + list.items.length) break;
      list.items.push(item.blocks);
    }
    lists.push(list);
  }
  return lists;
}

// Runs: pieces of text with their marks -----------------------------------------------------------

const BREAK = { isBreak: true };
const textOf = (runs) => runs.map((run) => run.isBreak ? "\n" : run.text ?? "").join("");

// Removes so many letters from the beginning (or from the end, when `length` is negative).
function cut(runs, length) {
  const backwards = length < 0, rest = [];
  let left = Math.abs(length);
  for (const run of backwards ? [...runs].reverse() : runs) {
    const n = Math.min(left, run.text?.length ?? 0);
    rest.push(run.isBreak ? run : { ...run, text: backwards ? run.text.slice(0, run.text.length - n) : run.text.slice(n) });
    left -= n;
  }
  return backwards ? rest.reverse() : rest;
}

// Blanks as they are read: one between words, none at the ends of lines.
function tidy(runs) {
  const tidied = [];
  let last = "", dropped = false;
  for (const run of runs) {
    if (run.isDropped) { dropped = true; continue; }
    if (run.isBreak) {
      trimEnd(tidied);
      if (tidied.length) tidied.push(run);
      last = "";
      continue;
    }
    let text = run.text.replace(/[\u00ad\ufeff]/g, "").replace(/(?<![\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff])\u200b/g, "").replace(/[ \u00a0]{2,}/g, " ");
    if (!last || /[ \u00a0]/.test(last)) text = text.replace(/^[ \u00a0]+/, "");
    if (!text) continue;
    if (dropped && /^[.,;:!?)\]]/.test(text)) trimEnd(tidied);
    dropped = false;
    last = text.at(-1);
    const before = tidied.at(-1);
    if (before && !before.isBreak && sameMarks(before, run)) before.text += text;
    else tidied.push({ ...run, text });
  }
  trimEnd(tidied);
  while (tidied.at(-1)?.isBreak) { tidied.pop(); trimEnd(tidied); }
  return tidied;
}

function trimEnd(runs) {
  while (runs.length && !runs.at(-1).isBreak) {
    const run = runs.at(-1);
    run.text = run.text.replace(/[ \u00a0]+$/, "");
    if (run.text) break;
    runs.pop();
  }
}

const sameMarks = (a, b) => ["strong", "em", "raised", "href"].every((mark) => (a[mark] ?? null) === (b[mark] ?? null));

// Reading -----------------------------------------------------------------------------------------

class Reader {
  constructor(doc) {
    this.sheets = styleSheets(doc);
    this.left = { struck: 0, hidden: 0, comments: new Set(), pictures: 0, media: 0 };
    this.markers = new Set(); // typed bullets and numbers: read with their paragraphs
    this.generator = doc.querySelector("meta[name=Generator i]")?.content ?? "";
    this.sizes = /Cocoa|OneNote/i.test(this.generator) || doc.querySelector("[id^=docs-internal-guid], meta[name=ProgId][content^=OneNote]");
  }

  // The blocks within an element.
  blocks(element, state = {}) {
    const outer = this.open, open = this.open = { blocks: [], runs: [] };
    for (const child of element.childNodes) this.read(child, state);
    this.flush(state);
    this.open = outer;
    return arranged(open.blocks);
  }

  text(text, state) {
    const { strong, em, raised, href } = state;
    this.open.runs.push({ text, strong: strong && !state.level, em, raised, href });
  }

  // Ends the paragraph that is being read.
  flush(state) {
    const { runs, blocks } = this.open, raw = textOf(runs);
    this.open.runs = [];
    if (!raw.replace(/[\s\u00a0\u200b]/g, "")) {
      if (runs.some((run) => run.isBreak || /\u00a0/.test(run.text ?? ""))) blocks.push({ type: "blank" });
      return;
    }
    const block = { type: "p", level: state.level, dir: state.dir, plain: state.plain, size: state.size, runs };
    const typed = !state.level && !state.item?.level && (raw.match(TYPED_BULLET) ?? raw.match(TYPED_NUMBER));
    if (state.item && !typed) blocks.push({ ...state.item, type: "item", blocks: [block] });
    else if (typed && !raw.includes("\n")) {
      const values = typed[1] ? valuesOf(typed[1]) : null;
      blocks.push({ type: "item", key: "typed", level: 1, values, blocks: [{ ...block, runs: cut(runs, typed[0].length) }] });
    } else blocks.push(block);
  }

  read(node, state) {
    if (node.nodeType === 3) return this.readText(node.data, state);
    if (node.nodeType !== 1) return;
    const tag = node.tagName.toUpperCase();
    if (MEDIA.has(tag)) return this.readMedia(node, tag, state);
    if (IGNORED.has(tag)) return;
    if (tag === "BR") {
      if (!/Apple-interchange-newline/.test(node.className) && !/page-break/i.test(node.getAttribute("style") ?? "") && node.getAttribute("clear") !== "all") this.open.runs.push(BREAK);
      return;
    }
    const style = styleOf(node, this.sheets);
    if (this.drop(node, style)) {
      if (BLOCKS.has(tag)) this.flush(state);
      return this.open.runs.push({ isDropped: true, text: "" });
    }
    if (/^(?:yes|\d)/i.test(style.get("mso-spacerun") ?? style.get("mso-tab-count") ?? "") || /Apple-(?:converted-space|tab-span)/.test(node.className)) return this.text(" ", state);
    if (this.markers.has(node) || /^ignore/i.test(style.get("mso-list") ?? "")) return;
    const inner = { ...state, ...this.marks(node, tag, style, state) };
    if (tag === "A" && this.readNote(node, inner)) return;
    if (tag === "TABLE") return this.readTable(node, inner, state);
    if (tag === "UL" || tag === "OL") return this.readList(node, tag, inner, state);
    if (tag === "Q") this.text("“", inner);
    if (tag === "BLOCKQUOTE" || /(?:^|\s)Mso(?:Intense)?Quote(?:\s|$)/.test(node.className)) {
      this.flush(state);
      const blocks = this.blocks(node, { ...inner, level: 0 });
      if (blocks.length) this.open.blocks.push({ type: "quote", blocks });
      return;
    }
    if (tag === "HR") {
      this.flush(state);
      if (!isBeforeNotes(node)) this.open.blocks.push({ type: "hr" });
      return;
    }
    const isBlock = BLOCKS.has(tag) || /^(?:block|list-item)/i.test(style.get("display") ?? "");
    if (!isBlock) {
      for (const child of node.childNodes) this.read(child, inner);
      if (tag === "Q") this.text("”", inner);
      return;
    }
    this.flush(state);
    const before = this.open.blocks.length;
    Object.assign(inner, this.blockState(node, tag, style, state));
    if (inner.typed) this.text(`${inner.typed} `, inner);
    for (const child of node.childNodes) this.read(child, inner);
    this.flush(inner);
    if (inner.notes && this.open.blocks.length > before) this.open.blocks.at(-1).isNote = true;
  }

  readText(data, state) {
    if (state.pre) {
      data.replace(/\r\n?/g, "\n").split("\n").forEach((line, i) => {
        if (i) this.open.runs.push(BREAK);
        if (line) this.text(line.replace(/\t/g, " "), state);
      });
      return;
    }
    // A line break in the source is a blank, but not between Chinese letters.
    const text = data.replace(/([^\s])\s*[\r\n]\s*(?=([^\s]))/g, (all, before, after) => CJK.test(before) && CJK.test(after) ? before : all).replace(/[ \t\r\n\f]+/g, " ");
    if (text) this.text(text, state);
  }

  readMedia(node, tag, state) {
    if (tag === "IMG") {
      const alt = node.getAttribute("alt") ?? "";
      if (/^\p{Extended_Pictographic}[\p{Extended_Pictographic}\u200d\ufe0f\u{1f3fb}-\u{1f3ff}]*$/u.test(alt)) return this.text(alt, state);
      if (node.getAttribute("width") === "1" || node.getAttribute("height") === "1") return; // counts readers
      this.left.pictures++;
    } else if (tag === "PICTURE" || tag === "V:IMAGEDATA") this.left.pictures++;
    else this.left.media++;
  }

  // Leaves out what is deleted, hidden or a comment, and counts it.
  drop(node, style) {
    const words = () => node.textContent.match(/[^\s\u00a0]+/g)?.length ?? 0;
    const fragment = node.tagName === "A" ? fragmentOf(node) : "";
    if (COMMENT.test(fragment)) this.left.comments.add(fragment.match(COMMENT)[1]);
    else if (isComment(node, style)) {
      const inner = [...node.querySelectorAll("a")].map((a) => fragmentOf(a).match(COMMENT)?.[1] ?? a.id.match(COMMENT)?.[1]).filter(Boolean);
      if (!inner.length && words() && !this.left.comments.size) this.left.comments.add("");
      for (const one of inner) this.left.comments.add(one);
    } else if (isStruck(node, style)) this.left.struck += words();
    else if (isHidden(node, style)) this.left.hidden += words();
    else return false;
    return true;
  }

  marks(node, tag, style, state) {
    const marks = {}, weight = style.get("font-weight");
    if (tag === "B" || tag === "STRONG") marks.strong = true;
    if (tag === "I" || tag === "EM" || tag === "CITE" || tag === "VAR") marks.em = true;
    if (weight) marks.strong = /^(?:bold|bolder|[6-9]00)/i.test(weight);
    if (style.has("font-style")) marks.em = /^(?:italic|oblique)/i.test(style.get("font-style"));
    marks.raised = raisedBy(node, style) ?? (style.has("vertical-align") && !BLOCKS.has(tag) && !/^T[DH]$/.test(tag) ? null : state.raised);
    if (/^(?:T[DHR]|TABLE)$/.test(tag)) marks.raised = null;
    if (/^(?:pre|break-spaces)/i.test(style.get("white-space") ?? "") || tag === "PRE") marks.pre = true;
    if (tag === "A") marks.href = addressOf(node) ?? state.href;
    const dir = (node.getAttribute("dir") ?? style.get("direction") ?? "").toLowerCase();
    if (dir === "rtl" || dir === "ltr") marks.dir = dir;
    if (style.has("font-size")) marks.size = pointsOf(style.get("font-size"));
    return marks;
  }

  // What a block is: a heading, an item of a list that Word wrote as a paragraph, a footnote.
  blockState(node, tag, style, state) {
    const found = { item: state.item, level: state.level, plain: state.plain || /(?:^|\s)(?:MsoPlainText|PlainText)/.test(node.className) };
    const heading = tag.match(/^H([1-6])$/)?.[1] ?? (node.getAttribute("role") === "heading" ? node.getAttribute("aria-level") : null)
      ?? node.className.match?.(/(?:^|\s)Mso(?:Heading(\d)|Title)(?:\s|$)/)?.slice(0, 2).map((part, i) => i ? part ?? 1 : part)[1];
    if (heading && !state.inCell) found.level = Number(heading) || 1;
    if (/^footnote|^endnote/i.test(style.get("mso-element") ?? "")) found.notes = true;
    const [, list, level = 1 + Math.max(0, Math.round(inchesOf(style) / .5) - 1), order] = (style.get("mso-list") ?? "").match(/^(l\d+)\s+level(\d)\s*(\S*)/i) ?? [];
    const marker = list && [...node.querySelectorAll("[style]")].find((one) => /^ignore/i.test(declarations(one.getAttribute("style")).get("mso-list") ?? "")) || markerOf(node);
    if (marker) {
      this.markers.add(marker);
      const words = marker.textContent.replace(/[\s\u00a0]+/g, " ").trim(), bullet = isBullet(words, `${marker.outerHTML} ${marker.parentElement?.getAttribute("style") ?? ""}`);
      const values = valuesOf(words), known = STYLES[this.sheets.numbering.get(`${list} ${level}`)];
      if (found.level || !bullet && !Object.keys(values).length) found.typed = words;
      else found.item = { key: `${list}${order}`, level: Number(level), values: bullet ? null : values, known };
    } else if (!list && /MsoListParagraph/.test(node.className)) found.item = { key: "", level: 0 }; // belongs to the item before it
    return found;
  }

  // A footnote's number: raised and in brackets in the text, in brackets before the note.
  readNote(node, state) {
    const fragment = fragmentOf(node);
    if (!NOTE.test(fragment)) return false;
    const words = node.textContent.replace(/[\s\u00a0[\]().]/g, ""), isFirst = !textOf(this.open.runs).trim();
    if (/^[↩↑^⤴↵]/u.test(words) || !words) return true;
    if (words.length > 8) return false;
    if (isFirst) this.text(`[${words}] `, { ...state, raised: null, href: null });
    else this.text(`[${words}]`, { ...state, raised: "sup", href: null });
    return true;
  }

  readList(node, tag, state, outer) {
    this.flush(outer);
    const style = styleOf(node, this.sheets), isOrdered = (own) => tag === "OL" && !/disc|circle|square/i.test(own);
    const list = (own, start) => {
      const kind = own.get("list-style-type") ?? own.get("list-style") ?? style.get("list-style-type") ?? style.get("list-style") ?? "";
      const type = node.getAttribute("type"), name = Object.keys(STYLES).find((one) => kind.toLowerCase().includes(one));
      return { type: "list", ordered: isOrdered(kind), style: STYLES[name] ?? (/^[aAiI]$/.test(type ?? "") ? type : "1"), start, items: [] };
    };
    let made = null;
    const lists = [];
    for (const child of node.children) {
      if (IGNORED.has(child.tagName)) continue;
      const own = styleOf(child, this.sheets);
      if (this.drop(child, own)) continue;
      const inner = { ...state, ...this.marks(child, child.tagName, own, state), item: undefined, level: 0 };
      const isList = /^[UO]L$/.test(child.tagName);
      let blocks = isList ? this.blocks({ childNodes: [child] }, inner) : this.blocks(child, inner);
      if (!blocks.length) continue;
      // A list beside the items, or in an item of its own, belongs to the item before it.
      if (made?.items.length && blocks.every((one) => one.type === "list") && !child.hasAttribute("value")) { made.items.at(-1).push(...blocks); continue; }
      const aria = Number(child.dataset.ariaLevel ?? NaN);
      const value = Number(child.getAttribute("value")) || (made ? made.start + made.items.length : Number(node.getAttribute("start")) || 1);
      if (aria) { // Word online writes each item as a list of its own
        const { ordered, style: kind } = list(own, value);
        const at = Number(child.dataset.ariaPosinset) || value;
        this.open.blocks.push({ type: "item", key: `online${child.dataset.listid}`, level: aria, values: ordered ? { [kind]: Math.max(value, at) } : null, blocks });
        continue;
      }
      if (!made || made.ordered && value !== made.start + made.items.length) lists.push(made = list(own, value));
      made.items.push(blocks);
    }
    // A list whose only content is another list, as LibreOffice indents one.
    for (const one of lists) this.open.blocks.push(...(one.items.length === 1 && one.items[0].every((block) => block.type === "list") ? one.items[0] : [one]));
  }

  readTable(node, state, outer) {
    this.flush(outer);
    const rows = [], own = [...node.querySelectorAll("tr")].filter((row) => row.closest("table") === node);
    const captions = [...node.children].filter((child) => child.tagName === "CAPTION");
    for (const caption of captions) this.open.blocks.push(...this.blocks(caption, state));
    const isLayout = node.getAttribute("role") === "presentation" || node.querySelector("table") !== null;
    for (const row of own) {
      const look = styleOf(row, this.sheets);
      if (this.drop(row, look)) continue;
      const cells = [];
      for (const cell of [...row.children].filter((one) => /^T[DH]$/.test(one.tagName))) {
        const style = styleOf(cell, this.sheets);
        const inner = { ...state, ...this.marks(row, "TR", look, state), ...this.marks(cell, cell.tagName, style, state), item: undefined, level: 0, inCell: !isLayout };
        if (isHidden(cell, style)) { this.drop(cell, style); continue; }
        const blocks = isStruck(cell, style) && this.drop(cell, style) ? [] : this.blocks(cell, inner);
        const span = (name) => Math.min(100, Number(cell.getAttribute(name)) || 1);
        cells.push({ blocks, isHead: cell.tagName === "TH", colspan: span("colspan"), rowspan: span("rowspan") });
      }
      if (cells.length) rows.push(cells);
    }
    while (rows.length && rows.at(-1).every((cell) => !cell.blocks.length)) rows.pop();
    if (!rows.length) return;
    const isOne = rows.length === 1 && rows[0].length === 1;
    if (isLayout || isOne) this.open.blocks.push(...rows.flat().flatMap((cell) => cell.blocks));
    else this.open.blocks.push({ type: "table", rows });
  }
}

const isBeforeNotes = (rule) => /^(?:footnote|endnote)/i.test(declarations(rule.parentElement?.getAttribute("style") ?? "").get("mso-element") ?? "")
  || Boolean(rule.nextElementSibling?.matches?.(":has(a[id^=ftnt], a[id^=cmnt], a[href*='ftnref'])"));

// The place within the pasted document that a link leads to; "" for other links.
function fragmentOf(link) {
  const href = link.getAttribute("href") ?? "";
  return /^(?:#|file:|about:)/i.test(href) && href.includes("#") ? decodeURIComponent(href.slice(href.indexOf("#") + 1).replace(/%(?![\da-f]{2})/gi, "%25")) : href.match(/#(cite_note[\w:.-]*|cmnt\w*)$/)?.[1] ?? "";
}

function addressOf(link) {
  const href = (link.getAttribute("href") ?? "").trim().replace(/^www\./i, "https://$&");
  return /^(?:https?:\/\/[^\s/]|mailto:[^\s@]+@|tel:[+\d])/i.test(href) ? href : null;
}

// Word's typed bullet or number where its styles are lost: it stands in a comment's brackets.
function markerOf(paragraph) {
  const comments = paragraph.tagName === "LI" ? [] : [...paragraph.childNodes, ...paragraph.firstElementChild?.childNodes ?? []].filter((one) => one.nodeType === 8);
  const opened = comments.find((one) => /^\[if !supportLists\]/.test(one.data));
  const marker = opened?.nextElementSibling;
  return marker && marker.textContent.length < 40 ? marker : null;
}

function inchesOf(style) {
  const margin = style.get("margin-left") ?? style.get("margin")?.split(/\s+/).at(-1) ?? "", value = parseFloat(margin) || 0;
  return /in$/.test(margin) ? value : /cm$/.test(margin) ? value / 2.54 : /px$/.test(margin) ? value / 96 : value / 72;
}

function pointsOf(size) {
  const value = parseFloat(size);
  return /px/i.test(size) ? value * .75 : /pt/i.test(size) ? value : undefined;
}

// Arranging ---------------------------------------------------------------------------------------

// Lines that a program broke become paragraphs, items become lists, blank paragraphs go.
function arranged(blocks) {
  const found = [];
  let items = [];
  const endList = () => { if (items.length) found.push(...nested(items)); items = []; };
  const lined = unwrapped(blocks);
  lined.forEach((block, i) => {
    if (block.type === "blank") return;
    if (block.type === "item" && block.level === 0) { // a paragraph that goes on with an item, when more of them follow
      const next = lined.slice(i + 1).find((one) => one.type !== "blank" && one.level !== 0);
      if (items.length && next?.type === "item" && next.key === items.at(-1).key) items.at(-1).blocks.push(...block.blocks);
      else { endList(); found.push(...block.blocks); }
    } else if (block.type === "item") {
      if (items.length && items.at(-1).key !== block.key && block.level === 1 && items.at(-1).level === 1 && Boolean(block.values) !== Boolean(items.at(-1).values)) endList();
      items.push(block);
    } else { endList(); found.push(block); }
  });
  endList();
  return found;
}

const isPlain = (block) => block.type === "p" && !block.level;

function unwrapped(blocks) {
  const found = [];
  for (let i = 0; i < blocks.length; i++) {
    const block = blocks[i];
    if (!isPlain(block)) { found.push(block); continue; }
    let end = i;
    while (end < blocks.length && (isPlain(blocks[end]) && !blocks[end].runs.includes(BREAK) || blocks[end].type === "blank")) end++;
    const run = blocks.slice(i, end), lines = run.map((one) => one.runs ?? []);
    if (run.filter(isPlain).length > 2 && (run.every((one) => one.plain || one.type === "blank") || isBroken(lines))) {
      found.push(...blocksOfLines(lines, "paragraph"));
      i = end - 1;
    } else found.push(...(block.runs.includes(BREAK) ? blocksOfLines(linesOf(block.runs), "line", block) : [block]));
  }
  return found;
}

// Whether paragraphs are the lines of a text: then most of them go on in the next.
function isBroken(lines) {
  const texts = lines.map((line) => textOf(line).trim()).filter(Boolean);
  if (texts.some((text) => text.length > 130) || texts.every((text) => text.length < 40)) return false;
  const goingOn = texts.slice(1).filter((text, i) => /^\p{Ll}/u.test(text) && !/[.!?:;]$/.test(texts[i])).length;
  return goingOn / (texts.length - 1) > .4;
}

function linesOf(runs) {
  const lines = [[]];
  for (const run of runs) {
    if (run.isBreak) lines.push([]);
    else lines.at(-1).push(run);
  }
  return lines;
}

// Lines of runs become paragraphs; those that are quoted with > become quotations. A break that no
// program made is `usual`: "line" or "paragraph".
function blocksOfLines(lines, usual, like = { type: "p" }) {
  const isQuoted = (line) => /^\s*>/.test(textOf(line)), blocks = [];
  if (lines.some(isQuoted)) {
    for (let i = 0; i < lines.length;) {
      const quoted = isQuoted(lines[i]);
      let end = i;
      while (end < lines.length && isQuoted(lines[end]) === quoted) end++;
      const part = lines.slice(i, end);
      if (quoted) blocks.push({ type: "quote", blocks: arranged(blocksOfLines(part.map((line) => cut(line, textOf(line).match(/^\s*> ?/)[0].length)), usual, like)) });
      else if (part.some((line) => textOf(line).trim())) blocks.push(...blocksOfLines(part, usual, like));
      i = end;
    }
    return blocks;
  }
  const texts = lines.map(textOf), breaks = breaksBetween(texts.map((text) => text.replace(/\u00a0/g, " ")), usual);
  let runs = [];
  const end = () => {
    const text = textOf(runs), bullet = text.match(/^\s*[•·▪◦‣●○■\uf0b7]\s+/);
    if (bullet) blocks.push({ type: "item", key: "typed", level: 1, values: null, blocks: [{ ...like, runs: cut(runs, bullet[0].length) }] });
    else if (text.trim()) blocks.push({ ...like, runs });
    runs = [];
  };
  // Lines after an item belong to it, and all lines are items as soon as one is.
  const hasBullets = texts.some((text) => /^\s*[•▪◦‣●○■\uf0b7]\s/.test(text));
  lines.forEach((line, i) => {
    runs.push(...line);
    const glue = breaks[i], next = texts[i + 1] ?? "";
    if (glue === undefined || glue === "paragraph" || hasBullets && /^\s*[•▪◦‣●○■\uf0b7]\s/.test(next)) end();
    else if (glue === "line") runs.push(BREAK);
    else if (glue === "space") runs.push({ ...line.at(-1), text: " " });
    else if (glue === "hyphen") { const trimmed = tidyEnd(runs); runs = cut(trimmed, -1); }
    else runs = tidyEnd(runs);
    if ((glue === "none" || glue === "hyphen") && lines[i + 1]) lines[i + 1] = cut(lines[i + 1], next.length - next.trimStart().length);
  });
  end();
  return blocks;
}

function tidyEnd(runs) { const text = textOf(runs); return text === text.trimEnd() ? runs : cut(runs, text.trimEnd().length - text.length); }

// Headings ----------------------------------------------------------------------------------------

function everyBlock(blocks, does) {
  for (const block of blocks) {
    does(block);
    for (const inner of block.items ?? (block.rows ? block.rows.flat().map((cell) => cell.blocks) : block.blocks ? [block.blocks] : [])) everyBlock(inner, does);
  }
}

// Programs that write no headings write large letters.
function headingsBySize(blocks) {
  const sizes = new Map(), sizeOf = (block) => block.runs.find((run) => run.size)?.size ?? block.size;
  const paragraphs = blocks.filter(isPlain);
  for (const block of paragraphs) sizes.set(sizeOf(block), (sizes.get(sizeOf(block)) ?? 0) + textOf(block.runs).length);
  const usual = [...sizes].sort((a, b) => b[1] - a[1])[0]?.[0];
  const large = [...new Set(paragraphs.map(sizeOf))].filter((size) => size >= usual * 1.2).sort((a, b) => b - a);
  for (const block of paragraphs) {
    const rank = large.indexOf(sizeOf(block));
    if (rank >= 0 && textOf(block.runs).length <= 150) {
      block.level = rank + 1;
      for (const run of block.runs) run.strong = false;
    }
  }
}

// Level 1 is the article's own headline: then all go down by one.
function lowerHeadings(blocks) {
  let highest = 9;
  everyBlock(blocks, (block) => { if (block.level) highest = Math.min(highest, block.level); });
  everyBlock(blocks, (block) => {
    if (block.level) block.level = Math.max(HIGHEST, Math.min(LOWEST, block.level + (highest === 1 ? 1 : 0)));
  });
}

// Writing -----------------------------------------------------------------------------------------

const escape = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;").replace(/\u00a0/g, "&nbsp;");

function written(runs) {
  const tags = (run) => [run.href && ["a", ` href="${escape(run.href)}"`], run.strong && ["strong", ""], run.em && ["em", ""], run.raised && [run.raised, ""]].filter(Boolean);
  return runs.map((run) => run.isBreak ? "<br>" : tags(run).reduceRight((inner, [tag, more]) => `<${tag}${more}>${inner}</${tag}>`, escape(run.text))).join("");
}

// A direction is kept where it is not the article's own and the letters agree.
function directionOf(block, direction) {
  const first = textOf(block.runs).match(/\p{L}/u)?.[0];
  const isRight = first && /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/.test(first);
  return block.dir && first && block.dir !== direction && block.dir === (isRight ? "rtl" : "ltr") ? ` dir="${block.dir}"` : "";
}

function writeBlock(block, direction) {
  const all = (blocks) => blocks.map((one) => writeBlock(one, direction)).join("");
  if (block.type === "hr") return "<hr>";
  if (block.type === "quote") return `<blockquote>${all(block.blocks) || "<p></p>"}</blockquote>`;
  if (block.type === "list") {
    const tag = block.ordered ? "ol" : "ul", start = block.ordered && block.start !== 1 ? ` start="${block.start}"` : "";
    const kind = block.ordered && block.style !== "1" ? ` type="${block.style}"` : "";
    return `<${tag}${start}${kind}>${block.items.map((blocks) => `<li>${blocks[0].type === "p" ? "" : "<p></p>"}${all(blocks.map((one) => ({ ...one, level: 0 })))}</li>`).join("")}</${tag}>`;
  }
  if (block.type === "table") {
    const rows = block.rows.map((cells) => `<tr>${cells.map(({ blocks, isHead, colspan, rowspan }) => {
      const tag = isHead ? "th" : "td", spans = (colspan > 1 ? ` colspan="${colspan}"` : "") + (rowspan > 1 ? ` rowspan="${rowspan}"` : "");
      return `<${tag}${spans}>${all(blocks) || "<p></p>"}</${tag}>`;
    }).join("")}</tr>`);
    return `<table><tbody>${rows.join("")}</tbody></table>`;
  }
  const runs = tidy(block.runs);
  if (!runs.length) return "";
  const tag = block.level ? `h${block.level}` : "p";
  return `<${tag}${directionOf(block, direction)}>${written(runs)}</${tag}>`;
}

// Pasted HTML as a body has it, and how much was `left` out: words that were struck or hidden, comments,
// pictures and other media. `direction` is that of the article's language.
export function cleanPasted(html, direction = "ltr") {
  const doc = new DOMParser().parseFromString(html, "text/html"), reader = new Reader(doc);
  const blocks = reader.blocks(doc.body);
  let hasHeadings = false;
  everyBlock(blocks, (block) => { hasHeadings ||= Boolean(block.level); });
  if (reader.sizes && !hasHeadings) headingsBySize(blocks);
  lowerHeadings(blocks);
  const left = { ...reader.left, comments: reader.left.comments.size };
  return { html: blocks.map((block) => writeBlock(block, direction)).join(""), left };
}

// Pasted plain text as HTML: wrapped lines are joined, what somebody set in lines stays so.
export function cleanText(text) {
  const lines = text.replace(/\r\n?/g, "\n").replace(/\f/g, "\n\n").replace(/^\n+|\s+$/g, "").split("\n");
  const rows = lines.map((line) => line.split("\t"));
  if (rows.length > 1 && rows[0].length > 1 && rows.every((row) => row.length === rows[0].length)) { // a spreadsheet's
    const cell = (text) => ({ blocks: text.trim() ? [{ type: "p", runs: [{ text }] }] : [], colspan: 1, rowspan: 1 });
    return writeBlock({ type: "table", rows: rows.map((row) => row.map(cell)) }, "");
  }
  return arranged(blocksOfLines(lines.map((line) => line ? [{ text: line.replace(/\t/g, " ") }] : []), "paragraph")).map((block) => writeBlock(block, "")).join("");
}

// One sentence about what was left out; "" when nothing was.
export function sayLeftOut({ struck, hidden, comments, pictures, media }) {
  const count = (n, one, many = `${one}s`) => n ? [`${n} ${n === 1 ? one : many}`] : [];
  const parts = [...count(struck, "struck word"), ...count(hidden, "hidden word"), ...count(comments, "comment"), ...count(pictures, "picture"), ...count(media, "embed")];
  const total = struck + hidden + comments + pictures + media;
  if (!total) return "";
  const listed = parts.length > 1 ? `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}` : parts[0];
  return `${listed} ${total === 1 ? "was" : "were"} left out of what you pasted.`;
}
