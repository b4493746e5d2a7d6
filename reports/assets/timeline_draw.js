// Drawing the timeline on a canvas. Operations narrower than a pixel are merged, so that the work is bounded
// by pixels and not by operations.

const GUTTER = 96;
const AXIS = 24;
const LABEL_FONT = '11px ui-monospace, SFMono-Regular, Menlo, Consolas, monospace';

function palette() {
  const colours = {};
  for (const name of ['ok', 'fail', 'info', 'bad', 'ink', 'muted', 'line', 'panel', 'page', 'fault', 'mark', 'on-ok', 'stripe']) {
    colours[name] = ink(name);
  }
  colours.outcomes = [colours.ok, colours.fail, colours.info];
  return colours;
}

// Sizes a canvas for the screen's resolution and returns a context in CSS pixels.
function prepare(canvas, width, height) {
  const ratio = window.devicePixelRatio || 1;
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    canvas.style.setProperty('width', width + 'px');
    canvas.style.setProperty('height', height + 'px');
  }
  const pen = canvas.getContext('2d');
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.clearRect(0, 0, width, height);
  return pen;
}

// "1, 2, 5" steps, so that about `wanted` of them fill the span.
function nice_step(span, wanted) {
  const rough = Math.max(span / wanted, 1e-9);
  const power = 10 ** Math.floor(Math.log10(rough));
  return [1, 2, 5, 10].map((n) => n * power).find((step) => step >= rough);
}

function axis_label(data, t, step) {
  if (!data.timed) return '#' + Math.round(t);
  const [unit, name] = step >= 1e9 ? [1e9, ' s'] : step >= 1e6 ? [1e6, ' ms'] : step >= 1e3 ? [1e3, ' µs'] : [1, ' ns'];
  if (unit === 1e9 || Math.abs(t) < 1e9) {
    const digits = Math.max(0, -Math.floor(Math.log10(step / unit) + 1e-9));
    return (t / unit).toFixed(digits) + name;
  }
  return (t / 1e9).toFixed(Math.max(0, -Math.floor(Math.log10(step / 1e9) + 1e-9))) + ' s';
}

class Painter {
  constructor(pen, colours, state) {
    this.pen = pen;
    this.colours = colours;
    Object.assign(this, state);  // data, lanes, lane_of, from, to, width, height, lane, scroll, selected, hovered
    this.scale = (this.width - GUTTER) / (this.to - this.from);
  }

  x(t) { return GUTTER + (t - this.from) * this.scale; }

  all() {
    this.lane_stripes();
    this.clip(() => this.fault_bands());
    this.clip(() => this.operations());
    this.clip(() => this.mark_lines());
    this.lane_labels();
    this.axis();
  }

  clip(draw) {
    this.pen.save();
    this.pen.beginPath();
    this.pen.rect(GUTTER, AXIS, this.width - GUTTER, this.height - AXIS);
    this.pen.clip();
    draw();
    this.pen.restore();
  }

  // Calls back for every lane that is in view.
  each_lane(draw) {
    const first = Math.max(0, Math.floor(this.scroll / this.lane));
    const last = Math.min(this.lanes.length, Math.ceil((this.scroll + this.height - AXIS) / this.lane));
    for (let i = first; i < last; i++) draw(this.lanes[i], AXIS + i * this.lane - this.scroll, i);
  }

  lane_stripes() {
    this.pen.fillStyle = this.colours.stripe;
    this.each_lane((lane, y, i) => { if (i % 2) this.pen.fillRect(GUTTER, y, this.width, this.lane); });
  }

  fault_bands() {
    const { pen, colours } = this;
    for (const fault of this.data.faults) {
      const end = fault.end === null ? this.data.end : fault.end;
      if (end < this.from || fault.start > this.to) continue;
      const x = this.x(fault.start);
      const w = Math.max(1, this.x(end) - x);
      pen.fillStyle = colours.fault;
      pen.globalAlpha = 0.13;
      pen.fillRect(x, AXIS, w, this.height);
      pen.globalAlpha = 0.55;
      pen.fillRect(x, AXIS, 1, this.height);
      pen.fillRect(x + w - 1, AXIS, 1, this.height);
      pen.globalAlpha = 1;
    }
  }

  operations() {
    this.each_lane((lane, y) => this.one_lane(lane, y));
    this.highlights();
  }

