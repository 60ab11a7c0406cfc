// Is whoever opened this page still signed in? Asks, puts a new CSRF token into the forms, and
// says so where the page has an element #sign-in.
const place = document.getElementById("sign-in");
const user = place?.dataset.user;
const AGAIN = 5000;
let waiting = null;

// The answer of the server; null when there is none.
const ask = async () => {
  try {
    const response = await fetch(place.dataset.session, { signal: AbortSignal.timeout(10_000) });
    return response.ok ? await response.json() : null;
  } catch { return null; }
};

const say = (text, link) => {
  const line = document.createElement("p");
  line.append(text);
  if (link) {
    const anchor = document.createElement("a");
    [anchor.href, anchor.target, anchor.rel, anchor.textContent] = [place.dataset.login, "_blank", "noopener", "Sign in in another tab"];
    line.append(" ", anchor, ", then go on here.");
  }
  place.replaceChildren(line);
  place.hidden = false;
};

const KEPT = "Nothing is lost: what you typed stays on this page and in this browser.";

// True when this page may send its form now; otherwise the page says why not.
export const checkSession = async () => {
  const answer = await ask();
  if (answer?.user === user) {
    for (const field of document.getElementsByName("csrfmiddlewaretoken")) field.value = answer.token;
    place.hidden = true;
    clearInterval(waiting);
    waiting = null;
    return true;
  }
  if (answer === null) say(`The server does not answer. ${KEPT} Try again in a moment.`);
  else if (answer.user === null) say(`Your sign-in has ended. ${KEPT}`, true);
  else say(`You are signed in as ${answer.name} now. ${KEPT} To save it, sign in as before.`, true);
  waiting ??= setInterval(checkSession, AGAIN);
  return false;
};

// Comes back from the other tab: look at once.
document.addEventListener("visibilitychange", () => { if (waiting && !document.hidden) checkSession(); });
