// Suggestions under the search field while somebody types. Without script the field just searches.
for (const form of document.querySelectorAll("form[data-suggest]")) {
  const field = form.elements.q, list = field.list;
  let waiting, asked = "";
  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(async () => {
      const typed = field.value.trim();
      if (typed === asked || typed.length < 2) return;
      asked = typed;
      const answer = await fetch(`${form.dataset.suggest}?q=${encodeURIComponent(typed)}`);
      if (!answer.ok || typed !== asked) return;
      list.replaceChildren(...(await answer.json()).map((text) => new Option(text, text)));
    }, 120);
  });
}

// The reader's own language, offered once in a line that can be closed. Without script the languages
// stand at the foot of the page.
const offers = [...document.querySelectorAll("#languages a[data-offer]")];
const here = document.documentElement.lang;
for (const wanted of navigator.languages) {
  const fits = (code) => wanted.toLowerCase().split("-")[0] === code.split("-")[0];
  if (fits(here)) break;
  const link = offers.find((offer) => fits(offer.hreflang));
  if (!link) continue;
  const closed = "language-offer-closed";
  try { if (localStorage.getItem(closed)) break; } catch { break; }
  const line = document.createElement("aside"), go = document.createElement("a"), close = document.createElement("button");
  line.className = "offer";
  line.ariaLabel = link.dataset.offer;
  line.lang = go.hreflang = link.hreflang;
  line.dir = link.dir;
  go.href = link.href;
  go.textContent = link.dataset.offer;
  close.type = "button";
  close.textContent = link.dataset.close;
  close.addEventListener("click", () => {
    localStorage.setItem(closed, "1");
    line.remove();
  });
  line.append(go, close);
  document.querySelector("header.site").before(line);
  break;
}

// Moments in the reader's own time zone. Without script they stand in the newsroom's, as they do for
// whoever lives by the same clock: a browser takes long to make ready for another's.
const spoken = document.documentElement.lang.replace(/^en$/, "en-GB");
let clock = null;
for (const time of document.querySelectorAll("time")) {
  if (!/\d:\d\d/.test(time.textContent)) continue;
  const moment = new Date(time.dateTime), [, sign, hours, minutes] = /([+-])(\d\d):(\d\d)$/.exec(time.dateTime) ?? [];
  if (sign && -moment.getTimezoneOffset() === Number(`${sign}1`) * (60 * hours + Number(minutes))) continue;
  clock ??= new Intl.DateTimeFormat(spoken, {
    day: "numeric", month: "long", year: "numeric",
    hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZoneName: "short",
  });
  time.textContent = clock.format(moment);
}

// What the device itself offers to share with, where it does.
for (const button of document.querySelectorAll("button[data-share]")) {
  if (!navigator.share) break;
  button.hidden = false;
  button.addEventListener("click", () => {
    navigator.share({ title: button.dataset.title, url: button.dataset.share }).catch(() => {});
  });
}

// Buttons that copy a statement with its attribution, or the code that embeds it.
for (const button of document.querySelectorAll("button[data-copy]")) {
  if (!navigator.clipboard) break;
  button.hidden = false;
  const words = button.textContent;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.textContent = button.dataset.done;
    setTimeout(() => { button.textContent = words; }, 2000);
  });
}

// Pointing at somebody's words lights the note that says who spoke, and the other way round.
for (const note of document.querySelectorAll(".note")) {
  const numbers = note.dataset.notes.split(" ");
  const said = [...document.querySelectorAll(".said")].filter((words) => words.dataset.said.split(" ").some((one) => numbers.includes(one)));
  for (const part of [note, ...said]) {
    const light = (is) => { for (const one of [note, ...said]) one.classList.toggle("lit", is); };
    part.addEventListener("pointerenter", (event) => { if (event.pointerType === "mouse") light(true); });
    part.addEventListener("pointerleave", () => light(false));
  }
}

// A link to a statement opens the list that it stands in.
const reveal = () => { document.getElementById(location.hash.slice(1))?.closest("details")?.setAttribute("open", ""); };
addEventListener("hashchange", reveal);
reveal();
