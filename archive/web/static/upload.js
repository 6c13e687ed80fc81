// Sends one file so that a lost connection, or a restarted server, costs nothing that has arrived (tus 1.0).
'use strict';

window.remembrance = {
  // How long to wait before each further try, in milliseconds: a lost connection may come back in minutes.
  retries: [0, 1000, 2000, 3000, 5000, 10000, 20000, 30000, 60000, 60000, 120000],

  // Asks before what `holds()` says is here would be lost; never whoever has to leave quickly.
  askBefore(holds) {
    let leaves = false;
    const quickly = document.querySelector('.leave a');
    if (quickly) quickly.addEventListener('click', () => { leaves = true; });
    window.addEventListener('beforeunload', (event) => { if (!leaves && holds()) event.preventDefault(); });
  },

  // `on` has begun(), progress(percent), done(), lost() and failed(words); returns what can be stopped and begun again.
  // What `grows` is read as it comes: an object with read() and a name, whose length nobody knows yet.
  send(file, endpoint, remember, on, grows = false) {
    const upload = new tus.Upload(file, {
      endpoint,
      chunkSize: grows ? 16 * 1024 : 32 * 1024 * 1024,
      uploadLengthDeferred: grows,
      retryDelays: this.retries,
      // A name left on a shared phone could endanger: only who asks for it leaves one.
      storeFingerprintForResuming: remember,
      removeFingerprintOnSuccess: true,
      metadata: { filename: file.name },
      onShouldRetry(error) {
        const status = error.originalResponse ? error.originalResponse.getStatus() : 0;
        const again = status === 0 || status === 409 || status === 423 || status === 460 || (status >= 500 && status !== 507);
        if (again) on.lost();
        return again;
      },
      onUploadUrlAvailable() { on.begun(); },
      onProgress(sent, all) { on.progress(all ? Math.floor(100 * sent / all) : 100); },
      onSuccess() { on.done(); },
      onError(error) {
        const answer = error.originalResponse;
        // Ours are plain words; what a proxy on the way answers is a page.
        const isPlain = answer && (answer.getHeader('Content-Type') || '').startsWith('text/plain');
        on.failed(isPlain ? answer.getBody().trim() : '');
      },
    });
    const begin = async () => {
      const known = remember ? await upload.findPreviousUploads() : [];
      if (known.length) upload.resumeFromPreviousUpload(known[known.length - 1]);
      upload.start();
    };
    begin();
    return {
      stop: () => upload.abort(true).catch(() => {}),
      again: () => upload.start(),
    };
  },

  fill(words, values) {
    return words.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole));
  },
};
