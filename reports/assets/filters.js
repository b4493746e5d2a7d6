// What the timeline leaves in: by outcome, function, key, process and text. And the panel that describes the
// operation that was chosen.

function filters(data, timeline) {
  const state = { outcomes: [true, true, true], f: '', key: '', process: '', text: '' };
  const matched = el('span', { class: 'matched', role: 'status' });
  const apply = () => {
    const shown = apply_filters(data, state, timeline.visible);
    matched.textContent = shown === data.ops.size ? plural(shown, 'operation')
      : count(shown) + ' of ' + plural(data.ops.size, 'operation');
    timeline.regroup();
  };
  const later = debounce(apply, 150);
  const bar = el('div', { class: 'filters', role: 'group', 'aria-label': 'Filters' },
    OUTCOMES.map((name, i) => el('label', { class: 'outcome ' + name },
      el('input', { type: 'checkbox', checked: true, onchange: (e) => { state.outcomes[i] = e.target.checked; apply(); } }), name)),
    choice('function', [...new Set(data.ops.f)].map((f) => data.names[f]).sort(), (v) => { state.f = v; apply(); }),
    entry('key', key_names(data), (v) => { state.key = v; later(); }),
    entry('client', [...new Set(data.ops.process)].sort((a, b) => a - b).slice(0, 500).map(String), (v) => { state.process = v; later(); }),
    entry('search value, error, #id', [], (v) => { state.text = v; later(); }, 'search'),
    grouping_choice(data, timeline), matched);
  apply();
  return bar;
}

function debounce(action, wait) {
  let timer = 0;
  return () => { clearTimeout(timer); timer = setTimeout(action, wait); };
}

function choice(label, options, change) {
  if (options.length < 2) return null;
  return el('label', {}, label + ' ', el('select', { onchange: (e) => change(e.target.value) },
    el('option', { value: '' }, 'all'), options.map((o) => el('option', { value: o }, o))));
}

let lists = 0;
function entry(label, options, change, type) {
  if (type !== 'search' && options.length < 2) return null;
  const id = 'options-' + lists++;
  const input = el('input', { type: type || 'text', placeholder: type ? label : 'all', 'aria-label': label,
    list: options.length ? id : null, oninput: (e) => change(e.target.value.trim()) });
  return el('label', { class: type || null }, type ? '' : label + ' ', input,
    options.length > 0 && el('datalist', { id }, options.map((o) => el('option', { value: o }))));
}

function grouping_choice(data, timeline) {
  const options = useful_groupings(data);
  if (options.length < 2) return null;
  return el('label', { title: 'What a lane stands for' }, 'lanes by ',
    el('select', { onchange: (e) => { timeline.grouping = e.target.value; timeline.regroup(); } },
      options.map((o) => el('option', { value: o, title: GROUPINGS[o].title }, GROUPINGS[o].label))));
}

function key_names(data) {
  const names = new Set();
  for (const k of data.ops.key) if (k) names.add(data.texts[k]);
  return [...names].sort(natural.compare).slice(0, 500);
}

// Marks which operations stay; returns how many.
function apply_filters(data, state, visible) {
  const { ops, names, texts } = data;
  const text = state.text.toLowerCase();
  const id = /^#\d+$/.test(text) ? Number(text.slice(1)) : -1;
  let shown = 0;
  for (let i = 0; i < ops.size; i++) {
    visible[i] = state.outcomes[ops.outcome[i]] &&
      (!state.f || names[ops.f[i]] === state.f) &&
      (!state.key || texts[ops.key[i]] === state.key) &&
      (!state.process || String(ops.process[i]) === state.process) &&
      (!text || matches(data, i, text, id)) ? 1 : 0;
    shown += visible[i];
  }
  return shown;
}

function matches(data, i, text, id) {
  if (id >= 0) return data.ops.id[i] === id || data.ops.id[i] + data.ops.done[i] === id;
  return value_text(data, i).toLowerCase().includes(text) ||
    data.texts[data.ops.error[i]].toLowerCase().includes(text);
}

function show_selection(data, panel, op) {
  const fact = (name, value) => value !== undefined && value !== '' &&
    el('div', {}, el('dt', {}, name), el('dd', {}, value));
  const active = data.faults.filter((f) => f.start <= (op.end === null ? op.at : op.end) && (f.end === null || f.end >= op.at));
  panel.replaceChildren(
    el('h3', { id: 'op-' + op.id }, el('a', { href: '#op-' + op.id, title: 'Link to this operation' }, '#' + op.id), ' ',
      el('code', {}, operation_text(op)), data.core.has(op.id) && el('span', { class: 'chip bad' }, 'part of an anomaly')),
    el('dl', {},
      fact('client', op.process), fact('key', op.key), fact('asked', op.node),
      fact('outcome', OUTCOMES[op.outcome]), fact('error', op.error),
      fact('invoked', instant(data, op.at)), fact('completed', ended_text(data, op)),
      fact('took', data.timed && op.took >= 0 ? duration(op.took) : ''),
      fact('events', op.done ? op.id + ' and ' + op.done : String(op.id)),
      fact('during', active.slice(0, 5).map((f) => (f.kind + ' ' + f.detail).trim()).join('; '))));
}
