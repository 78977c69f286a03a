#include "controller/web/map_page.h"

namespace karkara {

std::string_view map_page() {
  return R"PAGE(<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy"
 content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'">
<title>Coverage</title>
<style>
body{margin:0;font:14px sans-serif;background:#f4f2ec}
canvas{position:absolute;inset:0;width:100%;height:100%;touch-action:none;cursor:grab}
#box{position:absolute;top:8px;left:8px;background:#fffd;padding:8px 10px;border-radius:4px;max-width:20em}
#box div{margin:2px 0}
i{display:inline-block;width:10px;height:10px;border-radius:5px;margin-right:6px}
</style></head><body><canvas id="map"></canvas>
<div id="box"><div id="sums">loading</div>
<div><i style="background:#1a7f37"></i>served</div><div><i style="background:#c9a400"></i>served by the second site</div>
<div><i style="background:#7f8ea3"></i>planned</div><div><i style="background:#c0392b"></i>not in the plan</div>
<div>squares are sites: green up, red down, white not built</div><div id="what">&nbsp;</div></div>
<script>
'use strict';
const canvas = document.getElementById('map'), pen = canvas.getContext('2d');
const colours = {up: '#1a7f37', second: '#c9a400', planned: '#7f8ea3', none: '#c0392b'};
const fills = {up: '#1a7f37', down: '#c0392b', planned: '#ffffff'};
let features = [], view = null, grabbed = null;
const squeeze = () => Math.cos(view.y * Math.PI / 180);
const toX = lon => canvas.width / 2 + (lon - view.x) * view.scale * squeeze();
const toY = lat => canvas.height / 2 - (lat - view.y) * view.scale;
function fit() {
  let west = 180, east = -180, south = 90, north = -90;
  for (const one of features) {
    const [x, y] = one.geometry.coordinates;
    west = Math.min(west, x); east = Math.max(east, x); south = Math.min(south, y); north = Math.max(north, y);
  }
  if (west > east) return;
  view = {x: (west + east) / 2, y: (south + north) / 2, scale: 1};
  view.scale = 0.9 * Math.min(canvas.width / Math.max(0.05, (east - west) * squeeze()),
                              canvas.height / Math.max(0.05, north - south));
}
function draw() {
  pen.clearRect(0, 0, canvas.width, canvas.height);
  if (!view) return;
  for (const one of features) {
    const p = one.properties, x = toX(one.geometry.coordinates[0]), y = toY(one.geometry.coordinates[1]);
    if (x < -20 || y < -20 || x > canvas.width + 20 || y > canvas.height + 20) continue;
    if (p.kind === 'settlement') {
      const r = Math.min(9, 1.5 + Math.sqrt(p.people || 0) / 25);
      pen.fillStyle = colours[p.state] || '#000';
      pen.beginPath(); pen.arc(x, y, r, 0, 7); pen.fill();
    } else {
      pen.fillStyle = fills[p.state] || '#000'; pen.strokeStyle = '#222';
      pen.fillRect(x - 4, y - 4, 8, 8); pen.strokeRect(x - 4, y - 4, 8, 8);
    }
    if (view.scale > 4000) { pen.fillStyle = '#222'; pen.fillText(p.name, x + 8, y + 4); }
  }
}
function resize() {
  canvas.width = canvas.clientWidth; canvas.height = canvas.clientHeight;
  if (!view) fit();
  draw();
}
function nearest(event) {
  let best = null, away = 144;
  for (const one of features) {
    const dx = toX(one.geometry.coordinates[0]) - event.offsetX, dy = toY(one.geometry.coordinates[1]) - event.offsetY;
    if (dx * dx + dy * dy <= away) { away = dx * dx + dy * dy; best = one.properties; }
  }
  return best;
}
function tell(p) {
  document.getElementById('what').textContent = !p ? '\u00a0' : p.kind === 'site'
    ? `site ${p.name}: ${p.state}, serves ${p.people}` + (p.phase ? `, phase ${p.phase}` : '')
    : `${p.name}: ${p.people === null ? 'people unknown' : p.people + ' people'}, ${p.state}`;
}
canvas.onpointerdown = event => { grabbed = {x: event.offsetX, y: event.offsetY}; canvas.setPointerCapture(event.pointerId); };
canvas.onpointerup = () => { grabbed = null; };
canvas.onpointermove = event => {
  if (!view) return;
  if (!grabbed) { tell(nearest(event)); return; }
  view.x -= (event.offsetX - grabbed.x) / (view.scale * squeeze());
  view.y = Math.max(-85, Math.min(85, view.y + (event.offsetY - grabbed.y) / view.scale));
  grabbed = {x: event.offsetX, y: event.offsetY};
  draw();
};
canvas.onwheel = event => {
  event.preventDefault();
  if (view) { view.scale = Math.max(5, Math.min(1e6, view.scale * Math.exp(-event.deltaY / 500))); draw(); }
};
async function load() {
  const sums = document.getElementById('sums');
  try {
    const answer = await fetch('/map/coverage.geojson');
    if (!answer.ok) { sums.textContent = (await answer.text()).trim(); return; }
    const map = await answer.json();
    features = map.features;
    const grouped = count => count.toLocaleString('en');
    sums.textContent =
      `${grouped(map.people)} people: ${grouped(map.people_planned)} in the plan, ${grouped(map.people_served_now)} served now`;
    if (!view) fit();
    draw();
  } catch (error) { sums.textContent = 'the controller does not answer'; }
}
window.onresize = resize;
resize();
load();
setInterval(load, 30000);
</script></body></html>
)PAGE";
}

}  // namespace karkara
