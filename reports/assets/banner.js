// The first thing a reader sees: was the promise kept, which promises hold, what was run.

const TITLES = { true: 'Promise kept', false: 'Promise broken', unknown: 'Undecided' };

function banner(data) {
  const { results, page } = data;
  const state = verdict(results.valid);
  const broken = (results.expected || []).filter((m) => results.models[m] === false);
  const shown = broken.length ? broken : results.expected || [];
  const promise = page.promises || {};
  return el('header', { class: 'banner ' + state.kind, id: 'verdict' },
    el('div', { class: 'seal', 'aria-hidden': 'true' }, state.icon),
    el('div', { class: 'ruling' },
      el('p', { class: 'eyebrow' }, 'tribunal', results.run && results.run.name ? ' · ' + results.run.name : ''),
      el('h1', {}, (TITLES[String(results.valid)] || TITLES.unknown) + (shown.length ? ': ' + shown.join(', ') : '')),
      shown.filter((m) => promise[m]).map((m) =>
        el('p', { class: 'promise' }, el('b', {}, m), ' means: ' + promise[m] + '.')),
      found(page), reach(results), open_reason(page),
      chips(results, promise),
      run_line(page)));
}

// "26 anomalies: 17 × lost write, 9 × stale read"
function found(page) {
  const kinds = Object.entries(page.found || {});
  const total = kinds.reduce((sum, [, n]) => sum + n, 0);
  if (total < 2) return null;
  return el('p', { class: 'reach' }, count(total) + ' anomalies were found: ' +
    kinds.map(([kind, n]) => count(n) + ' × ' + kind).join(', ') + '.');
}

// How far the damage goes, in words.
function reach(results) {
  const parts = [];
  if (results.weakest_violated && !(results.expected || []).includes(results.weakest_violated)) {
    parts.push('Even the weaker promise ' + results.weakest_violated + ' is broken.');
  }
  if (results.valid !== true && results.strongest) parts.push('The strongest promise that still holds: ' + results.strongest + '.');
  return parts.length ? el('p', { class: 'reach' }, parts.join(' ')) : null;
}

function open_reason(page) {
  const reasons = (page.undecided || []).filter((one) => one.reason).map((one) => one.reason);
  return reasons.length > 0 && el('p', { class: 'reach' }, 'Not everything was decided: ' + [...new Set(reasons)].join('; ') + '.');
}

function chips(results, promise) {
  const rank = { false: 0, unknown: 1, true: 2 };
  const models = Object.entries(results.models || {})
    .sort((a, b) => rank[String(a[1])] - rank[String(b[1])] || (a[0] < b[0] ? -1 : 1));
  return models.length > 1 && el('ul', { class: 'chips', 'aria-label': 'Verdict for each consistency model' },
    models.map(([model, valid]) => {
      const state = verdict(valid);
      return el('li', { class: 'chip ' + state.kind, title: promise[model] },
        el('span', { 'aria-hidden': 'true' }, state.icon + ' '), model, el('i', {}, ' ' + state.word));
    }));
}

function run_line(page) {
  const clauses = page.run || [];
  return clauses.length > 0 && el('p', { class: 'run' }, clauses.map((clause) => el('span', {}, clause)));
}

// Numbers of the whole run, four at a glance.
function tiles(data) {
  const { counts, availability, latency, lost_acknowledged: lost, stale_reads: stale } = data.results;
  if (!counts) return null;
  const tile = (label, value, note, kind) => el('div', { class: 'tile ' + (kind || '') },
    el('span', { class: 'label' }, label), el('strong', {}, value), el('span', { class: 'note' }, note));
  const under_faults = availability.faulty !== null && availability.faulty !== undefined;
  return el('div', { class: 'tiles', id: 'numbers' },
    tile('Operations', count(counts.total),
      count(counts.ok) + ' ok · ' + count(counts.fail) + ' failed · ' + count(counts.info) + ' unknown'),
    tile('Answered', share(availability.all),
      under_faults ? share(availability.healthy) + ' while healthy · ' + share(availability.faulty) + ' under faults'
        : 'no faults in this history'),
    tile('Latency (median)', milliseconds(latency.p50),
      'p95 ' + milliseconds(latency.p95) + ' · p99 ' + milliseconds(latency.p99) + ' · max ' + milliseconds(latency.max)),
    tile('Harm', lost + stale === 0 ? 'none found' : [lost > 0 && plural(lost, 'lost write'), stale > 0 && plural(stale, 'stale read')].filter(Boolean).join(' · '),
      'acknowledged writes that vanished, reads of old values', lost + stale > 0 ? 'bad' : ''));
}
