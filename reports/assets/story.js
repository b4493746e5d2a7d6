// One card for each anomaly: the sentences, the picture, the argument step by step, and why no order works.

const HARMS = {
  timeliness: 'Timeliness: waiting longer would have cured it.',
  integrity: 'Integrity: no amount of waiting cures it.',
};

// The first story is told in full, the others wait behind one line each.
function stories(data, timeline) {
  const [first, ...others] = data.stories;
  if (!first) return null;
  const total = Object.values(data.page.found || {}).reduce((a, b) => a + b, 0);
  return [
    el('section', { class: 'card story', id: 'story-0', 'aria-labelledby': 'story-0-title' },
      el('div', { class: 'heading' }, el('h2', { id: 'story-0-title' }, story_title(first)), show_button(timeline, 0)),
      story_body(data, first)),
    others.length > 0 && section('others', total > data.stories.length
      ? `The next ${others.length} of ${count(total)} anomalies` : others.length === 1 ? 'One further anomaly' : count(others.length) + ' further anomalies',
    others.map((story, i) => el('details', { class: 'other', id: 'story-' + (i + 1) },
      el('summary', {}, el('b', {}, i + 2 + '. ' + story_title(story)), el('span', { class: 'note' }, ' ' + gist(data, story))),
      el('div', { class: 'heading' }, el('span', {}), show_button(timeline, i + 1)),
      story_body(data, story)))),
  ];
}

function story_title(story) {
  const where = story.key === undefined ? '' : ' of key ' + story.key;
  return story.kind.charAt(0).toUpperCase() + story.kind.slice(1) + where;
}

const show_button = (timeline, i) =>
  button('Show in the timeline', 'Zoom the timeline to these operations', () => timeline.show_core(i));

// The impossible operation in a few words.
function gist(data, story) {
  const op = story.offending === undefined ? null : operation(data, story.offending);
  return op ? `client ${op.process}: ${operation_text(op).slice(0, 60)} at ${instant(data, op.at)}` : '';
}

function story_body(data, story) {
  return [
    el('p', { class: 'explanation' }, story.explanation),
    core_picture(data, story),
    el('div', { class: 'columns' },
      el('div', {}, steps(story), why_none(data, story)),
      el('div', {}, core_table(data, story))),
  ];
}

function steps(story) {
  if (story.steps.length === 0) return null;
  const numbered = story.steps[0].startsWith('(1)');  // the checker has counted already
  return [el('h3', {}, 'Step by step'), el('ol', { class: numbered ? 'steps numbered' : 'steps' }, story.steps.map((step) => el('li', {}, step)))];
}

function core_table(data, story) {
  const rows = story.core.map((id) => operation(data, id)).filter(Boolean).map((op) => ({
    kind: op.id === story.offending ? 'impossible' : null,
    cells: [op.process, op.node || '–', el('code', {}, operation_text(op)),
      OUTCOMES[op.outcome], instant(data, op.at), ended_text(data, op), op_link(op.id)],
  }));
  const size = story.minimal ? 'Minimal: taking away any one of them makes the rest possible.' : '';
  const more = story.size > rows.length ? 'Showing ' + rows.length + ' of ' + count(story.size) + '. ' : '';
  return [el('h3', {}, 'The ' + plural(story.size, 'operation') + ' that cannot be explained'),
    table(['client', 'node', 'operation', 'outcome', 'start', 'end', ''], rows, [0, 4, 5]),
    el('p', { class: 'note' }, more, size, ' ', HARMS[story.harm] || '')];
}

const op_link = (id) => el('a', { href: '#op-' + id, title: 'Show operation ' + id + ' in the timeline' }, '#' + id);

// The longest order that works, and why each operation that could come next does not fit.
function why_none(data, story) {
  const proof = story.proof;
  if (!proof || (!proof.placed && proof.blocked.length === 0)) return null;
  const skipped = proof.placed - proof.last.length;
  const named = (id) => {
    const op = operation(data, id);
    return op ? [el('code', {}, operation_text(op)), ' by client ' + op.process + ' ', op_link(id)] : op_link(id);
  };
  const stuck = proof.stuck && operation(data, proof.stuck[0]);
  return [el('h3', {}, 'Why no order works'),
    el('p', {}, proof.placed === 0 ? 'Not even a first operation can be placed. '
      : 'The longest order that explains every answer so far has ' + plural(proof.placed, 'operation') +
        (skipped > 0 ? '; its last ' + proof.last.length + ' are:' : ':')),
    proof.last.length > 0 && el('p', { class: 'prefix' }, skipped > 0 && '… → ',
      proof.last.map((id, i) => {
        const op = operation(data, id);
        return [i > 0 && ' → ', el('a', { href: '#op-' + id, title: op && describe(data, op) }, op ? operation_text(op) : '#' + id)];
      })),
    stuck && el('p', {}, 'Before ', el('code', {}, operation_text(stuck)), ' of client ' + stuck.process +
      ' is over, one of these must come next, and none can:'),
    proof.blocked.length > 0 && table(['candidate', 'why it cannot be next'],
      proof.blocked.map(({ id, why }) => [el('span', {}, named(id)), why])),
    proof.candidates > proof.blocked.length &&
      el('p', { class: 'note' }, 'and ' + plural(proof.candidates - proof.blocked.length, 'further candidate'))];
}
