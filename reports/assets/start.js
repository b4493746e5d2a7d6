// Puts the page together. The verdict and its story come first, the whole run after them.

function start() {
  const data = load();
  const timeline = new Timeline(data);
  const app = document.getElementById('app');
  app.append(
    el('a', { class: 'skip', href: '#timeline' }, 'Skip to the timeline'),
    theme_button(timeline),
    banner(data),
    el('main', {},
      stories(data, timeline),
      protocol_section(data),
      data.results.valid === 'unknown' && confidence(data),
      tiles(data),
      timeline_section(data, timeline),
      section('run', 'The whole run in numbers', charts(data), phase_table(data), function_table(data)),
      data.results.valid !== 'unknown' && confidence(data),
      again(data)));
  for (const node of app.querySelectorAll('main > section:not(.card)')) node.classList.add('card');
  document.getElementById('plain').open = false;
  follow_link(data, timeline);
  addEventListener('hashchange', () => follow_link(data, timeline));
  addEventListener('beforeprint', () => { for (const d of document.querySelectorAll('details')) d.open = d.id !== 'plain'; });
  timeline.draw();
  document.documentElement.dataset.ready = 'true';
}

function timeline_section(data, timeline) {
  const controls = el('div', { class: 'buttons' },
    button('−', 'Zoom out (-)', () => timeline.zoom(1 / 0.6), { 'aria-label': 'Zoom out' }),
    button('+', 'Zoom in (+)', () => timeline.zoom(0.6), { 'aria-label': 'Zoom in' }),
    button('Whole run', 'Show everything (0)', () => timeline.fit()),
    data.stories.length > 0 && button('Jump to the anomaly', 'Zoom to the first anomaly (c)', () => timeline.show_core(0), { class: 'strong' }));
  return el('section', { id: 'timeline', 'aria-labelledby': 'timeline-title' },
    el('div', { class: 'heading' }, el('h2', { id: 'timeline-title' }, 'Timeline of every operation'), controls),
    filters(data, timeline),
    timeline.overview.canvas, timeline.tracks.canvas,
    timeline.port, timeline.tip,
    el('p', { class: 'hint' }, swatch('ok', 'ok'), swatch('fail', 'failed: did not happen'),
      swatch('info', 'unknown: may have happened, now or later'), data.core.size > 0 && swatch('bad', 'part of an anomaly'),
      data.faults.length > 0 && swatch('fault', 'fault active'),
      data.marks.length > 0 && swatch('mark', 'event of the store'),
      el('span', {}, 'Drag to move, double-click or ctrl + wheel to zoom, click an operation for its details.')),
    timeline.panel);
}

const swatch = (kind, text) => el('span', { class: 'swatch ' + kind }, text);

function follow_link(data, timeline) {
  const match = /^#op-(\d+)$/.exec(location.hash);
  if (!match) return;
  timeline.select(Number(match[1]), true);
  document.getElementById('timeline').scrollIntoView({ block: 'start' });
}

function theme_button(timeline) {
  const root = document.documentElement;
  const dark = () => (root.dataset.theme || (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light')) === 'dark';
  return button('◐', 'Switch between light and dark', () => {
    root.dataset.theme = dark() ? 'light' : 'dark';
    timeline.redraw();
  }, { class: 'theme', 'aria-label': 'Switch between light and dark' });
}
