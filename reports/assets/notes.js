// How far the verdict can be trusted, what the store said against itself, and how to run it again.

function protocol_section(data) {
  const findings = data.results.protocol || [];
  if (findings.length === 0) return null;
  return el('section', { class: 'card', id: 'protocol' },
    el('h2', {}, 'The store broke its own protocol'),
    table(['time', 'node', 'property', 'detail'], findings.slice(0, 50).map((f) =>
      [f.at.toFixed(6) + ' s', f.node, f.property, f.detail]), [0]),
    findings.length > 50 && el('p', { class: 'note' }, 'and ' + plural(findings.length - 50, 'further finding')));
}

function confidence(data) {
  return section('confidence', 'How far to trust this',
    el('ul', { class: 'notes' }, checked(data), undecided(data), limits(data)));
}

function checked(data) {
  return (data.results.checks || []).map((check) => {
    const keys = check.keys && check.keys.valid + check.keys.invalid + check.keys.unknown > 1
      ? `; ${count(check.keys.valid)} keys hold, ${count(check.keys.invalid)} violated, ${count(check.keys.unknown)} undecided` : '';
    const state = verdict(check.valid);
    return el('li', {}, el('b', { class: state.kind + '-text' }, check.name + ' ' + state.word), ' (model ' + check.model +
      ', ' + plural(check.operations, 'operation') + keys + '). Found by ' + (check.algorithm || 'the checker') +
      (check.steps ? ' in ' + plural(check.steps, 'step') : '') + '.');
  });
}

function undecided(data) {
  return (data.page.undecided || []).map((one) => el('li', {},
    el('b', { class: 'open-text' }, 'Not decided: '), one.check + ': ' + (one.reason || 'no reason was given') + '.',
    one.keys.length > 0 && ' ' + one.keys.map((k) =>
      (k.key === '' ? 'An order was found for the first ' : 'Key ' + k.key + ': an order was found for the first ') +
      plural(k.placed, 'operation')).join('; ') + '.'));
}

function limits(data) {
  const { results, extent, page } = data;
  const notes = [];
  if (results.valid === true) {
    notes.push('This history shows no violation. Other runs, with other seeds or faults, may: a test can show the presence of faults, never their absence.');
  }
  const info = results.counts ? results.counts.info : 0;
  if (info > 0) {
    notes.push(plural(info, 'operation') + ' ended without an answer. ' + (info === 1 ? 'It' : 'Each') +
      ' may have taken effect at any later time or never; the checker considered both.');
  }
  if (!data.timed) notes.push('The history has no time stamps: positions are the order of its events, and there are no latencies.');
  if (extent.shown < extent.total) {
    notes.push('To keep this file below ' + Math.round(extent.limit / 1048576 * 10) / 10 + ' MB the timeline holds ' + count(extent.shown) + ' of ' +
      plural(extent.total, 'operation') + ', those around the first anomaly (or the start). The charts and all numbers cover the whole run; the history file has everything.');
  }
  return notes.concat((page.left_out || []).map((note) => 'Left out of this page: ' + note + '.'))
    .map((note) => el('li', {}, note));
}

function again(data) {
  const { replay, scenario } = data.page;
  const run = data.results.run || {};
  if (!replay && !scenario && !run.version) return null;
  return section('again', 'Run it again',
    replay && el('div', { class: 'replay' }, el('code', {}, replay), copy_button(replay, 'Copy')),
    replay && el('p', { class: 'note' }, 'Repeats this run exactly: the same scenario and seed give the same history, byte for byte.'),
    scenario && el('details', {}, el('summary', {}, 'Scenario'),
      el('div', { class: 'scenario' }, el('pre', {}, scenario), copy_button(scenario, 'Copy'))),
    run.version && el('p', { class: 'note' }, 'tribunal ' + run.version));
}
