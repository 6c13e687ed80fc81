// Makes the page of files livelier. Without it everything works by plain forms.
'use strict';

(() => {
  const form = document.querySelector('[data-uploads]');
  if (!form || !window.tus || !tus.isSupported) return;
  const words = form.dataset;
  const { fill } = window.remembrance;
  const input = form.querySelector('input[type=file]');
  const sending = form.querySelector('[data-sending]');
  const said = form.querySelector('[data-said]');
  const AT_ONCE = 2;
  const queue = [];
  const running = new Set();

  const make = (name, text, more) => Object.assign(document.createElement(name), { textContent: text }, more);

  // One file on its way: its name, how far it is in words and as a bar, and buttons.
  const row = (file) => {
    const item = make('li', '');
    const name = make('p', file.name, { className: 'file-name' });
    const bar = make('progress', '', { max: 100, value: 0, ariaLabel: file.name });
    const how = make('p', words.waiting, { className: 'facts' });
    const stop = make('button', words.stop, { type: 'button', className: 'quiet', ariaLabel: `${words.stop}: ${file.name}` });
    const again = make('button', words.again, { type: 'button', className: 'quiet', hidden: true, ariaLabel: `${words.again}: ${file.name}` });
    item.append(name, bar, how, again, stop);
    sending.append(item);
    sending.hidden = false;
    return { file, item, bar, how, stop, again };
  };

  // One after the other is begun, so that they stand in the order in which they were chosen.
  let beginning = null;

  const next = () => {
    if (!beginning && running.size < AT_ONCE && queue.length) start(queue.shift());
  };

  const start = (one) => {
    running.add(one);
    beginning = one;
    const begun = () => { if (beginning === one) beginning = null; next(); };
    const over = () => { running.delete(one); begun(); };
    const gone = () => { one.item.remove(); sending.hidden = !sending.children.length; over(); };
    one.upload = window.remembrance.send(one.file, words.endpoint, form.querySelector('#remember').checked, {
      begun,
      progress(percent) {
        one.bar.value = percent;
        one.how.textContent = fill(words.arriving, { percent });
      },
      lost() { one.how.textContent = words.lost; },
      done() {
        said.textContent = fill(words.arrived, { name: one.file.name });
        gone();
        refresh();
      },
      failed(why) {
        said.textContent = one.how.textContent = `${fill(words.failed, { name: one.file.name })} ${why}`;
        one.again.hidden = false;
        one.failed = true;
        over();
      },
    });
    one.stop.onclick = () => { one.upload.stop(); gone(); };
    one.again.onclick = () => { one.again.hidden = true; one.failed = false; running.add(one); one.upload.again(); };
  };

  const add = () => {
    for (const file of input.files) {
      const one = row(file);
      one.stop.onclick = () => { queue.splice(queue.indexOf(one), 1); one.item.remove(); };
      queue.push(one);
    }
    input.value = '';
    next();
  };

  // The list of files as the server has it now; what was typed meanwhile stays, and so does the focus. What the list
  // showed when it was opened stays too, until what is typed in it was saved.
  const show = async (answer, isSaved = false) => {
    const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const list = document.querySelector('[data-list]');
    const found = fresh.querySelector('[data-list]');
    if (!list || !found) return;
    const typed = new Map([...list.querySelectorAll('input')].map((one) => [one.id, one.value]));
    const at = document.activeElement && document.activeElement.id;
    for (const one of found.querySelectorAll('input')) {
      if (typed.has(one.id) && !(isSaved && one.type === 'hidden')) one.value = typed.get(one.id);
    }
    // What is on its way has its own row already.
    if (running.size || queue.length) for (const one of found.querySelectorAll('[data-arriving]')) one.remove();
    list.replaceWith(found);
    const again = at && document.getElementById(at);
    if (again) again.focus();
    if ('looking' in found.dataset) setTimeout(refresh, 3000);
  };

  const refresh = async () => {
    try { await show(await fetch(words.page)); } catch { /* The next file, or the next page, shows it. */ }
  };

  // Buttons of the list answer in place, so that files on their way are not interrupted.
  document.addEventListener('submit', async (event) => {
    const button = event.submitter;
    if (!button || !button.closest('[data-list]')) return;
    event.preventDefault();
    try {
      await show(await fetch(button.formAction, { method: 'POST', body: new URLSearchParams(new FormData(event.target)) }), true);
    } catch { said.textContent = words.lost; }
  });

  window.remembrance.askBefore(() => running.size || queue.length);
  window.addEventListener('online', () => {
    for (const item of sending.querySelectorAll('button')) if (!item.hidden && item.textContent === words.again) item.click();
  });

  form.querySelector('[data-plain]').hidden = true;
  for (const one of form.querySelectorAll('[data-scripted]')) one.hidden = false;
  form.querySelector('.facts').append(` ${words.pick}`);
  input.addEventListener('change', add);
  // On a slow line files may be chosen before this runs.
  if (input.files.length) add();
  if (document.querySelector('[data-looking]')) setTimeout(refresh, 3000);
})();
