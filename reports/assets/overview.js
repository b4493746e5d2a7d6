// The strip above the timeline: the whole run with its rate, its faults, the anomalies, and the window that the
// timeline shows. Drag the window to move it, drag beside it to choose another.

const OVERVIEW = 54;

class Overview {
  constructor(data, timeline) {
    this.data = data;
    this.timeline = timeline;
    this.canvas = el('canvas', { class: 'overview', 'aria-hidden': 'true' });
    this.canvas.addEventListener('pointerdown', (e) => this.grab(e));
    this.canvas.addEventListener('pointermove', (e) => this.drag(e));
    this.canvas.addEventListener('pointerup', () => { this.held = null; });
  }

  x(t) {
    const { start, end } = this.timeline.extent;
    return GUTTER + ((t - start) / (end - start)) * (this.width - GUTTER);
  }

  time(x) {
    const { start, end } = this.timeline.extent;
    return start + ((x - GUTTER) / (this.width - GUTTER)) * (end - start);
  }

  draw(width, colours) {
    this.width = width;
    const pen = prepare(this.canvas, width, OVERVIEW);
    for (const fault of this.data.faults) {
      const end = fault.end === null ? this.data.end : fault.end;
      pen.globalAlpha = 0.25;
      pen.fillStyle = colours.fault;
      pen.fillRect(this.x(fault.start), 0, Math.max(1, this.x(end) - this.x(fault.start)), OVERVIEW);
    }
    pen.globalAlpha = 1;
    this.rates(pen, colours);
    this.cores(pen, colours);
    this.window(pen, colours);
    pen.font = '12px system-ui, sans-serif';
    pen.fillStyle = colours.muted;
    pen.fillText('whole run', 6, 31);
  }

  rates(pen, colours) {
    const bins = this.data.page.bins;
    if (!bins) return;
    const most = Math.max(1, ...bins.ok.map((n, i) => n + bins.fail[i] + bins.info[i]));
    for (let i = 0; i < bins.ok.length; i++) {
      const x = this.x(this.data.start + i * bins.step);
      const w = Math.max(1, this.x(this.data.start + (i + 1) * bins.step) - x - 0.5);
      let y = OVERVIEW - 4;
      [bins.info[i], bins.fail[i], bins.ok[i]].forEach((n, k) => {
        const h = (n / most) * (OVERVIEW - 18);
        pen.fillStyle = [colours.info, colours.fail, colours.ok][k];
        pen.globalAlpha = k === 2 ? 0.75 : 1;
        if (h > 0) pen.fillRect(x, y - h, w, h);
        y -= h;
      });
    }
    pen.globalAlpha = 1;
  }

  cores(pen, colours) {
    pen.fillStyle = colours.bad;
    for (const story of this.data.stories) {
      for (const id of story.core) {
        const op = operation(this.data, id);
        if (!op) continue;
        const x = this.x(op.at);
        pen.beginPath();
        pen.moveTo(x - 5, 0);
        pen.lineTo(x + 5, 0);
        pen.lineTo(x, 9);
        pen.fill();
      }
    }
  }

  window(pen, colours) {
    const left = this.x(this.timeline.from);
    const right = this.x(this.timeline.to);
    pen.fillStyle = colours.page;
    pen.globalAlpha = 0.62;
    pen.fillRect(GUTTER, 0, left - GUTTER, OVERVIEW);
    pen.fillRect(right, 0, this.width - right, OVERVIEW);
    pen.globalAlpha = 1;
    pen.strokeStyle = colours.ink;
    pen.lineWidth = 1.5;
    pen.strokeRect(left + 0.75, 0.75, Math.max(3, right - left - 1.5), OVERVIEW - 1.5);
  }

  grab(event) {
    this.canvas.setPointerCapture(event.pointerId);
    const t = this.time(event.offsetX);
    const { from, to } = this.timeline;
    const inside = event.offsetX >= this.x(from) - 3 && event.offsetX <= this.x(to) + 3;
    this.held = { t, from, to, move: inside && to - from < (this.timeline.extent.end - this.timeline.extent.start) * 0.98 };
  }

  drag(event) {
    if (!this.held) return;
    const t = this.time(event.offsetX);
    const { from, to, move } = this.held;
    if (move) this.timeline.show(from + t - this.held.t, to + t - this.held.t);
    else if (Math.abs(this.x(t) - this.x(this.held.t)) > 4) this.timeline.show(Math.min(t, this.held.t), Math.max(t, this.held.t));
  }
}
