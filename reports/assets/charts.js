// Rate and latency over the run, and tables of the phases and functions.

function charts(data) {
  const { bins } = data.page;
  if (!bins || !data.timed || data.end <= data.start) return null;
  return el('div', { class: 'charts' }, rate_chart(data, bins), latency_chart(data, bins));
}

const CHART = { width: 600, height: 150, left: 48, bottom: 22, top: 10 };

function chart_frame(data, title, unit, ticks, y, marks) {
  const { width, height, left, bottom, top } = CHART;
  const x = (t) => left + ((t - data.start) / (data.end - data.start)) * (width - left - 14);
  const step = nice_step(data.end - data.start, 6);
  const times = [];
  for (let t = Math.ceil(data.start / step) * step; t <= data.end; t += step) times.push(t);
  return el('figure', {}, el('figcaption', {}, title, el('span', { class: 'note' }, ' ', unit)),
    svg('svg', { viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': title + ' over time' },
      data.faults.map((f) => svg('rect', { class: 'band', x: x(f.start), y: top, height: height - bottom - top,
        width: Math.max(1, x(f.end === null ? data.end : f.end) - x(f.start)) }, svg('title', {}, fault_text(data, f)))),
      ticks.map(([value, label]) => svg('g', { class: 'grid' },
        svg('line', { x1: left, x2: width - 14, y1: y(value), y2: y(value) }),
        svg('text', { x: left - 6, y: y(value) + 4, 'text-anchor': 'end' }, label))),
      times.map((t) => svg('text', { class: 'time', x: x(t), y: height - 6, 'text-anchor': x(t) > width - 30 ? 'end' : 'middle' }, axis_label(data, t, step))),
      marks(x)));
}

function rate_chart(data, bins) {
  const seconds = bins.step / 1e9;
  const most = Math.max(...bins.ok.map((n, i) => n + bins.fail[i] + bins.info[i])) / seconds || 1;
  const { height, bottom, top } = CHART;
  const y = (rate) => height - bottom - (rate / most) * (height - bottom - top);
  const step = nice_step(most, 3);
  const ticks = [];
  for (let r = 0; r <= most; r += step) ticks.push([r, r >= 10000 ? count(r / 1000) + 'k' : count(Math.round(r * 100) / 100)]);
  return chart_frame(data, 'Operations', ['per second: ', swatch('ok', 'ok'), ' ', swatch('fail', 'failed'), ' ', swatch('info', 'unknown')], ticks, y, (x) => {
    const w = Math.max(0.6, x(data.start + bins.step) - x(data.start) - 0.3);
    return bins.ok.flatMap((_, i) => {
      let base = 0;
      return ['info', 'fail', 'ok'].map((name) => {
        const rate = bins[name][i] / seconds;
        const bar = rate > 0 && svg('rect', { class: name, x: x(data.start + i * bins.step), width: w,
          y: y(base + rate), height: y(base) - y(base + rate) });
        base += rate;
        return bar;
      });
    });
  });
}

function latency_chart(data, bins) {
  const all = [...bins.p50, ...bins.p99].filter((v) => v !== null && v > 0);
  if (all.length === 0) return null;
  const low = Math.floor(Math.log10(Math.min(...all)) - 0.001);
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...all)) + 0.001));
  const { height, bottom, top } = CHART;
  const y = (ms) => height - bottom - ((Math.log10(Math.max(ms, 10 ** low)) - low) / (high - low)) * (height - bottom - top);
  const ticks = [];
  for (let e = low; e <= high; e++) ticks.push([10 ** e, duration(10 ** e * 1e6).replace(/\.0+ /, ' ')]);
  return chart_frame(data, 'Latency', ['of answered operations, logarithmic: ', swatch('ok', 'median'), ' ', swatch('p99', '99 %')], ticks, y, (x) =>
    ['p99', 'p50'].map((name) => bins[name].map((v, i) => v !== null && svg('circle', { class: name,
      cx: x(data.start + (i + 0.5) * bins.step), cy: y(v), r: 1.8 }))));
}

function phase_table(data) {
  const { phases } = data.results.availability || { phases: [] };
  if (!phases || phases.length < 2) return null;
  const rows = phases.slice(0, 60).map((phase) => [
    phase.start.toFixed(3) + ' s', phase.end.toFixed(3) + ' s', phase.faults.length ? phase.faults.join('; ') : 'healthy',
    count(phase.ok), count(phase.fail), count(phase.info), availability_bar(phase.availability)]);
  return [el('h3', {}, 'Availability, phase by phase'),
    el('p', { class: 'note' }, 'A phase is a span of time with the same active faults; an operation belongs to the phase in which it was invoked.'),
    table(['start', 'end', 'faults', 'ok', 'failed', 'unknown', 'answered'], rows, [0, 1, 3, 4, 5]),
    phases.length > rows.length && el('p', { class: 'note' }, 'and ' + plural(phases.length - rows.length, 'further phase'))];
}

function availability_bar(part) {
  if (part === null) return '–';
  return el('span', { class: 'meter' }, el('span', { class: 'bar', style: { width: (part * 100).toFixed(2) + '%' } }),
    el('span', {}, share(part)));
}

function function_table(data) {
  const { counts, latency } = data.results;
  const rows = Object.entries(counts.by_f).map(([f, c]) => {
    const q = latency.by_f[f] || {};
    return [el('code', {}, f), count(c.ok), count(c.fail), count(c.info), milliseconds(q.p50), milliseconds(q.p95),
      milliseconds(q.p99), milliseconds(q.p999), milliseconds(q.max)];
  });
  return [el('h3', {}, 'By operation'), table(['operation', 'ok', 'failed', 'unknown', 'p50', 'p95', 'p99', 'p99.9', 'max'],
    rows, [1, 2, 3, 4, 5, 6, 7, 8])];
}
