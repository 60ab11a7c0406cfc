// A text field that finds records as one types, by mouse or keyboard (ARIA's combobox pattern).
let lists = 0;

export class Combobox {
  // search(words, signal) resolves to {results, new, hint}; choose(option) is called with one of them.
  constructor(input, { search, choose }) {
    Object.assign(this, { input, search, choose, options: [], active: -1 });
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
    input.addEventListener("blur", () => setTimeout(() => this.close(), 150));
    input.addEventListener("keydown", (event) => this.key(event));
    this.list.addEventListener("mousedown", (event) => {
      event.preventDefault(); // the field keeps the focus
      const item = event.target.closest("[role=option]");
      if (item) this.take(Number(item.dataset.index));
    });
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.look(), 120);
  }

  async look() {
    this.request?.abort();
    this.request = new AbortController();
    try {
      this.show(await this.search(this.input.value.trim(), this.request.signal));
    } catch (error) {
      if (error.name !== "AbortError") this.show({ results: [], new: [], hint: "Nothing can be searched at the moment." });
    }
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
    if (event.key === "ArrowDown" && this.list.hidden) this.look();
    else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const step = event.key === "ArrowDown" ? 1 : -1, count = this.options.length;
      if (count) this.move((this.active + step + count) % count);
    } else if (event.key === "Enter" && !this.list.hidden && this.active >= 0) this.take(this.active);
    else if (event.key === "Escape" && !this.list.hidden) { this.close(); event.stopPropagation(); }
    else if (event.key !== "Enter") return;
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
  const response = await fetch(url, { method: "POST", body });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(answer.error || "It could not be added; save your text and try again.");
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

// Puts `record` into a picker; its field tells with "picked", then "change".
export function choose(picker, record) {
  const input = picker.querySelector("input[type=text]"), { name } = picker.dataset;
  if (name) {
    const rows = picker.querySelector(".chosen-rows"), there = [...rows.querySelectorAll("input")].find((box) => box.value === record.id);
    if (there) there.checked = true;
    else rows.append(chosenRow(name, record));
    input.value = "";
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
      problem(picker, "");
      try {
        choose(picker, option.values ? await createRecord(url, option.values) : option);
      } catch (error) {
        problem(picker, error.message);
      }
    },
  });
}
