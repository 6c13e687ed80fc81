"use strict";

/* A code for whoever wrote on paper: shown, typed once more, and forgotten; its fingerprint stays, for the table. */
(() => {
  const known = JSON.parse(document.getElementById("known").textContent);
  const at = (id) => document.getElementById(id);
  let words = null;

  function show(part, focus) {
    for (const one of ["begin", "code-shown", "done"]) at(one).hidden = one !== part;
    at(focus).focus();
  }

  at("code-show").addEventListener("click", () => {
    words = Code.make(known.words);
    at("code-words").textContent = words.join(" ");
    at("code").value = "";
    at("code-trouble").hidden = true;
    show("code-shown", "code");
  });

  at("again").addEventListener("submit", (event) => {
    event.preventDefault();
    at("code-trouble").hidden = Code.isSame(words, at("code").value);
    if (!at("code-trouble").hidden) return at("code").focus();
    at("mark").value = Code.fingerprint(words, known.before);
    words = null;
    at("code-words").textContent = at("code").value = "";
    show("done", "mark");
    at("mark").select();
  });

  at("anew").addEventListener("click", () => {
    at("mark").value = "";
    show("begin", "code-show");
  });

  at("begin").hidden = false;
})();
