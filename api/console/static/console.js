// The list refreshes itself only while somebody looks at it: a screen left alone must still sign out by itself.
"use strict";
(() => {
  const IDLE_MS = 20 * 60 * 1000;
  let lastTouch = Date.now();
  for (const kind of ["pointerdown", "pointermove", "keydown", "scroll", "focus"]) {
    window.addEventListener(kind, () => { lastTouch = Date.now(); }, { passive: true, capture: true });
  }
  document.addEventListener("htmx:before:request", (event) => {
    if (document.hidden || Date.now() - lastTouch > IDLE_MS) event.preventDefault();
  });
})();
