// A text field that finds records as one types, by mouse or keyboard (ARIA's combobox pattern).
let lists = 0;

export class Combobox {
  // search(words, signal) resolves to {results, new, hint}; choose(option) is called with one of them.
  constructor(input, { search, choose }) {
    Object.assign(this, { input, search, choose, options: [], active: -1, typed: false, found: null, entered: null });
    this.list = document.createElement("ul");
    Object.assign(this.list, { id: `options-${++lists}`, className: "options", hidden: true });
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", "Found");
    input.after(this.list);
    for (const [name, value] of Object.entries({
      role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": this.list.id,
    })) input.setAttribute(name, value);
    input.addEventListener("input", () => this.later());
    input.addEventListener("focus", () => { if (!input.value) this.look(); });
    // Who is back in the field meanwhile types the next name: that search goes on.
    input.addEventListener("blur", () => setTimeout(() => { if (document.activeElement !== input && this.entered === null) this.close(); }, 150));
    input.addEventListener("keydown", (event) => this.key(event));
    this.list.addEventListener("mousedown", (event) => {
      event.preventDefault(); // the field keeps the focus
      const item = event.target.closest("[role=option]");
      if (item) this.take(Number(item.dataset.index));
    });
  }

  later() {
    this.typed = true;
    this.entered = null;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.look(), 120);
  }

  async look() {
    this.request?.abort();
    this.request = new AbortController();
    const words = this.input.value.trim();
    try {
      const answer = await this.search(words, this.request.signal);
      if (!this.input.isConnected) return;
      this.found = words; // what is shown answers these words, perhaps no longer those of the field
      this.show(answer);
      if (this.entered === words) this.takeEntered(answer.results, words);
    } catch (error) {
      if (error.name === "AbortError") return;
      this.entered = null;
      this.show({ results: [], new: [], hint: "Nothing can be searched at the moment." });
    }
  }

  // Enter came before the answer: what was marked is taken if it is found again, else what the words themselves say.
  // Nothing else is taken unseen; the list stays for a look.
  takeEntered(results, words) {
    this.entered = null;
    const again = results.find((one) => JSON.stringify(one) === this.marked);
    const same = results.filter(({ label }) => label.toLowerCase() === words.toLowerCase());
    if (same.length === 1 || again) this.take(this.options.indexOf(same.length === 1 ? same[0] : again));
    else if (!results.length && this.options.length) this.take(0);
  }

  // Words were typed that what is shown does not answer yet.
  get isBehind() {
    const words = this.input.value.trim();
    return this.typed && words !== "" && this.found !== words;
  }

  enter() {
    if (this.isBehind) {
      this.entered = this.input.value.trim();
      this.marked = this.list.hidden ? "" : JSON.stringify(this.options[this.active]);
      clearTimeout(this.timer);
      this.look();
    } else if (!this.list.hidden && this.active >= 0) this.take(this.active);
  }

  show({ results, new: made = [], hint = "" }) {
    this.options = [...results, ...made];
    this.list.replaceChildren(...this.options.map((option, index) => {
      const item = document.createElement("li");
      item.id = `${this.list.id}-${index}`;
      item.dataset.index = index;
      item.setAttribute("role", "option");
      item.dir = "auto";
      item.textContent = option.label;
      if (option.image) {
        const image = document.createElement("img");
        Object.assign(image, { src: option.image, alt: "" });
        item.prepend(image);
      }
      if (option.detail) {
        const detail = document.createElement("small");
        detail.textContent = ` ${option.detail}`;
        item.append(detail);
      }
      if (option.values) item.classList.add("new");
      return item;
    }));
    if (!this.options.length || hint) {
      const note = document.createElement("li");
      note.className = "hint";
      if (this.options.length) note.setAttribute("role", "presentation");
      else { // a listbox without an option is none
        note.setAttribute("role", "option");
        note.setAttribute("aria-disabled", "true");
      }
      note.textContent = [this.options.length ? "" : "Nothing found.", hint].filter(Boolean).join(" ");
      this.list.append(note);
    }
    this.list.hidden = document.activeElement !== this.input;
    this.input.setAttribute("aria-expanded", String(!this.list.hidden));
    this.move(this.options.length && this.input.value ? 0 : -1);
  }

  move(index) {
    this.active = index;
    for (const item of this.list.querySelectorAll("[role=option]")) item.setAttribute("aria-selected", String(Number(item.dataset.index) === index));
    if (index < 0) this.input.removeAttribute("aria-activedescendant");
    else {
      this.input.setAttribute("aria-activedescendant", `${this.list.id}-${index}`);
      this.list.children[index].scrollIntoView({ block: "nearest" });
    }
  }

  key(event) {
    if (event.isComposing) return; // Enter ends a word of an input method
    if (event.key === "ArrowDown" && this.list.hidden) this.look();
    else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const step = event.key === "ArrowDown" ? 1 : -1, count = this.options.length;
      if (count) this.move((this.active + step + count) % count);
    } else if (event.key === "Enter") this.enter();
    else if (event.key === "Escape" && !this.list.hidden) { this.close(); event.stopPropagation(); }
    else return;
    event.preventDefault(); // Enter in a picker never saves the page
  }

  take(index) {
    const option = this.options[index];
    this.close();
    if (option) this.choose(option);
  }

  close() {
    clearTimeout(this.timer);
    this.request?.abort();
    Object.assign(this, { typed: false, found: null, entered: null });
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }
}

