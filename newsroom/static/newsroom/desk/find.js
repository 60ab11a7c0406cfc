// Finds words in the body: Ctrl+F in the text opens the line, Enter and Shift+Enter go on.
import { Extension, Plugin, crel, pm } from "django-prose-editor/editor";
import { barOf, button } from "./bars.js";
import { foldWithPlaces } from "./passages.js";

const { PluginKey } = pm.state, { Decoration, DecorationSet } = pm.view;
const key = new PluginKey("find");

// Capitals and the kind of quotation mark make no difference.
function folded(text) {
  const { folded: signs, places } = foldWithPlaces(text), small = signs.toLowerCase();
  return { signs: small.length === signs.length ? small : signs, places };
}

function matchesIn(doc, words) {
  const wanted = folded(words).signs.trim(), found = [];
  if (!wanted) return found;
  doc.descendants((node, pos) => {
    if (!node.isTextblock) return true;
    const { signs, places } = folded(node.textBetween(0, node.content.size, undefined, () => "\n"));
    for (let at = signs.indexOf(wanted); at >= 0; at = signs.indexOf(wanted, at + wanted.length)) {
      found.push({ from: pos + 1 + places[at], to: pos + 2 + places[at + wanted.length - 1] });
    }
    return false;
  });
  return found;
}

const state = (doc, words, at) => {
  const matches = matchesIn(doc, words), index = matches.length ? Math.min(at, matches.length - 1) : -1;
  const decorations = matches.map(({ from, to }, i) => Decoration.inline(from, to, { class: i === index ? "found now" : "found" }));
  return { words, matches, index, decorations: DecorationSet.create(doc, decorations) };
};

function openFind(editor) {
  const bar = barOf(editor, "find", { role: "search", "aria-label": "Find in the text" });
  const set = (words, at) => editor.view.dispatch(editor.state.tr.setMeta(key, { words, at }));
  const field = crel("input", { type: "search", "aria-label": "Find in the text", placeholder: "Find in the text", autocomplete: "off" });
  const count = crel("span", { role: "status" });
  const show = () => {
    const { words, matches, index } = key.getState(editor.state);
    count.textContent = !words.trim() ? "" : matches.length ? `${index + 1} of ${matches.length}` : "Not in the text";
    const now = matches[index];
    if (now) editor.view.domAtPos(now.from).node.parentElement?.closest("p, li, h2, h3, h4, td, th")?.scrollIntoView({ block: "center" });
  };
  const go = (step) => {
    const { words, matches, index } = key.getState(editor.state);
    if (matches.length) set(words, (index + step + matches.length) % matches.length);
    show();
  };
  const close = () => {
    const { matches, index } = key.getState(editor.state);
    bar.replaceChildren();
    set("", 0);
    const now = matches[index];
    editor.chain().focus(undefined, { scrollIntoView: false }).setTextSelection(now ?? editor.state.selection).run();
  };
  field.addEventListener("input", (event) => { event.stopPropagation(); set(field.value, 0); show(); });
  bar.onkeydown = (event) => {
    if (event.key === "Enter" && event.target === field) { event.preventDefault(); go(event.shiftKey ? -1 : 1); }
    if (event.key === "Escape") { event.preventDefault(); close(); }
  };
  bar.replaceChildren(field, count, button("Previous", () => go(-1)), button("Next", () => go(1)), button("Close", close));
  const { from, to } = editor.state.selection;
  field.value = editor.state.doc.textBetween(from, to, " ").slice(0, 100);
  set(field.value, 0);
  if (field.value) { // begin with what is selected
    const { matches } = key.getState(editor.state);
    set(field.value, Math.max(0, matches.findIndex((one) => one.from === from)));
  }
  show();
  field.focus();
  field.select();
}

export const Find = Extension.create({
  name: "find",
  addMenuItems({ menu, buttons }) {
    menu.defineItem({ name: "find", groups: "find", command: openFind, button: buttons.material("search", "find in the text") });
  },
  addKeyboardShortcuts() {
    return { "Mod-f": () => { openFind(this.editor); return true; } };
  },
  addProseMirrorPlugins: () => [new Plugin({
    key,
    state: {
      init: (_, { doc }) => state(doc, "", 0),
      apply(tr, value, _, { doc }) {
        const asked = tr.getMeta(key);
        if (!asked && (!tr.docChanged || !value.words)) return value;
        return state(doc, asked?.words ?? value.words, asked?.at ?? Math.max(0, value.index));
      },
    },
    props: { decorations: (now) => key.getState(now).decorations },
  })],
});
