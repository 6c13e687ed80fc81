// Keeps what is typed into a form without anybody asking: every few seconds, and when the page is left or put away, as
// phones do with pages behind others. Without it each button of the form that leads elsewhere does the same.
'use strict';

(() => {
  const form = document.querySelector('form[data-keep]');
  if (!form) return;
  const words = form.dataset;
  const said = form.querySelector('[data-said]');
  const EVERY_MS = 10000;
  // What a browser still sends of a page that is gone; longer words are kept while they are typed.
  const MOST_ON_LEAVING = 60000;
  const LONGEST_WAIT_MS = 3000;
  let isChanged = false;
  let keeping = null;
  let stop = new AbortController();

  const typed = () => {
    const body = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (typeof value === 'string') body.append(name, value);
    for (const [name, value] of new URLSearchParams(words.keep)) body.set(name, value);
    return body;
  };

  const send = async () => {
    isChanged = false;
    const body = typed();
    const how = { method: 'POST', body, redirect: 'manual', signal: stop.signal, keepalive: `${body}`.length < MOST_ON_LEAVING };
    try {
      const answer = await fetch(words.keepAt || form.action, how);
      // Where a form leads on, what it held was kept.
      if (answer.status !== 204 && answer.type !== 'opaqueredirect') throw new Error(answer.statusText);
      // What stands there now came from this page: it is no other window's.
      const seen = answer.headers.get('Seen');
      if (seen && form.elements.seen) form.elements.seen.value = seen;
      const time = new Date().toLocaleTimeString(document.documentElement.lang, { hour: '2-digit', minute: '2-digit' });
      if (said && words.kept) said.textContent = words.kept.replace('{time}', time);
    } catch {
      isChanged = true;
      if (said && words.lost) said.textContent = words.lost;
    }
  };

  const keep = (isLeaving) => {
    if (!isChanged || (keeping && !isLeaving) || stop.signal.aborted) return;
    const mine = send().finally(() => { if (keeping === mine) keeping = null; });
    keeping = mine;
  };

  // Whoever was quicker than this script has typed already: what is not as the page came counts like what is typed now.
  // A box that the browser filled in again after going back is one of them.
  const isTyped = (one) => {
    if (one.type === 'checkbox' || one.type === 'radio') return one.checked !== one.defaultChecked;
    if (one.tagName === 'SELECT') {
      const came = [...one.options].findIndex((option) => option.defaultSelected);
      return one.selectedIndex !== Math.max(came, 0);
    }
    return ['INPUT', 'TEXTAREA'].includes(one.tagName) && one.type !== 'hidden' && one.value !== one.defaultValue;
  };
  // What was refused stands in the page as it came, and nowhere else.
  isChanged = [...form.elements].some(isTyped) || form.querySelector('[aria-invalid]') !== null;

  document.addEventListener('input', (event) => { if (event.target.form === form && event.target.type !== 'file') isChanged = true; });
  // What is being sent needs not be kept; what is on its way to be kept must not come after it.
  form.addEventListener('submit', (event) => {
    isChanged = false;
    if (!keeping || !form.requestSubmit) return;
    event.preventDefault();
    event.stopPropagation();
    const { submitter } = event;
    const wait = new Promise((over) => { setTimeout(over, LONGEST_WAIT_MS); });
    Promise.race([keeping, wait]).then(() => { keeping = null; form.requestSubmit(submitter); });
  });
  // Who has to leave quickly waits for nothing, and no answer comes after the browser was told to forget.
  document.querySelector('.leave a')?.addEventListener('click', () => stop.abort());
  window.addEventListener('pageshow', (event) => { if (event.persisted) stop = new AbortController(); });
  document.addEventListener('visibilitychange', () => { if (document.visibilityState === 'hidden') keep(true); });
  window.addEventListener('pagehide', () => keep(true));
  setInterval(() => keep(false), EVERY_MS);
})();
