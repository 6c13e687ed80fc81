// Keeps what is typed into the form of a description as a draft. Without it a button does the same.
'use strict';

(() => {
  const form = document.querySelector('form[data-draft]');
  if (!form) return;
  const said = form.querySelector('[data-said]');
  const EVERY_MS = 10000;
  let isChanged = false;
  let isKeeping = false;

  const keep = async () => {
    if (!isChanged || isKeeping) return;
    isChanged = false;
    isKeeping = true;
    const body = new URLSearchParams(new FormData(form));
    body.set('do', 'keep');
    body.set('quietly', 'yes');
    try {
      const answer = await fetch(form.action, { method: 'POST', body });
      if (answer.status !== 204) throw new Error(answer.statusText);
      const time = new Date().toLocaleTimeString(document.documentElement.lang, { hour: '2-digit', minute: '2-digit' });
      said.textContent = form.dataset.kept.replace('{time}', time);
    } catch {
      isChanged = true;
      said.textContent = form.dataset.lost;
    }
    isKeeping = false;
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
  isChanged = [...form.elements].some(isTyped);

  form.addEventListener('input', () => { isChanged = true; });
  // What is being saved needs no draft any more.
  form.addEventListener('submit', () => { isChanged = false; });
  setInterval(keep, EVERY_MS);
})();
