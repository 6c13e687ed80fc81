// Single keys for those who go through the queue. Everything works without them; they can be switched off.
'use strict';

(() => {
  const keys = document.querySelector('[data-keys]');
  if (!keys) return;
  const list = keys.querySelector('[data-key-list]');
  const told = keys.querySelector('[data-told]');
  // On the page of one item there is one thing; in the queue there are many.
  const things = [...document.querySelectorAll('[data-item]')];
  keys.hidden = false;

  const here = () => things.findIndex((one) => one.contains(document.activeElement));
  const current = () => (things.length === 1 ? things[0] : things[here()]);

  const step = (by) => {
    const at = here();
    const next = at < 0 ? (by > 0 ? 0 : things.length - 1) : at + by;
    const link = things[next] && things[next].querySelector('[data-open]');
    if (link) link.focus();
    else told.textContent = told.dataset.nothing;
  };

  const press = (name) => {
    const thing = current();
    const found = thing && thing.querySelector(name);
    if (found) found.click();
    else told.textContent = told.dataset.nothing;
  };

  const show = () => {
    list.hidden = !list.hidden;
    if (!list.hidden) list.focus();
  };

  const doing = {
    j: () => step(1),
    k: () => step(-1),
    o: () => press('[data-open]'),
    t: () => press('[data-take]'),
    b: () => press('[data-put-back]'),
    '?': show,
  };

  // Whoever types, or speaks with a key held, means something else.
  const typing = (target) => target.closest('input, textarea, select, [contenteditable], audio, video');

  document.addEventListener('keydown', (event) => {
    const what = Object.hasOwn(doing, event.key) ? doing[event.key] : null;
    if (!what || event.ctrlKey || event.altKey || event.metaKey || event.repeat || event.isComposing) return;
    if (event.target instanceof Element && typing(event.target)) return;
    event.preventDefault();
    told.textContent = '';
    what();
  });
})();
