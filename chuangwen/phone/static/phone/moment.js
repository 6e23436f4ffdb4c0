// When something was done. The wall clock of a phone may be wrong or be set while the app is open; between two moments of the same
// opening of the page the browser's steady clock is believed instead.

const opened = `${Date.now()}-${Math.random()}`;

/** A moment to keep: the wall clock, and the steady clock with the opening of the page that it belongs to. */
export const mark = () => ({ wall: Date.now(), steady: performance.now(), opened });

/** The moment by the wall clock as it stands now, as ISO text. After a restart only the wall clock of then is left. */
export function told(kept) {
  const wall = kept.opened === opened ? Date.now() - (performance.now() - kept.steady) : kept.wall;
  return new Date(wall).toISOString();
}

/** Milliseconds since, never negative. */
export const since = (kept) =>
  Math.max(0, kept.opened === opened ? performance.now() - kept.steady : Date.now() - kept.wall);

export const now = () => new Date().toISOString();
