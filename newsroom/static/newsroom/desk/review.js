// A release is read and looked over: proposals and their words light each other up.
for (const hint of document.querySelectorAll(".with-script")) hint.hidden = false;

for (const form of document.querySelectorAll("#import_form, #review_form")) {
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
}

// A file dropped anywhere on the page is chosen and read.
const file = document.querySelector("#import_form input[type=file]");
if (file) {
  const carries = (event) => event.dataTransfer?.types.includes("Files");
  addEventListener("dragover", (event) => {
    if (!carries(event)) return;
    event.preventDefault();
    document.body.classList.add("dropping");
  });
  addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) document.body.classList.remove("dropping");
  });
  addEventListener("drop", (event) => {
    document.body.classList.remove("dropping");
    if (!carries(event)) return;
    event.preventDefault();
    file.files = event.dataTransfer.files;
    file.form.requestSubmit();
  });
  file.addEventListener("change", () => file.files.length && file.form.requestSubmit());
}

const review = document.querySelector("#review_form");
if (review) {
  const words = [...review.querySelectorAll(".words [data-start]")].map((node) => ({
    node,
    start: Number(node.dataset.start),
    end: Number(node.dataset.end),
  }));
  const places = [...review.querySelectorAll("[data-spans]")].map((node) => ({
    node,
    spans: node.dataset.spans.split(" ").filter(Boolean).map((span) => span.split("-").map(Number)),
  }));
  const cards = [...review.querySelectorAll(".card")];
  const source = review.querySelector(".source");

  const light = (place, scroll = true) => {
    for (const { node } of places) node.classList.toggle("lit", node === place?.node);
    let first = null;
    for (const { node, start, end } of words) {
      const lit = Boolean(place?.spans.some(([from, to]) => start >= from && end <= to));
      node.classList.toggle("lit", lit);
      if (lit) first ??= node;
    }
    if (!first || !scroll) return;
    const frame = source.getBoundingClientRect(), at = first.getBoundingClientRect();
    if (at.top < frame.top + 40 || at.bottom > frame.bottom - 20) {
      source.scrollTop += at.top - frame.top - frame.height / 3;
    }
  };
  // The innermost one that has words: a field, or its card.
  const placeOf = (target) => {
    for (let node = target; node && node !== review; node = node.parentElement) {
      const place = places.find((one) => one.node === node);
      if (place?.spans.length) return place;
    }
    return null;
  };
  // The one with the fewest words around a word.
  const placeAt = (word) => {
    let best = null, least = Infinity;
    for (const place of places) {
      for (const [from, to] of place.spans) {
        if (word.start >= from && word.end <= to && to - from <= least) [best, least] = [place, to - from];
      }
    }
    return best;
  };
  const list = review.querySelector(".cards");
  list.addEventListener("pointerover", (event) => light(placeOf(event.target)));
  list.addEventListener("pointerleave", () => light(placeOf(document.activeElement)));
  list.addEventListener("focusin", (event) => light(placeOf(event.target)));
  for (const word of words) {
    if (!word.node.className) continue;
    word.node.addEventListener("pointerenter", () => light(placeAt(word), false));
    word.node.addEventListener("click", () => {
      const place = placeAt(word);
      const control = place?.node.querySelector("input:not([type=hidden]), textarea, select");
      if (!control) return;
      control.focus({ preventScroll: true });
      place.node.scrollIntoView({ block: "center" });
    });
  }

  // Keys work on a card's box, so that no letter is taken from what is typed.
  const go = (card) => {
    const box = card?.querySelector(".take input") ?? card?.querySelector("textarea, input, select");
    if (!box) return;
    box.focus({ preventScroll: true });
    card.scrollIntoView({ block: "center" });
  };
  list.addEventListener("keydown", (event) => {
    const box = event.target;
    if (!box.matches(".take input") || event.ctrlKey || event.metaKey || event.altKey) return;
    const at = cards.indexOf(box.closest(".card"));
    const doubtful = cards.findIndex((card, n) => n > at && card.matches(".doubtful"));
    const keys = {
      j: () => go(cards[at + 1]),
      k: () => go(cards[at - 1]),
      n: () => go(cards[doubtful]),
      a: () => { box.checked = true; go(cards[at + 1]); },
      d: () => { box.checked = false; go(cards[at + 1]); },
      e: () => cards[at].querySelector(".fields :is(input:not([type=hidden]), textarea, select)")?.focus(),
    };
    const act = keys[event.key.toLowerCase()];
    if (!act) return;
    event.preventDefault();
    act();
  });
}
