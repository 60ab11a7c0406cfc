// Lines below the body's toolbar, in sight with it: what a paste left out, find, a link.
import { crel } from "django-prose-editor/editor";

// The line `name` of an editor's toolbar, made when it is asked for first; a line without content is not seen.
export function barOf(editor, name, attributes = {}) {
  const toolbar = editor.view.dom.closest(".prose-editor").querySelector(".prose-menubar");
  let bar = toolbar.querySelector(`.bar.${name}`);
  if (!bar) {
    bar = crel("div", { className: `bar ${name}`, ...attributes });
    toolbar.append(bar);
  }
  return bar;
}

export function button(words, does, more = {}) {
  const made = crel("button", { type: "button", textContent: words, ...more });
  made.addEventListener("click", does);
  return made;
}

// Names a toolbar's buttons and says which are pressed, after what its classes say.
export function nameToolbar(editor) {
  const toolbar = editor.view.dom.closest(".prose-editor").querySelector(".prose-menubar");
  const tools = crel("div", { className: "tools", role: "group", "aria-label": "Formatting" });
  tools.append(...toolbar.querySelectorAll(".prose-menubar__group"));
  toolbar.prepend(tools);
  const look = () => {
    for (const one of toolbar.querySelectorAll(".prose-menubar__button")) {
      if (["undo", "redo"].includes(one.textContent)) continue;
      one.setAttribute("aria-pressed", String(one.classList.contains("active")));
      one.setAttribute("aria-disabled", String(one.classList.contains("disabled")));
    }
  };
  for (const one of toolbar.querySelectorAll(".prose-menubar__button")) {
    one.setAttribute("aria-label", one.title[0].toUpperCase() + one.title.slice(1));
    one.title = one.getAttribute("aria-label");
  }
  look();
  editor.on("transaction", look);
}
