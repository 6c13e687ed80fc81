// Looks closer at a picture: asks for the parts that are in sight, and only when somebody wishes it. Without it the image is a link.
'use strict';

(() => {
  const MOVES = { left: [-0.3, 0], right: [0.3, 0], up: [0, -0.3], down: [0, 0.3] };
  const isStill = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
  let library = null;

  const load = (src) => {
    library ??= new Promise((done, failed) => {
      // The library puts a style of its own into the page, which may hold none, unless one stands there: this is none.
      const style = document.createElementNS(null, 'style');
      style.setAttribute('data-openseadragon-mobile-css', '');
      document.head.append(style);
      const script = document.createElement('script');
      script.src = src;
      script.onload = done;
      script.onerror = () => { library = null; failed(new Error(src)); };
      document.head.append(script);
    });
    return library;
  };

  const source = async (address) => {
    const answer = await fetch(`${address}/info.json`);
    if (!answer.ok) throw new Error(address);
    // Its own address is the public one; parts are asked for where this page was.
    return { ...await answer.json(), id: new URL(address, location.href).href };
  };

  const show = (element, tileSources) => new Promise((done, failed) => {
    const viewer = window.OpenSeadragon({
      element,
      tileSources,
      showNavigationControl: false,
      drawer: 'canvas',
      tabIndex: 0,
      animationTime: isStill ? 0 : 0.6,
      visibilityRatio: 0.5,
      maxZoomPixelRatio: 2,
      gestureSettingsMouse: { scrollToZoom: false },
    });
    viewer.addOnceHandler('open', () => done(viewer));
    viewer.addOnceHandler('open-failed', () => failed(new Error('open-failed')));
  });

  const act = (viewer, what) => {
    const view = viewer.viewport;
    if (what === 'whole') view.goHome(isStill);
    else if (what in MOVES) {
      const size = view.getBounds();
      view.panBy(new window.OpenSeadragon.Point(MOVES[what][0] * size.width, MOVES[what][1] * size.height), isStill);
    } else view.zoomBy(what === 'in' ? 1.6 : 1 / 1.6, undefined, isStill);
    view.applyConstraints(isStill);
  };

  for (const box of document.querySelectorAll('[data-zoom]')) {
    const sheet = box.previousElementSibling;
    const closer = box.querySelector('.closer');
    const trouble = box.querySelector('.trouble');
    const opener = box.querySelector('[data-do="open"]');
    let viewer = null;
    box.hidden = false;

    const close = () => {
      viewer?.destroy();
      viewer = null;
      closer.hidden = true;
      sheet.hidden = opener.hidden = false;
      opener.focus();
    };

    const open = async () => {
      opener.disabled = true;
      try {
        const [what] = await Promise.all([source(box.dataset.zoom), load(box.dataset.library)]);
        closer.hidden = false;
        trouble.hidden = true;
        sheet.hidden = opener.hidden = true;
        viewer = await show(closer.querySelector('.canvas'), what);
        viewer.canvas.setAttribute('role', 'application');
        viewer.canvas.setAttribute('aria-label', closer.getAttribute('aria-label'));
        viewer.canvas.focus();
      } catch {
        close();
        trouble.textContent = box.dataset.failed;
        trouble.hidden = false;
      }
      opener.disabled = false;
    };

    box.addEventListener('click', (event) => {
      const what = event.target.closest('[data-do]')?.dataset.do;
      if (what === 'open') open();
      else if (what === 'close') close();
      else if (what && viewer) act(viewer, what);
    });
    closer.addEventListener('keydown', (event) => { if (event.key === 'Escape') close(); });
  }
})();
