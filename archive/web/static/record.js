// Records a voice and sends it by the same road as files. Nothing is sent before somebody adds it.
'use strict';

(() => {
  const form = document.querySelector('form[data-record]');
  if (!form || !window.MediaRecorder || !navigator.mediaDevices || !window.tus) return;
  const words = form.dataset;
  const { fill } = window.remembrance;
  const part = (name) => form.querySelector(`[data-${name}]`);
  const [start, end, said, listen, bar, add] = ['start', 'end', 'said', 'listen', 'progress', 'add'].map(part);
  const KINDS = { 'audio/webm;codecs=opus': 'webm', 'audio/mp4': 'm4a', 'audio/ogg;codecs=opus': 'ogg' };
  const kind = Object.keys(KINDS).find((one) => MediaRecorder.isTypeSupported(one));
  if (!kind) return;
  form.hidden = false;
  let recorded = null;
  let isSent = false;

  const length = (since) => {
    const seconds = Math.round((Date.now() - since) / 1000);
    return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
  };

  const record = (stream) => {
    const parts = [];
    const since = Date.now();
    const recorder = new MediaRecorder(stream, { mimeType: kind });
    const clock = setInterval(() => { said.textContent = fill(words.recording, { minutes: length(since) }); }, 1000);
    recorder.ondataavailable = (event) => parts.push(event.data);
    recorder.onstop = () => {
      clearInterval(clock);
      for (const track of stream.getTracks()) track.stop();
      recorded = new File(parts, `${words.name}.${KINDS[kind]}`, { type: kind });
      listen.src = URL.createObjectURL(recorded);
      said.textContent = fill(words.ready, { minutes: length(since) });
      start.textContent = words.again;
      start.hidden = listen.hidden = add.hidden = false;
      end.hidden = true;
      add.focus();
    };
    end.onclick = () => recorder.stop();
    recorder.start(1000);
  };

  start.onclick = async () => {
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
      start.hidden = listen.hidden = add.hidden = true;
      end.hidden = false;
      end.focus();
      record(stream);
    } catch { said.textContent = words.refused; }
  };

  add.onclick = () => {
    add.hidden = start.hidden = true;
    bar.hidden = false;
    window.remembrance.send(recorded, words.endpoint, false, {
      progress(percent) { bar.value = percent; said.textContent = fill(words.arriving, { percent }); },
      lost() { said.textContent = words.lost; },
      begun() {},
      done() { isSent = true; location.assign(words.page); },
      failed(why) { said.textContent = `${fill(words.failed, { name: recorded.name })} ${why}`; add.hidden = start.hidden = false; },
    });
  };

  window.remembrance.askBefore(() => (recorded || start.hidden) && !isSent);
})();