  // Position of the first operation of a lane that can reach into view.
  first_visible(lane) {
    const at = this.data.ops.at;
    let low = 0;
    let high = lane.ops.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (at[lane.ops[middle]] < this.from) low = middle + 1; else high = middle;
    }
    return Math.max(0, low - 1);
  }

  one_lane(lane, y) {
    const { pen, colours, data: { ops } } = this;
    const h = this.lane - (this.lane > 18 ? 5 : 3);
    const top = y + (this.lane - h) / 2;
    let run = null;  // operations narrower than a pixel, joined while they touch
    const flush = () => {
      if (!run) return;
      pen.fillStyle = colours.outcomes[run.outcome];
      pen.fillRect(run.start, top, run.end - run.start + 1.5, h);
      run = null;
    };
    for (let n = this.first_visible(lane); n < lane.ops.length; n++) {
      const i = lane.ops[n];
      if (ops.at[i] > this.to) break;
      const x = this.x(ops.at[i]);
      const w = Math.max(0, ops.took[i]) * this.scale;
      const outcome = ops.outcome[i];
      if (w < 1.5 && outcome !== 2) {
        const pixel = Math.floor(x);
        if (run && outcome === run.outcome && pixel <= run.end + 1) { run.end = Math.max(run.end, pixel); continue; }
        if (run && pixel <= run.end && outcome < run.outcome) continue;
        flush();
        run = { start: pixel, end: pixel, outcome };
        continue;
      }
      flush();
      pen.fillStyle = colours.outcomes[outcome];
      if (outcome === 2) this.fading(x, top, w, h, n + 1 < lane.ops.length ? this.x(ops.at[lane.ops[n + 1]]) : Infinity);
      pen.fillRect(x, top, Math.max(1.5, w - 0.5), h);
      if (w > 24 && h >= 12) this.label(i, x, top, w, h);
    }
    flush();
  }

  // Unknown outcomes have no end: the tail fades instead of stopping.
  fading(x, top, w, h, next) {
    const end = Math.min(x + w + 70, Math.max(next - 1, x + w));
    const tail = end - x - w;
    if (tail < 2) return;
    const colour = this.pen.fillStyle;
    const steps = 10;
    for (let s = 0; s < steps; s++) {
      this.pen.globalAlpha = 0.6 * (1 - s / steps);
      this.pen.fillRect(x + w + (tail * s) / steps, top + h * 0.15, tail / steps, h * 0.7);
    }
    this.pen.globalAlpha = 1;
    this.pen.fillStyle = colour;
  }

  label(i, x, top, w, h) {
    const { pen, data } = this;
    const left = Math.max(x, GUTTER);
    const room = Math.floor((x + w - left - 6) / 6.7);
    if (room < 2) return;
    const value = value_text(data, i);
    const text = (data.names[data.ops.f[i]] || '') + (value ? ' ' + value : '');
    pen.font = LABEL_FONT;
    pen.textBaseline = 'middle';
    pen.fillStyle = this.colours['on-ok'];
    pen.fillText(text.length > room ? text.slice(0, room - 1) + '…' : text, left + 4, top + h / 2 + 0.5);
    pen.fillStyle = this.colours.outcomes[data.ops.outcome[i]];
  }

  // The cores, what is selected and what the pointer is on: outlined, and wide enough to be seen from afar.
  highlights() {
    const { data, lane_of } = this;
    for (const id of [...data.core, this.selected, this.hovered]) {
      const i = id === null ? -1 : find_operation(data, id);
      if (i < 0 || lane_of[i] < 0) continue;
      const y = AXIS + lane_of[i] * this.lane - this.scroll;
      if (y > AXIS - this.lane && y < this.height) this.highlight(i, id, y);
    }
  }

  highlight(i, id, y) {
    const { pen, colours, data: { ops, core } } = this;
    const mine = id === this.selected || id === this.hovered;
    const x = this.x(ops.at[i]);
    const w = Math.max(5, Math.max(0, ops.took[i]) * this.scale);
    if (x > this.width || x + w < GUTTER) return;
    pen.lineWidth = mine ? 2 : 2.5;
    pen.strokeStyle = mine ? colours.ink : colours.bad;
    if (core.has(id) && w <= 5) { pen.fillStyle = colours.bad; pen.fillRect(x - 1, y + 1, w, this.lane - 2); }
    pen.strokeRect(x - 1, y + 1.5, w + 1, this.lane - 3);
  }

  mark_lines() {
    const { pen, colours } = this;
    pen.strokeStyle = colours.mark;
    pen.lineWidth = 1;
    pen.setLineDash([3, 3]);
    pen.beginPath();
    for (const mark of this.data.marks) {
      if (mark.at < this.from || mark.at > this.to) continue;
      const x = Math.round(this.x(mark.at)) + 0.5;
      pen.moveTo(x, AXIS);
      pen.lineTo(x, this.height);
    }
    pen.stroke();
    pen.setLineDash([]);
  }

  lane_labels() {
    const { pen, colours } = this;
    pen.font = '12px system-ui, sans-serif';
    pen.textBaseline = 'middle';
    pen.fillStyle = colours.muted;
    const every = Math.max(1, Math.ceil(12 / this.lane));
    this.each_lane((lane, y, i) => {
      if (!lane.label || (every > 1 && i % every)) return;
      const text = lane.label.length > 14 ? lane.label.slice(0, 13) + '…' : lane.label;
      pen.fillText(text, 6, y + this.lane / 2);
    });
  }

  axis() {
    const { pen, colours, data } = this;
    pen.fillStyle = colours.panel;
    pen.fillRect(0, 0, this.width, AXIS);
    pen.fillStyle = colours.muted;
    pen.strokeStyle = colours.line;
    pen.font = '11px system-ui, sans-serif';
    pen.textBaseline = 'middle';
    pen.textAlign = 'center';
    const step = nice_step(this.to - this.from, (this.width - GUTTER) / 110);
    pen.beginPath();
    for (let t = Math.ceil(this.from / step) * step; t <= this.to; t += step) {
      const x = Math.round(this.x(t)) + 0.5;
      pen.moveTo(x, AXIS - 5);
      pen.lineTo(x, AXIS);
      if (x > GUTTER + 20 && x < this.width - 30) pen.fillText(axis_label(data, t, step), x, 10);
    }
    pen.moveTo(0, AXIS + 0.5);
    pen.lineTo(this.width, AXIS + 0.5);
    pen.stroke();
    pen.textAlign = 'left';
  }
}
