// The tracks between the overview and the lanes: which faults were active, whom they hit, and what the store
// said about itself.

const TRACK = 20;

class Tracks {
  constructor(data, timeline) {
    this.data = data;
    this.timeline = timeline;
    this.kinds = [...new Set(data.faults.map((f) => f.kind))].slice(0, 12);
    this.rows = this.kinds.length + (data.marks.length + data.instants.length > 0 ? 1 : 0);
    this.canvas = el('canvas', { class: 'tracks', 'aria-hidden': 'true', hidden: this.rows === 0 });
    this.canvas.addEventListener('pointermove', (e) => { this.canvas.title = this.about(e.offsetX, e.offsetY); });
  }

  x(t) {
    const { from, to } = this.timeline;
    return GUTTER + ((t - from) / (to - from)) * (this.width - GUTTER);
  }

  draw(width, colours) {
    this.width = width;
    if (this.rows === 0) return;
    const pen = prepare(this.canvas, width, this.rows * TRACK + 2);
    pen.textBaseline = 'middle';
    this.kinds.forEach((kind, row) => this.faults(pen, colours, kind, row));
    this.points(pen, colours);
    pen.clearRect(0, 0, GUTTER, this.rows * TRACK + 2);
    pen.font = '12px system-ui, sans-serif';
    pen.fillStyle = colours.muted;
    this.kinds.forEach((kind, row) => pen.fillText(kind.slice(0, 14), 6, row * TRACK + TRACK / 2 + 1));
    if (this.rows > this.kinds.length) pen.fillText('events', 6, (this.rows - 1) * TRACK + TRACK / 2 + 1);
  }

  faults(pen, colours, kind, row) {
    pen.font = LABEL_FONT;
    for (const fault of this.data.faults) {
      if (fault.kind !== kind) continue;
      const end = this.x(fault.end === null ? this.data.end : fault.end);
      const x = Math.max(GUTTER, this.x(fault.start));
      if (end < GUTTER || x > this.width) continue;
      pen.globalAlpha = 0.8;
      pen.fillStyle = colours.fault;
      pen.fillRect(x, row * TRACK + 3, Math.max(2, end - x), TRACK - 5);
      pen.globalAlpha = 1;
      const room = Math.floor((Math.min(end, this.width) - x - 8) / 6.7);
      if (room < 3) continue;
      pen.fillStyle = colours['on-ok'];
      const text = fault.detail || fault.kind;
      pen.fillText(text.length > room ? text.slice(0, room - 1) + '…' : text, x + 4, row * TRACK + TRACK / 2 + 1);
    }
  }

  // Everything that happened at one instant, with its text where there is room.
  events() {
    const marks = this.data.marks.map((m) => ({ at: m.at, text: (m.node + ' ' + m.text).trim() }));
    return marks.concat(this.data.instants).sort((a, b) => a.at - b.at);
  }

  points(pen, colours) {
    if (this.rows === this.kinds.length) return;
    const y = (this.rows - 1) * TRACK + TRACK / 2 + 1;
    const events = this.events();
    pen.font = LABEL_FONT;
    pen.fillStyle = colours.mark;
    events.forEach((event, i) => {
      const x = this.x(event.at);
      if (x < GUTTER - 200 || x > this.width) return;
      pen.fillRect(x, y - 6, 2, 12);
      const next = i + 1 < events.length ? this.x(events[i + 1].at) : this.width;
      const room = Math.floor((next - x - 12) / 6.7);
      if (room < 6) return;
      pen.fillText(event.text.length > room ? event.text.slice(0, room - 1) + '…' : event.text, x + 6, y);
    });
  }

  about(x, y) {
    const row = Math.floor(y / TRACK);
    if (row >= this.kinds.length) {
      return this.events().filter((e) => Math.abs(this.x(e.at) - x) < 6)
        .map((e) => instant(this.data, e.at) + ': ' + e.text).join('\n');
    }
    const hit = this.data.faults.filter((f) => f.kind === this.kinds[row] && this.x(f.start) <= x + 2 &&
      this.x(f.end === null ? this.data.end : f.end) >= x - 2);
    return hit.map((f) => fault_text(this.data, f)).join('\n');
  }
}

function fault_text(data, fault) {
  const end = fault.end === null ? 'the end of the history' : instant(data, fault.end);
  return (fault.kind + ' ' + fault.detail).trim() + ', ' + instant(data, fault.start) + ' to ' + end;
}
