// Runs the examples: posts each operation to /graphql with the token, and shows the answer.
"use strict";

const main = document.querySelector("main");
const token = document.getElementById("token");

// A UUID of version 7: the time in milliseconds, then chance.
function commandId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  let time = Date.now();
  for (let at = 5; at >= 0; at -= 1) {
    bytes[at] = time % 256;
    time = Math.floor(time / 256);
  }
  bytes[6] = (bytes[6] & 0x0f) | 0x70;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

// What shows who asks: the token that was pasted, or else the session of whoever has signed in.
async function credentials() {
  if (token.value.trim()) {
    return { "Authorization": "Bearer " + token.value.trim() };
  }
  const session = await fetch("/sign-in/session");
  return session.ok ? { "X-CSRF-Token": (await session.json()).csrfToken } : null;
}

async function ask(query) {
  const response = await fetch("/graphql", {
    method: "POST",
    headers: {
      ...(await credentials()),
      "Content-Type": "application/json",
      "Accept": "application/graphql-response+json",
      "Accept-Language": document.documentElement.lang,
    },
    body: JSON.stringify({ query }),
  });
  return response.json();
}

// An answer that came to nothing: it is shown as it is.
class Refused extends Error {
  constructor(answer) {
    super();
    this.answer = answer;
  }
}

// The first pupil that the person has, with a guardian.
const FIRST_PUPIL = `{
  viewer { caseload(first: 1) { edges { node { pupil { id guardians { id } } } } } }
  schools { edges { node { pupilsOfPrincipal(first: 1) { edges { node { pupil { id guardians { id } } } } } } } }
}`;

async function firstPupil() {
  const answer = await ask(FIRST_PUPIL);
  const data = answer.data;
  if (!data) {
    throw new Refused(answer);
  }
  const lists = [data?.viewer?.caseload, ...(data?.schools?.edges ?? []).map((edge) => edge.node.pupilsOfPrincipal)];
  return lists.flatMap((list) => list?.edges ?? []).map((edge) => edge.node.pupil)[0];
}

async function filledIn(operation) {
  let text = operation.replaceAll("{command}", commandId());
  if (text.includes("{pupil}") || text.includes("{guardian}")) {
    const pupil = await firstPupil();
    if (!pupil) {
      return null;
    }
    text = text.replaceAll("{pupil}", pupil.id).replaceAll("{guardian}", pupil.guardians[0]?.id ?? "");
  }
  return text;
}

async function run(button) {
  const name = button.dataset.example;
  const area = document.getElementById(name + "-operation");
  const answer = document.getElementById(name + "-answer");
  answer.hidden = false;
  if (!(await credentials())) {
    answer.textContent = main.dataset.needsToken;
    token.focus();
    return;
  }
  button.setAttribute("aria-disabled", "true");
  answer.textContent = main.dataset.running;
  try {
    const operation = await filledIn(area.value);
    answer.textContent = operation === null ? main.dataset.noPupil : JSON.stringify(await ask(operation), null, 2);
  } catch (error) {
    answer.textContent = error instanceof Refused ? JSON.stringify(error.answer, null, 2) : main.dataset.failed;
  }
  button.removeAttribute("aria-disabled");
}

for (const button of document.querySelectorAll("button.run")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    if (button.getAttribute("aria-disabled") !== "true") {
      run(button);
    }
  });
}