export async function findRecords(url, words, signal) {
  const response = await fetch(`${url}?q=${encodeURIComponent(words)}`, { signal, headers: { Accept: "application/json" } });
  if (!response.ok) throw new Error(`${response.status}`);
  return response.json();
}

// Makes a record of `values`; resolves to it, or throws an Error with the sentence that says why not.
export async function createRecord(url, values) {
  const body = new URLSearchParams(values);
  body.set("csrfmiddlewaretoken", document.querySelector("[name=csrfmiddlewaretoken]").value);
  const response = await fetch(url, { method: "POST", body }).catch(() => null);
  const answer = await response?.json().catch(() => null) ?? {};
  if (!response?.ok || !answer.id) throw new Error(answer.error || "It could not be added; save your text and try again.");
  return answer;
}

// A picker's place for the sentence that says what went wrong.
function problem(picker, words) {
  let place = picker.querySelector(".problem");
  if (!place) {
    place = document.createElement("p");
    place.className = "problem";
    place.setAttribute("role", "alert");
    picker.append(place);
  }
  place.textContent = words;
}

// A ticked box for a record that is chosen among several.
export function chosenRow(name, { id, label }) {
  const row = document.createElement("label"), box = document.createElement("input");
  Object.assign(box, { type: "checkbox", name, value: id, checked: true });
  row.className = "chosen";
  row.dir = "auto";
  row.append(box, ` ${label}`);
  return row;
}

// Puts `record` into a picker; its field tells with "picked", then "change". Where the field has other words by now
// than those that `typed` it, they stay: a further record is typed there, or another in the place of this one.
export function choose(picker, record, typed = null) {
  const input = picker.querySelector("input[type=text]"), { name } = picker.dataset, isTypedOn = typed !== null && input.value !== typed;
  if (isTypedOn && !name) return;
  if (name) {
    const rows = picker.querySelector(".chosen-rows"), there = [...rows.querySelectorAll("input")].find((box) => box.value === record.id);
    if (there) there.checked = true;
    else rows.append(chosenRow(name, record));
    if (!isTypedOn) input.value = "";
  } else {
    const [value, was] = picker.querySelectorAll("input[type=hidden]");
    value.value = record.id;
    was.value = input.value = record.label;
  }
  input.dispatchEvent(new CustomEvent("picked", { detail: record }));
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

export function startPicker(picker) {
  const input = picker.querySelector("input[type=text]"), { url } = picker.dataset;
  new Combobox(input, {
    search: (words, signal) => findRecords(url, words, signal),
    choose: async (option) => {
      const typed = input.value;
      problem(picker, "");
      try {
        choose(picker, option.values ? await createRecord(url, option.values) : option, typed);
      } catch (error) {
        problem(picker, error.message);
      }
    },
  });
}
