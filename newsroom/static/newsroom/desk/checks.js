// What the checks find in the text while it is typed; each finding leads to the words it is about.
const LATER = 1200; // milliseconds after the last change
// The list of statements shows these already.
const SHOWN_THERE = ["quotation without speaker", "statement in body"];

// `find(words)` goes to the words in the body and returns whether they stand there.
export function startChecks(form, find) {
  const section = document.getElementById("checks"), list = section.querySelector("ul");
  let timer, request, checked = "";

  async function check() {
    clearTimeout(timer);
    const data = new URLSearchParams(new FormData(form)), typed = data.toString();
    if (typed === checked) return;
    request?.abort();
    request = new AbortController();
    try {
      const response = await fetch(section.dataset.url, { method: "POST", body: data, signal: request.signal, redirect: "error" });
      if (!response.ok) throw new Error(response.status);
      show((await response.json()).findings.filter((finding) => !SHOWN_THERE.includes(finding.check)));
      checked = typed;
    } catch (error) {
      if (error.name !== "AbortError") say("The checks cannot be made at the moment; they run again when you type.");
    }
  }

  function say(words) {
    const item = document.createElement("li");
    item.className = "help";
    item.textContent = words;
    list.replaceChildren(item);
  }

  function show(findings) {
    section.hidden = false;
    if (!findings.length) return say("Nothing to look at.");
    list.replaceChildren(...findings.map((finding) => {
      const item = document.createElement("li"), button = document.createElement("button");
      item.className = finding.severity;
      Object.assign(button, { type: "button", textContent: finding.text, dir: "auto" });
      button.addEventListener("click", () => lead(finding));
      item.append(button);
      return item;
    }));
  }

  function lead({ field, words }) {
    if (field === "body" && find(words)) return;
    const place = document.getElementById(`id_${field}`) ?? document.getElementById("said");
    place.closest("details")?.setAttribute("open", "");
    place.focus({ preventScroll: true });
    place.scrollIntoView({ block: "center" });
    const at = words && place.value ? place.value.indexOf(words) : -1;
    if (at >= 0) place.setSelectionRange(at, at + words.length);
  }

  form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(check, LATER); });
  form.addEventListener("change", () => { clearTimeout(timer); timer = setTimeout(check, LATER); });
  check();
}
