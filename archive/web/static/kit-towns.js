"use strict";

/* Asks of each place which town is shown instead: one for all of them would be told of some that lie elsewhere. */
const Towns = (() => {
  const holder = document.getElementById("towns");
  const questions = new Map();

  /* The entries of a list, as a table is read: one on a line, or with semicolons between. */
  const split = (text) => text.split(/[;\r\n]+/).map((part) => part.trim()).filter(Boolean);
  const input = (place) => questions.get(place).querySelector("input");

  function question(place, name) {
    const made = document.getElementById("one-town").content.firstElementChild.cloneNode(true);
    const label = made.querySelector("label");
    label.textContent = label.textContent.trim().replace("%(place)s", () => place);
    label.htmlFor = name;
    Object.assign(made.querySelector("input"), {id: name, name});
    return made;
  }

  /* What was typed for a place that is away for now comes back with it. */
  function ask(places) {
    if (holder.dataset.of === JSON.stringify(places)) return;
    holder.dataset.of = JSON.stringify(places);
    for (const place of places) if (!questions.has(place)) questions.set(place, question(place, `town-${questions.size + 1}`));
    holder.replaceChildren(...places.map((place) => questions.get(place)));
  }

  /* The town of each of these places, in their order; a semicolon within one would end it in the table. */
  const said = (places) => places.map((place) => split(input(place).value).join(", ")).join("; ");

  return {split, ask, said, input};
})();
