// Reads the documents that the page carries and gives the operations back their absolute numbers.

const OUTCOMES = ['ok', 'failed', 'unknown'];

// Control characters and marks that hide or reverse text are spelled out, so that what a reader sees is what is there.
const HIDDEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;
const visible_text = (text) =>
  text.replace(HIDDEN, (c) => '\\u{' + c.codePointAt(0).toString(16) + '}');

function visible(value) {
  if (typeof value === 'string') return visible_text(value);
  if (Array.isArray(value)) return typeof value[0] === 'number' ? value : value.map(visible);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([k, v]) => [visible_text(k), visible(v)]));
}

function read_document(id) {
  const node = document.getElementById(id);
  return visible(JSON.parse((node && node.textContent) || '{}'));
}

function running_sum(differences) {
  const out = new Float64Array(differences.length);
  let sum = 0;
  for (let i = 0; i < differences.length; i++) { sum += differences[i]; out[i] = sum; }
  return out;
}

function load() {
  const results = read_document('results');
  const page = read_document('page');
  const columns = read_document('operations');
  const id = running_sum(columns.id || []);
  const ops = {
    size: id.length,
    id,
    at: running_sum(columns.at || []),
    took: Float64Array.from(columns.took || []),
    done: Float64Array.from(columns.done || []),
    process: Int32Array.from(columns.process || []),
    f: Int32Array.from(columns.f || []),
    outcome: Uint8Array.from(columns.outcome || []),
    invoked: Int32Array.from(columns.invoked || []),
    returned: Int32Array.from(columns.returned || []),
    key: Int32Array.from(columns.key || []),
    node: Int32Array.from(columns.node || []),
    error: Int32Array.from(columns.error || []),
  };
  const details = new Map((page.operations || []).map((op) => [op.id, op]));
  const core = new Set((page.stories || []).flatMap((story) => story.core));
  return {
    results, page, ops, details, core,
    extent: read_document('extent'),
    names: columns.names || [], texts: columns.texts || [],
    timed: !!page.timed, start: page.start || 0, end: page.end || 0,
    stories: page.stories || [], faults: page.faults || [], marks: page.marks || [],
    instants: page.instants || [],
  };
}

// "3", "nil", "3 → 7": what an operation asked and what came back.
function value_text(data, i) {
  const { ops, texts } = data;
  const asked = texts[ops.invoked[i]];
  const got = texts[ops.returned[i]];
  if (ops.outcome[i] !== 0 || ops.returned[i] === ops.invoked[i]) {
    return asked || (ops.outcome[i] === 0 ? 'nil' : '');
  }
  return asked ? asked + ' → ' + (got || 'nil') : got;
}

// Position in the columns of the operation with this invocation, or -1.
function find_operation(data, id) {
  let low = 0;
  let high = data.ops.size;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (data.ops.id[middle] < id) low = middle + 1; else high = middle;
  }
  return low < data.ops.size && data.ops.id[low] === id ? low : -1;
}

// One shape for an operation, wherever it was found. `end` is null when nobody knows.
function operation(data, id) {
  const known = data.details.get(id);
  if (known) return { ...known, end: known.took < 0 ? null : known.at + known.took };
  const i = find_operation(data, id);
  if (i < 0) return null;
  const { ops, texts } = data;
  return {
    id, at: ops.at[i], took: ops.took[i], done: ops.done[i] ? id + ops.done[i] : 0,
    end: ops.took[i] < 0 ? null : ops.at[i] + ops.took[i],
    process: ops.process[i], f: data.names[ops.f[i]], outcome: ops.outcome[i],
    value: value_text(data, i), key: ops.key[i] ? texts[ops.key[i]] : undefined,
    node: ops.node[i] ? 'n' + ops.node[i] : '', error: ops.error[i] ? texts[ops.error[i]] : undefined,
  };
}

const operation_text = (op) => (op.value === '' ? op.f : op.f + ' ' + op.value);
const ended_text = (data, op) =>
  (op.outcome === 2 || op.end === null ? 'unknown' : instant(data, op.end));
