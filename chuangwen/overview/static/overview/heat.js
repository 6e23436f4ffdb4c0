// A layer of warmth for Leaflet: soft spots added up on a canvas, then coloured by how much came together.

const STOPS = [[0, [47, 108, 171]], [.45, [47, 108, 171]], [.7, [194, 138, 43]], [1, [193, 67, 43]]];

/** The colours from little to much, as 256 RGBA values. */
function palette() {
  const colours = new Uint8ClampedArray(256 * 4);
  for (let n = 0; n < 256; n += 1) {
    const share = n / 255, at = STOPS.findIndex(([limit], index) => index && share <= limit), [from, a] = STOPS[at - 1], [to, b] = STOPS[at];
    const part = (share - from) / (to - from);
    for (let c = 0; c < 3; c += 1) colours[n * 4 + c] = a[c] + (b[c] - a[c]) * part;
    colours[n * 4 + 3] = Math.min(225, 40 + share * 260);
  }
  return colours;
}

/** ``spots``: [LatLng, weight]; the heaviest square of the view is the hottest. */
export function heat(L, { radius = 24 } = {}) {
  const Layer = L.Layer.extend({
    onAdd(map) {
      this._spots = [];
      this._colours = palette();
      this._canvas = L.DomUtil.create("canvas", "leaflet-zoom-hide");
      this._canvas.setAttribute("aria-hidden", "true");
      // Above the outlines, below markers; clicks go through to what lies under it.
      const pane = map.getPane("warmth") ?? map.createPane("warmth");
      pane.style.zIndex = 450;
      pane.style.pointerEvents = "none";
      pane.append(this._canvas);
      map.on("moveend resize", this._draw, this);
    },
    onRemove(map) {
      map.off("moveend resize", this._draw, this);
      this._canvas.remove();
    },
    setSpots(spots) {
      this._spots = spots;
      this._draw();
    },
    _draw() {
      if (!this._map) return;
      const size = this._map.getSize(), canvas = this._canvas;
      if (!size.x || !size.y) return;
      [canvas.width, canvas.height] = [size.x, size.y];
      L.DomUtil.setPosition(canvas, this._map.containerPointToLayerPoint([0, 0]));
      const brush = canvas.getContext("2d", { willReadFrequently: true });
      const most = Math.max(1, ...this._spots.map((spot) => spot[1]));
      for (const [place, weight] of this._spots) {
        const { x, y } = this._map.latLngToContainerPoint(place);
        const soft = brush.createRadialGradient(x, y, 0, x, y, radius);
        soft.addColorStop(0, `rgba(0,0,0,${Math.min(1, .12 + .88 * Math.sqrt(weight / most)) * .8})`);
        soft.addColorStop(1, "rgba(0,0,0,0)");
        brush.fillStyle = soft;
        brush.fillRect(x - radius, y - radius, radius * 2, radius * 2);
      }
      const image = brush.getImageData(0, 0, size.x, size.y), { data } = image;
      for (let n = 3; n < data.length; n += 4) {
        if (!data[n]) continue;
        const at = data[n] * 4;
        for (let c = 0; c < 4; c += 1) data[n - 3 + c] = this._colours[at + c];
      }
      brush.putImageData(image, 0, 0);
    },
  });
  return new Layer();
}
