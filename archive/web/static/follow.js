// A transcript that follows its recording, and leads it: a line that is followed plays from there. Without it lines are links.
'use strict';

(() => {
  const isStill = window.matchMedia('(prefers-reduced-motion: reduce)').matches;

  // Where the moment that is open is in other languages, and how it is cited: as the page says, had it been asked for there.
  const tell = async (moment) => {
    // At once, for whoever changes the language does not wait for an answer; and in the links that are there, one of which may have the focus.
    document.querySelectorAll('.languages a').forEach((link) => { link.search = new URL(moment).search; });
    if (!document.getElementById('cite')) return;
    const here = location.href;
    try {
      const page = new DOMParser().parseFromString(await (await fetch(moment)).text(), 'text/html');
      const fresh = page.getElementById('cite');
      if (fresh && location.href === here) document.getElementById('cite')?.replaceWith(fresh);
    } catch { /* Out of reach: the item itself can still be cited. */ }
  };

  const follow = (transcript) => {
    const player = document.getElementById(transcript.dataset.follows)?.querySelector('audio, video');
    const lines = [...transcript.querySelectorAll('[data-t]')];
    if (!player || !lines.length) return;
    const seconds = lines.map((line) => Number(line.dataset.t));
    // Of a part on the page of another only the first lines are told: what sounds after them is none of these.
    const until = Number(transcript.dataset.until ?? Infinity);
    // What is told in a second language is folded away: it is marked too, and moves the page only when it is read or asked for.
    const folded = transcript.closest('details');
    let current = lines.find((line) => line.hasAttribute('aria-current')) ?? null;

    const at = (second) => {
      if (second >= until) return null;
      let [low, high] = [0, seconds.length];
      while (low < high) {
        const middle = (low + high) >> 1;
        if (seconds[middle] <= second) low = middle + 1; else high = middle;
      }
      return lines[low - 1] ?? null;
    };

    const inSight = (line) => {
      if (folded && !folded.open) return false;
      const { top, bottom } = line.getBoundingClientRect();
      return bottom > player.getBoundingClientRect().bottom && top < window.innerHeight;
    };

    const mark = (line, isAsked) => {
      if (line === current) return;
      // Whoever reads on elsewhere is left there.
      const goesAlong = isAsked || (!player.paused && (current ? inSight(current) : !folded));
      current?.removeAttribute('aria-current');
      current = line;
      if (!line) return;
      line.setAttribute('aria-current', 'true');
      const stretch = line.closest('details');
      if (stretch && (goesAlong || isAsked)) stretch.open = true;
      if (goesAlong && !inSight(line)) line.scrollIntoView({ block: 'center', behavior: isStill ? 'auto' : 'smooth' });
    };

    const seek = (second) => {
      const go = () => { player.currentTime = second; };
      if (player.readyState) go();
      else { player.addEventListener('loadedmetadata', go, { once: true }); player.load(); }
      mark(at(second), true);
    };

    player.addEventListener('timeupdate', () => mark(at(player.currentTime), false));
    transcript.addEventListener('click', (event) => {
      const link = event.target.closest('[data-t] > a');
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      seek(Number(link.parentElement.dataset.t));
      // A part is followed on the page of another, whose address it does not take.
      if (link.pathname === location.pathname) {
        history.replaceState(null, '', link.href);
        tell(link.href);
      }
      player.play().catch(() => {});
    });

    const bySign = () => {
      const second = /^#t=(\d{1,6})(?:\.\d+)?$/.exec(location.hash);
      if (!second) return;
      seek(Number(second[1]));
      // No server is told what stands behind the sign.
      const moment = new URL(location.href);
      moment.searchParams.set('t', second[1]);
      tell(moment.href);
    };
    if (lines.some((line) => line.id)) {
      window.addEventListener('hashchange', bySign);
      // What the address asks for besides stands in the page already.
      if (!new URLSearchParams(location.search).has('t')) bySign();
    }
  };

  document.querySelectorAll('.transcript[data-follows]').forEach(follow);
})();
