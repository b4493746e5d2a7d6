// The timeline of the whole run: state and interaction. Drawing is in timeline_draw.js, filters in filters.js.

class Timeline {
  constructor(data) {
    this.data = data;
    const span = Math.max(1, data.end - data.start);
    this.extent = { start: data.start - span * 0.005, end: data.end + span * 0.005 };
    this.from = this.extent.start;
    this.to = this.extent.end;
    this.selected = null;
    this.hovered = null;
    this.grouping = useful_groupings(data)[0];
    this.visible = new Uint8Array(data.ops.size).fill(1);
    this.overview = new Overview(data, this);
    this.tracks = new Tracks(data, this);
    this.build();
    this.regroup();
  }

  build() {
    this.canvas = el('canvas', { tabindex: 0, role: 'application', 'aria-label':
      'Timeline of operations. Arrow keys move to the operation before or after, plus and minus zoom, 0 shows everything, c the anomaly.' });
    this.spacer = el('div', { class: 'spacer' });
    this.port = el('div', { class: 'port', tabindex: -1 }, this.canvas, this.spacer);
    this.tip = el('div', { class: 'tip', hidden: true });
    this.panel = el('div', { class: 'panel', id: 'selection', 'aria-live': 'polite' });
    this.port.addEventListener('scroll', () => this.redraw());
    new ResizeObserver(() => this.redraw()).observe(this.port);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.redraw());
    this.pointer();
    this.canvas.addEventListener('keydown', (e) => this.key(e));
  }

  regroup() {
    this.lanes = make_lanes(this.data, this.grouping, this.visible);
    this.lane_of = new Int32Array(this.data.ops.size).fill(-1);
    this.lanes.forEach((lane, l) => { for (const i of lane.ops) this.lane_of[i] = l; });
    const n = Math.max(1, this.lanes.length);
    this.lane = n <= 16 ? 26 : n <= 28 ? 20 : n <= 50 ? 15 : 11;
    this.height = Math.min(n * this.lane, 560) + AXIS;
    this.port.style.setProperty('height', this.height + 2 + 'px');  // with its border
    this.spacer.style.setProperty('height', n * this.lane + AXIS - this.height + 'px');
    this.redraw();
  }

  redraw() {
    if (this.pending) return;
    this.pending = true;
    requestAnimationFrame(() => { this.pending = false; this.draw(); });
  }

  draw() {
    const width = this.port.clientWidth;
    if (width < 50) return;
    const began = performance.now();
    this.width = width;
    const colours = palette();
    this.overview.draw(width, colours);
    this.tracks.draw(width, colours);
    const { data, lanes, lane_of, from, to, height, lane, selected, hovered } = this;
    const pen = prepare(this.canvas, width, height);
    new Painter(pen, colours, { data, lanes, lane_of, from, to, width, height, lane, scroll: this.port.scrollTop, selected, hovered }).all();
    this.canvas.dataset.milliseconds = (performance.now() - began).toFixed(1);
  }

  // ---- moving ----
  show(from, to) {
    const { start, end } = this.extent;
    const least = this.data.timed ? 1000 : 4;
    const span = Math.min(Math.max(to - from, least), end - start);
    this.from = Math.min(Math.max((from + to - span) / 2, start), end - span);
    this.to = this.from + span;
    this.redraw();
  }

  fit() { this.show(this.extent.start, this.extent.end); }

  zoom(factor, around) {
    const t = around === undefined ? (this.from + this.to) / 2 : around;
    this.show(t - (t - this.from) * factor, t + (this.to - t) * factor);
  }

  pan(part) {
    const step = (this.to - this.from) * part;
    this.show(this.from + step, this.to + step);
  }

  show_core(n) {
    const story = this.data.stories[n];
    const ops = story ? story.core.map((id) => operation(this.data, id)).filter(Boolean) : [];
    if (ops.length === 0) return;
    const from = Math.min(...ops.map((op) => op.at));
    const to = Math.max(...ops.map((op) => (op.end === null ? op.at : op.end)));
    const pad = Math.max((to - from) * 0.15, this.data.timed ? 20000 : 4);
    this.show(from - pad, to + pad);
    document.getElementById('timeline').scrollIntoView({ behavior: 'smooth', block: 'start' });
    if (story.offending !== undefined) this.select(story.offending, false);
  }

  // ---- selecting ----
  select(id, move) {
    const op = operation(this.data, id);
    if (!op) return;
    this.selected = id;
    show_selection(this.data, this.panel, op);
    const end = op.end === null ? op.at : op.end;
    if (move && (op.at < this.from || end > this.to || end - op.at < (this.to - this.from) / 400)) {
      const pad = Math.max((end - op.at) * 12, this.data.timed ? 50000 : 10);
      this.show(op.at - pad, end + pad);
    }
    this.reveal(id);
    this.redraw();
  }

  // Scrolls so that the lane of an operation is in view.
  reveal(id) {
    const i = find_operation(this.data, id);
    const lane = i < 0 ? -1 : this.lane_of[i];
    if (lane < 0) return;
    const y = lane * this.lane;
    const room = this.height - AXIS - this.lane;
    if (y < this.port.scrollTop || y > this.port.scrollTop + room) this.port.scrollTop = y - room / 2;
  }

  // The operation before or after in the same lane.
  step(direction) {
    const i = this.selected === null ? -1 : find_operation(this.data, this.selected);
    const lane = this.lanes[i < 0 ? 0 : Math.max(0, this.lane_of[i])];
    if (!lane) return;
    const n = lane.ops.indexOf(i) + direction;
    if (n >= 0 && n < lane.ops.length) this.select(this.data.ops.id[lane.ops[n]], true);
  }

  key(event) {
    const actions = {
      ArrowLeft: () => (event.shiftKey ? this.pan(-0.2) : this.step(-1)),
      ArrowRight: () => (event.shiftKey ? this.pan(0.2) : this.step(1)),
      '+': () => this.zoom(0.6), '=': () => this.zoom(0.6), '-': () => this.zoom(1 / 0.6),
      0: () => this.fit(), c: () => this.show_core(0),
    };
    if (!actions[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    actions[event.key]();
  }

  // ---- the pointer ----
  time(x) { return this.from + ((x - GUTTER) / (this.width - GUTTER)) * (this.to - this.from); }

  hit(x, y) {
    const lane = this.lanes[Math.floor((y - AXIS + this.port.scrollTop) / this.lane)];
    if (!lane || y < AXIS || x < GUTTER) return null;
    const { ops } = this.data;
    const reach = 3 * (this.to - this.from) / (this.width - GUTTER);
    const t = this.time(x);
    let best = null;
    let distance = reach;
    for (let n = this.near(lane, t); n < lane.ops.length; n++) {
      const i = lane.ops[n];
      if (ops.at[i] > t + reach) break;
      const away = Math.max(ops.at[i] - t, t - ops.at[i] - Math.max(0, ops.took[i]), 0);
      if (away <= distance) { best = i; distance = away; }
    }
    return best;
  }

  near(lane, t) {
    const { at } = this.data.ops;
    let low = 0;
    let high = lane.ops.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (at[lane.ops[middle]] < t) low = middle + 1; else high = middle;
    }
    return Math.max(0, low - 2);
  }

  pointer() {
    let held = null;
    this.canvas.addEventListener('pointerdown', (e) => {
      held = { x: e.offsetX, y: e.offsetY, from: this.from, to: this.to, moved: false };
      this.canvas.setPointerCapture(e.pointerId);
    });
    this.canvas.addEventListener('pointermove', (e) => {
      if (!held) return this.hover(e);
      const shift = e.offsetX - held.x;
      if (Math.abs(shift) > 4) held.moved = true;
      const step = (shift / (this.width - GUTTER)) * (held.to - held.from);
      if (held.moved) this.show(held.from - step, held.to - step);
    });
    this.canvas.addEventListener('pointerup', (e) => {
      const i = held && !held.moved ? this.hit(e.offsetX, e.offsetY) : null;
      held = null;
      if (i !== null) history.replaceState(null, '', '#op-' + this.data.ops.id[i]);
      if (i !== null) this.select(this.data.ops.id[i], false);
    });
    this.canvas.addEventListener('pointerleave', () => { this.tip.hidden = true; this.hovered = null; this.redraw(); });
    this.canvas.addEventListener('dblclick', (e) => this.zoom(0.4, this.time(e.offsetX)));
    this.canvas.addEventListener('wheel', (e) => this.wheel(e), { passive: false });
  }

  // With ctrl (or a pinch) zoom, sideways pan; otherwise the page scrolls as it always does.
  wheel(event) {
    if (event.ctrlKey || event.metaKey) this.zoom(1.002 ** event.deltaY, this.time(event.offsetX));
    else if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) this.pan((event.deltaX || event.deltaY) / 800);
    else return;
    event.preventDefault();
  }

  hover(event) {
    const i = this.hit(event.offsetX, event.offsetY);
    const id = i === null ? null : this.data.ops.id[i];
    this.canvas.style.setProperty('cursor', i === null ? 'grab' : 'pointer');
    this.tip.hidden = i === null;
    if (i !== null) {
      this.tip.textContent = describe(this.data, operation(this.data, id));
      const box = this.port.getBoundingClientRect();
      this.tip.style.setProperty('left', Math.min(event.clientX - box.left + 14, box.width - 280) + 'px');
      this.tip.style.setProperty('top', event.clientY - box.top + 18 + this.port.offsetTop + 'px');
    }
    if (id !== this.hovered) { this.hovered = id; this.redraw(); }
  }
}
