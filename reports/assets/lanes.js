// Which lane an operation is drawn in. Operations that overlap within a group get rows of their own.

const GROUPINGS = {
  thread: { label: 'thread', title: 'One lane for each thread: after an unknown outcome it goes on as a new client (process)' },
  process: { label: 'client', title: 'One lane for each client (process)' },
  key: { label: 'key', title: 'The lanes of each key' },
  node: { label: 'node', title: 'The lanes of each node that was asked' },
};

function group_of(data, grouping, i) {
  const { ops, texts } = data;
  if (grouping === 'key') return ops.key[i] ? 'key ' + texts[ops.key[i]] : 'no key';
  if (grouping === 'node') return ops.node[i] ? 'n' + ops.node[i] : 'no node';
  if (grouping === 'thread') return 'thread ' + (ops.process[i] % concurrency(data));
  return 'client ' + ops.process[i];
}

// The groupings that tell something about this history, the best one first.
function useful_groupings(data) {
  const { ops } = data;
  const some = (column) => ops[column].some((v) => v !== 0);
  return [concurrency(data) > 0 && 'thread', 'process', some('key') && 'key', some('node') && 'node'].filter(Boolean);
}

// How many client threads there were: known for a run, else the smallest number that explains the ids. After an
// unknown outcome a thread goes on as process + concurrency. 0: every process is a thread of its own.
function concurrency(data) {
  if (data.concurrency === undefined) {
    const { ops, page } = data;
    const beyond = (n) => ops.process.some((p) => p >= n);
    data.concurrency = page.concurrency > 0 ? (beyond(page.concurrency) ? page.concurrency : 0) : infer_concurrency(ops);
  }
  return data.concurrency;
}

function infer_concurrency(ops) {
  const begins = new Map();
  const retired = new Map();  // when the outcome became unknown
  for (let i = 0; i < ops.size; i++) {
    if (!begins.has(ops.process[i])) begins.set(ops.process[i], ops.at[i]);
    if (ops.outcome[i] === 2 && ops.took[i] >= 0) retired.set(ops.process[i], ops.at[i] + ops.took[i]);
  }
  if (retired.size === 0 || begins.size > 2000) return 0;
  const explains = (n) => [...begins].every(([p, at]) => p < n || (retired.has(p - n) && retired.get(p - n) <= at));
  for (let n = 1; n <= Math.max(...begins.keys()); n++) if (explains(n)) return n;
  return 0;
}

const natural = new Intl.Collator('en', { numeric: true });

// → [{label, ops: Int32Array of positions ordered by time, first: whether it opens its group}]
function make_lanes(data, grouping, visible) {
  const { ops } = data;
  const groups = new Map();
  for (let i = 0; i < ops.size; i++) {
    if (!visible[i]) continue;
    const name = group_of(data, grouping, i);
    if (!groups.has(name)) groups.set(name, []);
    groups.get(name).push(i);
  }
  const names = [...groups.keys()].sort(natural.compare);
  return names.flatMap((name) => pack(ops, groups.get(name)).map((row, i) => ({
    label: i === 0 ? name : '', first: i === 0, ops: Int32Array.from(row),
  })));
}

// First row that is free again; operations come in the order of their invocations.
function pack(ops, members) {
  const order = members.slice().sort((a, b) => ops.at[a] - ops.at[b] || a - b);
  const rows = [];
  const free = [];
  for (const i of order) {
    let row = free.findIndex((t) => t <= ops.at[i]);
    if (row < 0) {
      row = rows.length < 200 ? rows.length : 0;
      if (row === rows.length) rows.push([]);
    }
    rows[row].push(i);
    free[row] = ops.at[i] + Math.max(0, ops.took[i]);
  }
  return rows;
}
