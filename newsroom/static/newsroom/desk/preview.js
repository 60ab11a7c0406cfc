// The text as readers will see it, beside the one that is typed: as wide as a phone, or as a screen.
const LATER = 800; // milliseconds after the last key

export function startPreview(form) {
  const pane = document.getElementById("preview"), frame = pane.querySelector("iframe"), problem = pane.querySelector(".problem");
  let timer, request, shown = "", opener = null;

  async function show() {
    clearTimeout(timer);
    request?.abort();
    request = new AbortController();
    const data = new URLSearchParams(new FormData(form)), typed = data.toString();
    if (typed === shown) return;
    try {
      const response = await fetch(pane.dataset.url, { method: "POST", body: data, signal: request.signal, redirect: "error" });
      if (!response.ok) throw new Error(response.status);
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      for (const script of page.querySelectorAll("script")) script.remove(); // the frame runs none
      const base = page.createElement("base");
      base.target = "_blank";
      page.head.prepend(base);
      const top = frame.contentWindow?.scrollY ?? 0;
      frame.onload = () => frame.contentWindow.scrollTo(0, top);
      frame.srcdoc = `<!doctype html>${page.documentElement.outerHTML}`;
      shown = typed;
      problem.textContent = "";
    } catch (error) {
      if (error.name !== "AbortError") problem.textContent = "The preview cannot be made at the moment; it tries again when you type.";
    }
  }

  function open(from) {
    opener = from;
    pane.hidden = false;
    document.body.classList.add("previewing");
    show();
    pane.querySelector("[data-do=close]").focus();
  }
  function close() {
    pane.hidden = true;
    document.body.classList.remove("previewing");
    (opener?.isConnected ? opener : form.querySelector("[data-do=preview]")).focus();
  }
  const toggle = (from) => { if (pane.hidden) open(from); else close(); };

  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-do=preview]");
    if (button) toggle(button);
  });
  pane.addEventListener("click", (event) => {
    const what = event.target.dataset.do;
    if (what === "close") close();
    if (what === "phone" || what === "wide") {
      pane.classList.toggle("is-wide", what === "wide");
      for (const name of ["phone", "wide"]) pane.querySelector(`[data-do=${name}]`).setAttribute("aria-pressed", String(name === what));
    }
  });
  pane.addEventListener("keydown", (event) => { if (event.key === "Escape") close(); });
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || !event.shiftKey || event.key.toLowerCase() !== "p") return;
    event.preventDefault();
    toggle(document.activeElement);
  });
  form.addEventListener("input", () => {
    if (pane.hidden) return;
    clearTimeout(timer);
    timer = setTimeout(show, LATER);
  });
}
