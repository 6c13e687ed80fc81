// Draws regions on a picture or a stopped film with mouse, pen or finger: each fills the numbers of a row, which are what
// is sent. Of a film the moment that is shown is taken over too.
"use strict";
(() => {
  const canvas = document.getElementById("canvas");
  const form = document.getElementById("marks-form");
  if (!canvas || !form) return;
  const film = canvas.querySelector("video");
  const svg = canvas.querySelector("svg");
  const SIDES = ["x", "y", "width", "height"];
  const taken = (row) => {
    const rect = document.createElementNS("http://www.w3.org/2000/svg", "rect");
    rect.setAttribute("class", "is-drawn");
    svg.append(rect);
    const start = form.elements[`start-${row.dataset.row}`];
    return { rect, start, inputs: SIDES.map((side) => form.elements[`${side}-${row.dataset.row}`]) };
  };
  const rows = [...form.querySelectorAll("[data-row]")].map(taken);
  if (!rows.length) return;
  const mould = document.getElementById("one-more");
  const noRoom = document.getElementById("no-room");
  const revealed = (place) => place.querySelectorAll(".drawing").forEach((one) => { one.hidden = false; });

  const now = () => String(Math.round(film.currentTime * 10) / 10);
  const button = document.getElementById("draw");
  const drawing = (on) => {
    canvas.classList.toggle("is-ready", on);
    button.setAttribute("aria-pressed", String(on));
    // Its controls lie on its picture, and would be pressed instead.
    film.controls = !on;
    if (on) film.pause();
  };
  const whole = () => {
    const pixels = form.elements.unit.value === "pixels" && form.elements["shown-width"];
    return pixels
      ? [Number(form.elements["shown-width"].value), Number(form.elements["shown-height"].value)]
      : [100, 100];
  };
  const read = (row) => row.inputs.map((input) => Number(input.value.replace("%", "").replace(",", ".").trim()));
  const isEmpty = (row) => row.inputs.every((input) => !input.value.trim());

  // One more row, as the others; none where there are as many as are sent at once.
  const added = () => {
    if (rows.length >= Number(mould.dataset.most)) return null;
    const made = document.createElement("div");
    made.innerHTML = mould.innerHTML.replaceAll("NEXT", String(rows.length + 1));
    const row = made.firstElementChild;
    mould.before(row);
    if (film) revealed(row);
    rows.push(taken(row));
    return rows[rows.length - 1];
  };

  const show = (row) => {
    const numbers = read(row);
    const good = !isEmpty(row) && numbers.every((one) => Number.isFinite(one) && one >= 0);
    const size = whole();
    numbers.forEach((one, place) => {
      row.rect.setAttribute(SIDES[place], good ? (one / size[place % 2]) * 100 : 0);
    });
  };
  const fill = (row, from, to) => {
    const size = whole();
    const share = [
      Math.min(from[0], to[0]),
      Math.min(from[1], to[1]),
      Math.abs(to[0] - from[0]),
      Math.abs(to[1] - from[1]),
    ];
    row.inputs.forEach((input, place) => {
      input.value = String(Math.round(share[place] * size[place % 2] * 10) / 10);
    });
    show(row);
  };
  const at = (event) => {
    const box = canvas.getBoundingClientRect();
    const within = (value) => Math.min(1, Math.max(0, value));
    return [within((event.clientX - box.left) / box.width), within((event.clientY - box.top) / box.height)];
  };

  canvas.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || !event.isPrimary || !canvas.classList.contains("is-ready")) return;
    event.preventDefault();
    // What was drawn before stays: it covers somebody.
    const row = rows.find(isEmpty) || added();
    noRoom.textContent = row ? "" : noRoom.dataset.words;
    if (!row) return;
    const from = at(event);
    canvas.setPointerCapture(event.pointerId);
    const move = (moved) => fill(row, from, at(moved));
    const end = (ended) => {
      canvas.removeEventListener("pointermove", move);
      canvas.removeEventListener("pointerup", end);
      canvas.removeEventListener("pointercancel", end);
      const [width, height] = [Math.abs(at(ended)[0] - from[0]), Math.abs(at(ended)[1] - from[1])];
      // A click that was none, or a finger that wanted to scroll, leaves everything as it was.
      if (ended.type === "pointercancel" || width < 0.005 || height < 0.005) {
        row.inputs.forEach((input) => { input.value = ""; });
        show(row);
      } else if (film) {
        if (!row.start.value.trim()) row.start.value = now();
        drawing(false);
      }
    };
    canvas.addEventListener("pointermove", move);
    canvas.addEventListener("pointerup", end);
    canvas.addEventListener("pointercancel", end);
  });
  form.addEventListener("input", () => {
    rows.forEach(show);
    noRoom.textContent = "";
  });
  rows.forEach(show);
  if (film) {
    button.addEventListener("click", () => drawing(!canvas.classList.contains("is-ready")));
    form.addEventListener("click", (event) => {
      const one = event.target.closest("[data-now]");
      if (one) form.elements[one.dataset.now].value = now();
    });
    const marked = [...svg.querySelectorAll("[data-start]")];
    const atTime = () => marked.forEach((one) => {
      const seen = film.currentTime >= Number(one.dataset.start) && film.currentTime <= Number(one.dataset.end);
      one.classList.toggle("is-elsewhen", !seen);
    });
    for (const name of ["timeupdate", "seeked", "loadedmetadata"]) film.addEventListener(name, atTime);
    revealed(document);
  } else {
    canvas.classList.add("is-ready");
    canvas.querySelector("img").draggable = false;
  }
  const help = document.getElementById("drawing-help");
  if (help) help.hidden = false;
})();
