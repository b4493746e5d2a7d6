// The picture of a core: one lane for each process, a bar from invocation to completion, an arrow where one
// operation was over before another began, an arrow from a write to the read that saw it.

const CORE = { lane: 64, top: 34, bar: 28, tail: 74, column: 58 };

function core_picture(data, story) {
  const ops = story.core.map((id) => operation(data, id)).filter(Boolean);
  if (ops.length === 0) return null;
  const lanes = [...new Set(ops.map((op) => op.process))];  // in the order in which the story meets them
  const points = ops.flatMap((op) => (op.end === null ? [op.at] : [op.at, op.end]));
  const columns = new Set(points).size;
  const gutter = 36 + 8 * Math.max(...lanes.map((process) => ('client ' + process).length));
  const width = Math.max(1080, gutter + CORE.tail + columns * CORE.column);
  const right = width - CORE.tail - (ops.some((op) => op.outcome === 2) ? 40 : 0);
  const scale = core_scale(points, gutter + 10, right);
  const bottom = CORE.top + lanes.length * CORE.lane;
  const boxes = new Map(ops.map((op) => [op.id, core_box(op, lanes, scale, width)]));
  return el('figure', { class: 'core scroll' },
    svg('svg', { viewBox: `0 0 ${width} ${bottom + 46}`, role: 'img', 'aria-label': core_label(ops, story),
      style: { 'min-width': Math.min(width, 4000) * 0.7 + 'px' } },
      core_definitions(),
      lanes.map((process, i) => core_lane(process, i, width)),
      core_faults(data, scale, gutter, bottom, width),
      core_axis(data, scale, bottom),
      story.edges.map((edge) => core_arrow(edge, boxes, story.offending)),
      ops.map((op) => core_bar(data, op, boxes.get(op.id), op.id === story.offending, width))),
    el('figcaption', {}, core_legend(ops, story)));
}

function core_label(ops, story) {
  return 'Timeline of the ' + ops.length + ' operations of the anomaly: ' + ops.map((op) =>
    'client ' + op.process + ' ' + operation_text(op) + (op.id === story.offending ? ' (impossible)' : '')).join('; ');
}

function core_box(op, lanes, scale, width) {
  const x = scale.place(op.at);
  const open = op.outcome === 2 || op.end === null;
  const end = op.end === null ? width - 8 : scale.place(op.end);
  const y = CORE.top + lanes.indexOf(op.process) * CORE.lane + (CORE.lane - CORE.bar) / 2;
  return { x, y, end: Math.max(end, x + 6), open, tail: open ? width - 8 : Math.max(end, x + 6) };
}

function core_definitions() {
  const head = (id, kind) => svg('marker', { id, class: kind, viewBox: '0 0 8 8', refX: 7, refY: 4,
    markerWidth: 7, markerHeight: 7, orient: 'auto-start-reverse' }, svg('path', { d: 'M0,0.6 L7.4,4 L0,7.4 Z' }));
  const stop = (offset, opacity) => svg('stop', { offset, class: 'fade', 'stop-opacity': opacity });
  return svg('defs', {}, head('arrow-time', 'time'), head('arrow-value', 'value'), head('arrow-wrong', 'wrong'),
    svg('linearGradient', { id: 'fading' }, stop('0', 0.85), stop('1', 0)));
}

function core_lane(process, i, width) {
  const y = CORE.top + i * CORE.lane;
  return svg('g', { class: 'lane' },
    svg('rect', { x: 0, y, width, height: CORE.lane, class: i % 2 ? 'odd' : 'even' }),
    svg('text', { x: 10, y: y + CORE.lane / 2 + 5 }, 'client ' + process));
}

// Faults that were active at any moment of the core; most cores have one or two.
function core_faults(data, scale, gutter, bottom, width) {
  const first = scale.times[0];
  const last = scale.times[scale.times.length - 1];
  const hits = data.faults.filter((f) => f.start <= last && (f.end === null || f.end >= first)).slice(0, 4);
  return hits.map((fault, i) => {
    const x = fault.start <= first ? gutter - 8 : scale.place(fault.start);
    const end = fault.end === null || fault.end > last ? width : scale.place(fault.end);
    const label = (fault.kind + ' ' + fault.detail).trim();
    const fits = Math.max(12, Math.floor((width - x) / 7) - 4);
    return svg('g', { class: 'fault' },
      svg('rect', { x, y: 14, width: Math.max(2, end - x), height: bottom - 14 }),
      svg('text', { x: x + 6, y: 27 + i * 14 }, label.length > fits ? label.slice(0, fits) + '…' : label),
      svg('title', {}, label));
  });
}

