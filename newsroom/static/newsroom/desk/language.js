// An article's fields are written in its language and direction, also when it is chosen anew.
const select = document.getElementById("id_language");
const rightToLeft = select?.dataset.rightToLeft?.split(" ") ?? [];

const apply = () => {
  const written = { lang: select.value, dir: rightToLeft.includes(select.value) ? "rtl" : "ltr" };
  const fields = document.querySelectorAll("[data-in-language]");
  for (const field of [...fields, ...document.querySelectorAll(".field-body .ProseMirror[contenteditable]")]) Object.assign(field, written);
};

if (select) {
  select.addEventListener("change", apply);
  // The body's editor sets itself up later.
  const body = document.querySelector(".field-body");
  const editor = new MutationObserver(() => {
    if (!body.querySelector(".ProseMirror[contenteditable]")) return;
    editor.disconnect();
    apply();
  });
  if (body) editor.observe(body, { childList: true, subtree: true });
  apply();
}
