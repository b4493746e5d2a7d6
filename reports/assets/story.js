// One card for each anomaly: the sentences, the picture, the argument step by step, and why no order works.

const HARMS = {
  timeliness: 'Timeliness: waiting longer would have cured it.',
  integrity: 'Integrity: no amount of waiting cures it.',
};

function stories(data, timeline) {
  return data.stories.map((story, i) => story_card(data, story, i, timeline));
}

function story_card(data, story, i, timeline) {
  const where = story.key === undefined ? '' : ' of key ' + story.key;
  const kind = story.kind.charAt(0).toUpperCase() + story.kind.slice(1);
  const body = [
    core_picture(data, story),
    el('div', { class: 'columns' },
      el('div', {}, steps(story), why_none(data, story)),
      el('div', {}, core_table(data, story))),
  ];
  const heading = el('div', { class: 'heading' },
    el('h2', { id: 'story-' + i + '-title' }, (data.stories.length > 1 ? i + 1 + '. ' : '') + kind + where),
    button('Show in the timeline', 'Zoom the timeline to these operations', () => timeline.show_core(i)));
  const told = [heading, el('p', { class: 'explanation' }, story.explanation)];
  return el('section', { class: 'card story', id: 'story-' + i, 'aria-labelledby': 'story-' + i + '-title' },
    told, i < 2 ? body : el('details', {}, el('summary', {}, 'Picture and argument'), body));
}

function steps(story) {
  if (story.steps.length === 0) return null;
  return [el('h3', {}, 'Step by step'), el('ol', { class: 'steps' }, story.steps.map((step) => el('li', {}, step)))];
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
    table(['process', 'node', 'operation', 'outcome', 'start', 'end', ''], rows, [0, 4, 5]),
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
    return op ? [el('code', {}, operation_text(op)), ' by process ' + op.process + ' ', op_link(id)] : op_link(id);
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
    stuck && el('p', {}, 'Before ', el('code', {}, operation_text(stuck)), ' of process ' + stuck.process +
      ' is over, one of these must come next, and none can:'),
    proof.blocked.length > 0 && table(['candidate', 'why it cannot be next'],
      proof.blocked.map(({ id, why }) => [el('span', {}, named(id)), why])),
    proof.candidates > proof.blocked.length &&
      el('p', { class: 'note' }, 'and ' + plural(proof.candidates - proof.blocked.length, 'further candidate'))];
}