function core_axis(data, scale, bottom) {
  const marks = [];
  let free = -Infinity;
  scale.times.forEach((t, i) => {
    const x = scale.xs[i];
    marks.push(svg('line', { x1: x, x2: x, y1: CORE.top, y2: bottom + 5, class: 'tick' }));
    const text = !data.timed ? '#' + t : i === 0 ? (t / 1e9).toFixed(6) + ' s' : '+' + duration(t - scale.times[0]);
    if (x < free) return;
    marks.push(svg('text', { x, y: bottom + 20, 'text-anchor': 'middle' }, text));
    free = x + (i === 0 ? 88 : 74);
  });
  return svg('g', { class: 'axis' }, marks);
}

function core_arrow([from, to, why], boxes, offending) {
  const a = boxes.get(from);
  const b = boxes.get(to);
  if (!a || !b) return null;
  const down = b.y > a.y;
  if (why === 'time') {
    if (a.y === b.y) return null;  // the lane itself shows it
    const [x1, y1, x2, y2] = [a.end, a.y + (down ? CORE.bar : 0), b.x, b.y + (down ? 0 : CORE.bar)];
    const bend = Math.max(14, Math.abs(y2 - y1) / 2) * (down ? 1 : -1);
    return svg('path', { class: 'arrow time', 'marker-end': 'url(#arrow-time)',
      d: `M${x1},${y1} C${x1},${y1 + bend} ${x2},${y2 - bend} ${x2},${y2 - (down ? 2 : -2)}` });
  }
  const kind = to === offending ? 'value wrong' : 'value';
  const head = to === offending ? 'url(#arrow-wrong)' : 'url(#arrow-value)';
  const x1 = (a.x + a.end) / 2;
  const x2 = (b.x + b.end) / 2;
  if (a.y === b.y) {
    const y = a.y - 2;
    return svg('path', { class: 'arrow ' + kind, 'marker-end': head,
      d: `M${x1},${y} C${x1},${y - 20} ${x2},${y - 20} ${x2},${y - 1}` });
  }
  const [y1, y2] = [a.y + (down ? CORE.bar : 0), b.y + (down ? -2 : CORE.bar + 2)];
  return svg('path', { class: 'arrow ' + kind, 'marker-end': head,
    d: `M${x1},${y1} C${x1},${(y1 + y2) / 2} ${x2},${(y1 + y2) / 2} ${x2},${y2}` });
}

function core_bar(data, op, box, impossible, width) {
  const text = operation_text(op);
  const room = Math.floor((box.end - box.x - 14) / 8);
  const inside = text.length <= room;
  const kind = impossible ? 'impossible' : OUTCOMES[op.outcome];
  const longest = inside ? room : 36;
  return svg('a', { href: '#op-' + op.id, class: 'bar ' + kind, id: 'core-' + op.id },
    svg('title', {}, describe(data, op)),
    box.open && svg('rect', { x: box.end - 4, y: box.y, width: Math.max(0, box.tail - box.end + 4), height: CORE.bar, fill: 'url(#fading)' }),
    svg('rect', { x: box.x, y: box.y, width: box.end - box.x, height: CORE.bar, rx: 5, class: 'body' }),
    svg('text', { x: inside ? (box.x + box.end) / 2 : box.x, y: inside ? box.y + 19 : box.y - 6,
      class: inside ? 'inside' : 'outside', 'text-anchor': inside ? 'middle' : 'start' },
    text.length > longest ? text.slice(0, longest - 1) + '…' : text),
    op.node && svg('text', { x: box.x, y: box.y + CORE.bar + 13, class: 'node' }, 'via ' + op.node),
    impossible && core_stamp(box, width));
}

// Beside the bar: after it where there is room, else before it.
function core_stamp(box, width) {
  const after = box.tail + 112 < width;
  return svg('text', { x: after ? box.tail + 9 : box.x - 9, y: box.y + 19, class: 'verdict',
    'text-anchor': after ? 'start' : 'end' }, '✗ impossible');
}

function describe(data, op) {
  return `client ${op.process}: ${operation_text(op)}\n${instant(data, op.at)} to ${ended_text(data, op)}` +
    `\n${OUTCOMES[op.outcome]}${op.node ? ', asked ' + op.node : ''}${op.error ? ', ' + op.error : ''}`;
}

function core_legend(ops, story) {
  const item = (kind, text) => el('span', { class: 'key ' + kind }, text);
  return [
    item('body', 'from request to answer; it took effect somewhere inside'),
    story.edges.some((e) => e[2] === 'time') && item('time', 'was over before the other began'),
    story.edges.some((e) => e[2] === 'value') && item('value', 'its value was seen'),
    ops.some((op) => op.outcome === 2) && item('info', 'nobody knows when or whether it took effect'),
    el('span', { class: 'hint' }, 'Gaps are folded: order and printed times are exact, lengths are not.'),
  ];
}
