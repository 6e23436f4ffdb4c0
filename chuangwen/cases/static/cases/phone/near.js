// What is near, and what is the same: decided on the phone, without signal and without asking anybody.

export const SITE_METRES = 80;
export const SAME_METRES = 40;

/** The site nearest to a place, within SITE_METRES (or the phone's own doubt about where it is, up to three times that); null for none. */
export function nearest(sites, where, metres) {
  const reach = Math.min(3 * SITE_METRES, Math.max(SITE_METRES, where.accuracy ?? 0));
  let best = null, least = reach;
  for (const site of sites) {
    if (site.lat === null || site.lon === null) continue;
    const far = metres(where, site);
    if (far <= least) { best = site; least = far; }
  }
  return best;
}

/** The first of `rows` that tells of the same: same kind, and the same site or (where either has none) within SAME_METRES. */
export function alike(rows, finding, metres) {
  if (!finding.kind) return null;
  return rows.find((row) => {
    if (row.kind !== finding.kind) return false;
    if (row.site && finding.site) return row.site === finding.site;
    return Boolean(finding.where) && row.lat !== null && row.lon !== null && metres(finding.where, row) <= SAME_METRES;
  }) ?? null;
}

/** What was closed lately at the same site for the same kind, newest first as the package has it. */
export function closedBefore(closed, finding) {
  if (!finding.kind || !finding.site) return null;
  return closed.find((one) => one.site === finding.site && one.kind === finding.kind) ?? null;
}

function holds(ring, { lat, lon }) {
  let inside = false;
  for (let here = 0, before = ring.length - 1; here < ring.length; before = here, here += 1) {
    const [x, y] = ring[here], [px, py] = ring[before];
    if (y > lat !== py > lat && lon < ((px - x) * (lat - y)) / (py - y) + x) inside = !inside;
  }
  return inside;
}

/** Whether a GeoJSON polygon (or several) holds a place. */
export function within(geometry, where) {
  const polygons = geometry?.type === "Polygon" ? [geometry.coordinates] : geometry?.type === "MultiPolygon" ? geometry.coordinates : [];
  return polygons.some(([outer, ...holes]) => outer && holds(outer, where) && !holes.some((hole) => holds(hole, where)));
}

/** The grid of a place: the smallest one whose outline holds it, else the worker's own where there is one; null where nobody knows. */
export function areaAt(known, where) {
  const small = known.grids.filter((one) => known.grids.some((other) => other.id === one.parent));
  const order = [...small, ...known.grids.filter((one) => !small.includes(one))];
  const found = where ? order.find((one) => one.outline && within(one.outline, where)) : null;
  if (found) return found;
  return known.by_grid ? known.grids.find((one) => !small.includes(one)) ?? null : null;
}
