// Links of the body: to a record of ours by choice, or to an address that is one.
import { Link as BaseLink, crel } from "django-prose-editor/editor";
import { barOf, button } from "./bars.js";
import { Combobox, findRecords } from "./picker.js";

// A typed address in full as {href, kind}, or {problem}: what is wrong with it.
export function readAddress(typed) {
  const text = typed.trim(), scheme = text.match(/^([a-z][a-z0-9+.-]*):(?!\d)/i)?.[1].toLowerCase();
  const wrong = (why) => ({ problem: `“${text}” ${why}` });
  if (!text) return { problem: "Write an address, or words of a headline or a name." };
  if (scheme === "mailto" || !scheme && /^[^\s@/]+@[^\s@/]+\.[^\s@/]+$/.test(text)) {
    const address = text.replace(/^mailto:/i, "");
    return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(address) ? { href: `mailto:${address}`, kind: "mail address" } : wrong("is no mail address.");
  }
  if (scheme === "tel") {
    const number = text.slice(4).replace(/[\s().-]/g, "");
    return /^\+?\d{3,15}$/.test(number) ? { href: `tel:${number}`, kind: "telephone number" } : wrong("is no telephone number: write tel: and digits.");
  }
  if (scheme && scheme !== "http" && scheme !== "https") return wrong("cannot be linked: links go to web pages (https:), mail (mailto:) and telephones (tel:).");
  if (/^\/(?!\/)\S*$/.test(text)) return { href: text, kind: "page of this site" };
  if (/^#s-\d+$/.test(text)) return { href: text, kind: "statement of this article" };
  if (/\s/.test(text)) return wrong("is no address.");
  const full = scheme ? text : `https://${text}`;
  let host = "";
  try { host = new URL(full).hostname; } catch { /* is told below */ }
  const isHost = /^(?:[a-z0-9-]+\.)+[a-z][a-z0-9-]+$|^\d+(?:\.\d+){3}$|^localhost$|^\[/i.test(host);
  return isHost ? { href: full, kind: "web address" } : wrong("is no address of a web page: write one such as example.org/page.");
}

function openLink(editor) {
  const isLink = editor.isActive("link"), url = document.getElementById("who")?.dataset.url.replace(/[^/]+\/$/, "page/");
  const bar = barOf(editor, "link", { role: "group", "aria-label": "Link" });
  const problem = crel("p", { className: "problem", role: "alert" });
  const field = crel("input", { type: "text", autocomplete: "off", "aria-label": "Link to an address, or to a record: type words of its name", placeholder: "example.org/page, or words of a headline or a name" });
  const picker = crel("div", { className: "picker" }, [field]);
  if (isLink) field.value = editor.getAttributes("link").href ?? "";
  const close = () => { combobox.close(); bar.replaceChildren(); editor.commands.focus(undefined, { scrollIntoView: false }); };
  const put = (href, label) => {
    const chain = editor.chain().focus();
    if (isLink) chain.extendMarkRange("link").updateAttributes("link", { href, title: null, rel: null, target: null });
    else if (editor.state.selection.empty) chain.insertContent({ type: "text", text: label, marks: [{ type: "link", attrs: { href } }] });
    else chain.setMark("link", { href });
    chain.run();
    bar.replaceChildren();
  };
  const take = () => {
    const { href, problem: words } = readAddress(field.value);
    combobox.close();
    if (href) put(href, field.value.trim());
    else problem.textContent = words;
  };
  const combobox = new Combobox(field, {
    search: async (words, signal) => {
      problem.textContent = "";
      const { href, kind } = readAddress(words);
      if (!words) return { results: [], new: [], hint: "Write an address, or words of a headline or a name." };
      if (href) return { results: [{ label: href, detail: kind, href }], new: [] };
      if (/^[a-z][a-z0-9+.-]*:/i.test(words) || !url) return { results: [], new: [], hint: readAddress(words).problem };
      return findRecords(url, words, signal);
    },
    choose: (option) => put(option.href, option.label),
  });
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    // An address is taken as it is typed, whatever was found meanwhile.
    if (readAddress(field.value).href || !combobox.isBehind && (combobox.active < 0 || combobox.list.hidden)) { event.preventDefault(); event.stopImmediatePropagation(); take(); }
  }, true);
  field.addEventListener("input", (event) => event.stopPropagation());
  bar.onkeydown = (event) => { if (event.key === "Escape") { event.preventDefault(); close(); } };
  bar.replaceChildren(picker, button("Set the link", take), ...isLink ? [button("Remove the link", () => { editor.chain().focus().extendMarkRange("link").unsetLink().run(); bar.replaceChildren(); })] : [], button("Close", close), problem);
  field.focus();
  field.select();
}

export const Link = BaseLink.extend({
  addPasteRules: () => [], // "Sunday.You" is no address
  addMenuItems({ menu, buttons }) {
    menu.defineItem({ name: "link", groups: "link", command: openLink, button: buttons.material("insert_link", "link"), active: (editor) => editor.isActive("link") });
  },
  addKeyboardShortcuts() {
    return { "Mod-k": () => { openLink(this.editor); return true; } };
  },
});
