// Records a voice and sends it by the same road as files. Nothing is sent before somebody adds it, or has chosen that it is
// sent while it is recorded; nothing is left here.
'use strict';

(() => {
  const form = document.querySelector('form[data-record]');
  if (!form || !window.MediaRecorder || !navigator.mediaDevices || !window.tus) return;
  const words = form.dataset;
  const { fill } = window.remembrance;
  const part = (name) => form.querySelector(`[data-${name}]`);
  const [start, end, said, listen, bar, add] = ['start', 'end', 'said', 'listen', 'progress', 'add'].map(part);
  const atOnce = form.querySelector('#while');
  const KINDS = { 'audio/webm;codecs=opus': 'webm', 'audio/mp4': 'm4a', 'audio/ogg;codecs=opus': 'ogg' };
  const kind = Object.keys(KINDS).find((one) => MediaRecorder.isTypeSupported(one));
  if (!kind) return;
  form.hidden = false;
  const name = `${words.name}.${KINDS[kind]}`;
  let recorded = null;
  let isSent = false;
  // What is sent while it is recorded; nothing where nobody chose so, or where it did not go on.
  let live = null;

  const length = (since) => {
    const seconds = Math.round((Date.now() - since) / 1000);
    return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
  };

  const done = () => { isSent = true; location.assign(words.page); };

  // Hands on each piece when it is asked for; `end` says that there are no more.
  const source = () => {
    const pieces = [];
    let isOver = false;
    let wake = () => {};
    const read = () => new Promise((answer) => {
      wake = () => {
        if (pieces.length) answer({ done: false, value: pieces.shift() });
        else if (isOver) answer({ done: true });
        else return;
        wake = () => {};
      };
      wake();
    });
    return { name, read, cancel: async () => {}, push(piece) { if (piece.size) pieces.push(piece); wake(); }, end() { isOver = true; wake(); } };
  };

  const sendWhile = () => {
    const pieces = source();
    const mine = { push: pieces.push, end: pieces.end, isLost: false };
    const sending = window.remembrance.send(pieces, words.endpoint, false, {
      progress() { mine.isLost = false; },
      lost() { mine.isLost = true; },
      begun() {},
      done,
      // Then it is sent whole when it is added; what had come of it would stand there twice.
      failed(why) {
        sending.stop();
        if (live !== mine) return;
        live = null;
        if (add.disabled) whole();
        else said.textContent = why;
      },
    }, true);
    mine.stop = sending.stop;
    return mine;
  };

  const record = (stream) => {
    const parts = [];
    const since = Date.now();
    const recorder = new MediaRecorder(stream, { mimeType: kind });
    live = atOnce.checked ? sendWhile() : null;
    const mine = live;
    const clock = setInterval(() => {
      said.textContent = fill(words.recording, { minutes: length(since) }) + (mine && mine.isLost ? ` ${words.lost}` : '');
    }, 1000);
    recorder.ondataavailable = (event) => { parts.push(event.data); if (mine) mine.push(event.data); };
    recorder.onstop = () => {
      clearInterval(clock);
      for (const track of stream.getTracks()) track.stop();
      recorded = new File(parts, name, { type: kind });
      listen.src = URL.createObjectURL(recorded);
      said.textContent = fill(words.ready, { minutes: length(since) });
      start.textContent = words.again;
      start.hidden = listen.hidden = add.hidden = atOnce.disabled = false;
      end.hidden = true;
      add.focus();
    };
    end.onclick = () => recorder.stop();
    recorder.start(1000);
  };

  start.onclick = async () => {
    if (recorded && !window.confirm(words.replace)) return;
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
      if (live) live.stop();
      recorded = null;
      start.hidden = listen.hidden = add.hidden = atOnce.disabled = true;
      end.hidden = false;
      end.focus();
      record(stream);
    } catch { said.textContent = words.refused; }
  };

  const whole = () => {
    window.remembrance.send(recorded, words.endpoint, false, {
      progress(percent) { bar.value = percent; said.textContent = fill(words.arriving, { percent }); },
      lost() { said.textContent = words.lost; },
      begun() {},
      done,
      failed(why) {
        said.textContent = `${fill(words.failed, { name: recorded.name })} ${why}`;
        add.disabled = add.hidden = start.hidden = false;
      },
    });
  };

  add.onclick = () => {
    add.disabled = add.hidden = start.hidden = true;
    bar.hidden = false;
    if (live) live.end(); else whole();
  };

  window.remembrance.askBefore(() => (recorded || start.hidden) && !isSent);
})();
