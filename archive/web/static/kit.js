"use strict";

/* The form of the offline kit. Nothing leaves this page, and nothing is kept, until the person saves. */
(() => {
  const known = JSON.parse(document.getElementById("known").textContent);
  const words = known.words;
  const form = document.getElementById("gift");
  const list = document.getElementById("chosen");
  const picker = document.getElementById("files");
  const summary = document.getElementById("summary");
  const CONSENT = ["audience", "not_before", "not_after", "place_precision", "reuse", "others", "others_words", "naming",
    "name_shown"];
  const given = [];
  let count = 0, dirty = false, code = null;

  const fill = (sentence, name) => sentence.replace("%(name)s", name);
  const field = (name) => form.elements[name];
  const value = (name) => (field(name) ? field(name).value : "").trim();
  const holder = (name) => document.getElementById(name).closest(".question");

  function size(bytes) {
    const units = ["byte", "kilobyte", "megabyte", "gigabyte"];
    let unit = 0;
    for (; bytes >= 1000 && unit < units.length - 1; unit++) bytes /= 1000;
    return bytes.toLocaleString(document.documentElement.lang, {style: "unit", unit: units[unit],
      unitDisplay: unit ? "short" : "long", maximumFractionDigits: bytes < 10 ? 1 : 0});
  }

  /* A name that every system can write, unlike the others. */
  function plainName(name) {
    let plain = name.normalize("NFC").replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\ud800-\udfff<>:"|?*\\/]/gu, "-")
      .trim().replace(/^\.+|[. ]+$/g, "") || "file";
    if (/^(con|prn|aux|nul|com\d|lpt\d|metadata\.csv)(\.|$)/i.test(plain)) plain = `file-${plain}`;
    const dot = plain.lastIndexOf(".");
    const ending = dot > 0 && plain.length - dot < 12 ? plain.slice(dot) : "";
    const stem = plain.slice(0, plain.length - ending.length).slice(0, 80);
    const taken = new Set(given.map((one) => one.name.toLowerCase()));
    let found = stem + ending;
    for (let number = 2; taken.has(found.toLowerCase()); number++) found = `${stem}-${number}${ending}`;
    return found;
  }

  function add(file) {
    const one = {file, name: plainName(file.name), id: ++count};
    const line = document.getElementById("one-file").content.firstElementChild.cloneNode(true);
    one.line = line;
    line.querySelector(".file-name").firstChild.textContent = `${file.name} `;
    line.querySelector(".file-name .facts").textContent = size(file.size);
    const picture = line.querySelector("img");
    if (/^image\/(jpeg|png|gif|webp)$/.test(file.type)) {
      picture.src = URL.createObjectURL(file);
      picture.onerror = () => picture.remove();
    } else picture.remove();
    line.querySelector("button").setAttribute("aria-label", fill(words["take-away"], file.name));
    line.querySelector("summary").setAttribute("aria-label", fill(words.different, file.name));
    for (const part of line.querySelectorAll("[id], [for], [name], [aria-describedby]")) {
      for (const name of ["id", "for", "name", "aria-describedby"]) {
        const words = part.getAttribute(name);
        if (words) part.setAttribute(name, words.trim().split(/ +/).map((word) => `f${one.id}-${word}`).join(" "));
      }
    }
    line.querySelector("button").addEventListener("click", () => {
      given.splice(given.indexOf(one), 1);
      if (picture.src) URL.revokeObjectURL(picture.src);
      line.remove();
      picker.focus();
      arrange();
    });
    given.push(one);
    list.append(line);
  }

  /* What was written, or of a date that can be read in two ways the one that is meant. */
  const meant = (name) => (reading(name) ? reading(name).value : value(name));
  const own = (one, question) => meant(`f${one.id}-${question}`);
  const said = (one, question) => own(one, question) || meant(question);
  const placesOf = (one) => known.places.flatMap((name) => Towns.split(one ? said(one, name) : value(name)));
  const places = () => [...new Set((given.length ? given : [null]).flatMap(placesOf))];
  const townsAsked = () => (value("place_precision") === "town" ? places() : []);

  /* The two days that “3/4/1807” can be, in words; nothing where only one of them is a day. */
  function readings(text) {
    const [, one, other, year] = /^\s*(\d{1,2})\s*[/.-]\s*(\d{1,2})\s*[/.-]\s*(\d{4})\s*$/.exec(text) || [];
    if (!year || one === other || Math.max(one, other) > 12 || Math.min(one, other) < 1) return [];
    const told = new Intl.DateTimeFormat(document.documentElement.lang, {dateStyle: "long", timeZone: "UTC"});
    return [[one, other], [other, one]].map(([day, month]) => {
      const date = new Date(Date.UTC(2000, month - 1, day));
      date.setUTCFullYear(year);
      return told.format(date);
    });
  }

  const dates = () => known.dates.flatMap((name) => [name, ...given.map((one) => `f${one.id}-${name}`)])
    .map((id) => document.getElementById(id));
  const reading = (id) => form.querySelector(`input[name="${id}-reading"]:checked`);

  /* Asks which month is meant while the person is there: nobody at home can tell. */
  function askMonths() {
    for (const input of dates()) {
      const old = document.getElementById(`${input.id}-readings`);
      const found = readings(input.value);
      if (old && old.dataset.of === found.join()) continue;
      if (old) old.remove();
      if (!found.length) continue;
      const box = Object.assign(document.createElement("fieldset"), {id: `${input.id}-readings`, className: "readings"});
      box.dataset.of = found.join();
      box.append(Object.assign(document.createElement("legend"), {textContent: words["which-one"]}));
      found.forEach((words, place) => {
        const line = Object.assign(document.createElement("div"), {className: "option"});
        const id = `${input.id}-reading-${place}`;
        const choice = Object.assign(document.createElement("input"), {type: "radio", id, name: `${input.id}-reading`, value: words});
        line.append(choice, Object.assign(document.createElement("label"), {htmlFor: id, textContent: words}));
        box.append(line);
      });
      input.closest(".question").append(box);
    }
  }

  /* Shows only the questions that what was answered leads to. */
  function arrange() {
    askMonths();
    Towns.ask(townsAsked());
    holder("together").hidden = given.length < 2;
    holder("place_precision").hidden = !places().length;
    holder("name_shown").hidden = !["own-name", "other-name"].includes(value("naming"));
  }

  function troubles() {
    const found = [];
    if (!given.length) found.push(["files", "no-files"]);
    for (const one of given) if (!one.file.size) found.push([`f${one.id}-away`, "empty-file"]);
    if (Zip.size(entries([])) > Zip.LARGEST || given.length >= Zip.MOST) found.push(["files", "too-much"]);
    for (const name of known.required) {
      if (!value(name) && !(given.length && given.every((one) => own(one, name)))) found.push([name, "required"]);
    }
    for (const input of dates()) if (readings(input.value).length && !reading(input.id)) found.push([input.id, "which-month"]);
    if (!value("others")) found.push(["others", "choose"]);
    if (!field("keep").checked) found.push(["keep", "keep-needed"]);
    if (!value("audience")) found.push(["audience", "choose"]);
    if (value("not_before") && value("not_after") && value("not_after") < value("not_before")) {
      found.push(["not_after", "ends-before-it-begins"]);
    }
    if (places().length && !value("place_precision")) found.push(["place_precision", "choose"]);
    for (const place of townsAsked()) if (!Towns.said([place])) found.push([Towns.input(place).id, "which-town"]);
    if (!value("naming")) found.push(["naming", "choose"]);
    else if (value("naming") !== "no-name" && !value("name_shown")) found.push(["name_shown", "which-name"]);
    if (code && !Code.isSame(code, document.getElementById("code").value)) found.push(["code", "code-again"]);
    return found;
  }

  function tell(found) {
    for (const old of form.querySelectorAll(".wrong")) old.remove();
    for (const old of form.querySelectorAll(".has-trouble")) old.classList.remove("has-trouble");
    for (const old of form.querySelectorAll("[aria-invalid]")) {
      old.removeAttribute("aria-invalid");
      old.removeAttribute("aria-errormessage");
    }
    summary.hidden = !found.length;
    const lines = summary.querySelector("ul");
    lines.replaceChildren();
    for (const [name, why] of found) {
      const input = document.getElementById(name);
      const place = input.closest(".question, li");
      const label = place.querySelector("legend, label, .file-name");
      const wrong = document.createElement("p");
      wrong.className = "wrong";
      wrong.id = `${name}-trouble`;
      wrong.textContent = words[why];
      place.classList.add("has-trouble");
      label.after(wrong);
      input.setAttribute("aria-invalid", "true");
      input.setAttribute("aria-errormessage", wrong.id);
      const link = document.createElement("a");
      link.href = `#${name}`;
      link.textContent = label.firstChild.textContent.trim();
      link.addEventListener("click", (event) => {
        event.preventDefault();
        input.focus();
      });
      const line = document.createElement("li");
      line.append(link, `: ${words[why]}`);
      lines.append(line);
    }
    if (found.length) summary.focus();
  }

  function rows() {
    const together = given.length > 1 ? value("together") : "";
    return given.map((one, place) => {
      const row = {...known.agreement, file: one.name, consent_keep: "yes"};
      if (code) row.return_code = Code.fingerprint(code, known.code.before);
      row.item = together === "together" ? "1" : together === "apart" ? String(place + 1) : "";
      for (const [question, column] of Object.entries(known.about)) row[column] = said(one, question);
      for (const name of CONSENT) if (!document.getElementById(name).closest("[hidden]")) row[`consent_${name}`] = value(name);
      if (townsAsked().length) row.consent_place_shown = Towns.said(placesOf(one));
      return row;
    });
  }

  function table() {
    const cell = (text) => `"${(text || "").replace(/"/g, '""').replace(/\r?\n/g, "\n")}"`;
    const lines = rows().map((row) => known.columns.map((column) => cell(row[column])).join(","));
    return new Blob(["\ufeff", [known.columns.join(","), ...lines, ""].join("\r\n")]);
  }

  function folder() {
    const letters = "0123456789abcdefghjkmnpqrstvwxyz";
    return `gift-${Array.from(crypto.getRandomValues(new Uint8Array(10)), (byte) => letters[byte & 31]).join("")}`;
  }

  const entries = (first, inside = "") => [...first, ...given.map((one) => ({name: inside + one.name, blob: one.file}))];

  async function save() {
    const progress = document.getElementById("progress");
    const bar = progress.querySelector("progress");
    const inside = folder();
    bar.max = given.reduce((sum, one) => sum + one.file.size, 1);
    bar.value = 0;
    progress.hidden = false;
    try {
      const all = entries([{name: `${inside}/metadata.csv`, blob: table()}], `${inside}/`);
      const zip = await Zip.make(all, (bytes) => { bar.value += bytes; });
      const link = document.getElementById("parcel");
      if (link.href) URL.revokeObjectURL(link.href);
      link.href = URL.createObjectURL(zip);
      link.download = `${inside}.zip`;
      link.textContent = `${inside}.zip (${size(zip.size)})`;
      link.click();
      dirty = false;
      document.getElementById("saved").hidden = false;
      document.getElementById("saved").focus();
    } catch {
      tell([["files", "unreadable"]]);
    } finally {
      progress.hidden = true;
    }
  }

  picker.addEventListener("change", () => {
    for (const file of picker.files) add(file);
    picker.value = "";
    arrange();
  });
  form.addEventListener("input", () => { dirty = true; arrange(); });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    document.getElementById("saved").hidden = true;
    arrange();
    const found = troubles();
    tell(found);
    if (!found.length) save();
  });
  function showCode(words) {
    code = words;
    dirty = true;
    document.getElementById("code-words").textContent = words ? words.join(" ") : "";
    document.getElementById("code").value = "";
    document.getElementById("code-shown").hidden = document.getElementById("code-drop").hidden = !words;
    document.getElementById("code-show").hidden = Boolean(words);
    document.getElementById(words ? "code" : "code-show").focus();
  }
  document.getElementById("code-show").addEventListener("click", () => showCode(Code.make(known.code.words)));
  document.getElementById("code-drop").addEventListener("click", () => showCode(null));
  document.getElementById("anew").addEventListener("click", () => {
    dirty = false;
    form.reset();
    location.reload();
  });
  window.addEventListener("beforeunload", (event) => { if (dirty) event.preventDefault(); });

  document.getElementById("no-script").remove();
  form.hidden = false;
  arrange();
})();
