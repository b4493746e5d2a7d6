// Building the page from text nodes only: nothing here parses markup, so no value can become markup.

const SVG = 'http://www.w3.org/2000/svg';

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else if (name === 'style') for (const [k, v] of Object.entries(value)) node.style.setProperty(k, v);
    else node.setAttribute(name, value === true ? '' : String(value));
  }
  for (const child of children.flat(Infinity)) {
    if (child === undefined || child === null || child === false) continue;
    node.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
  return node;
}

const el = (tag, attributes, ...children) =>
  fill(document.createElement(tag), attributes, children);
const svg = (tag, attributes, ...children) =>
  fill(document.createElementNS(SVG, tag), attributes, children);

function section(id, title, ...children) {
  return el('section', { id, 'aria-labelledby': id + '-title' },
    el('h2', { id: id + '-title' }, title), ...children);
}

// A table with a header row; cells may be nodes. `numeric` lists the columns to align right.
function table(header, rows, numeric = []) {
  const cell = (tag) => (content, i) =>
    el(tag, { class: numeric.includes(i) ? 'number' : null, scope: tag === 'th' ? 'col' : null }, content);
  return el('div', { class: 'scroll' }, el('table', {},
    el('thead', {}, el('tr', {}, header.map(cell('th')))),
    el('tbody', {}, rows.map((row) => el('tr', { class: row.kind || null },
      (row.cells || row).map(cell('td')))))));
}

function button(label, title, action, attributes) {
  return el('button', { type: 'button', title, onclick: action, ...attributes }, label);
}

// ---- spelling ----
const count = (n) => String(n).replace(/\B(?=(\d{3})+$)/g, ',');
const plural = (n, noun) => count(n) + ' ' + noun + (n === 1 ? '' : 's');
const share = (part) => {
  if (part === null || part === undefined) return '–';
  const hundredths = Math.floor(part * 10000 + 1e-9) / 100;
  return (hundredths === Math.floor(hundredths) ? hundredths : hundredths.toFixed(2)) + ' %';
};

function duration(ns) {
  const size = Math.abs(ns);
  const [unit, name] = size >= 1e9 ? [1e9, 's'] : size >= 1e6 ? [1e6, 'ms'] : size >= 1e3 ? [1e3, 'µs'] : [1, 'ns'];
  const number = ns / unit;
  const digits = unit === 1 ? 0 : Math.abs(number) >= 100 ? 0 : Math.abs(number) >= 10 ? 1 : 2;
  return number.toFixed(digits) + ' ' + name;
}

const milliseconds = (ms) => (ms === null || ms === undefined ? '–' : duration(ms * 1e6));

// A point on the axis, in words.
function instant(data, at) {
  return data.timed ? (at / 1e9).toFixed(6) + ' s' : 'event ' + at;
}

const VERDICTS = {
  true: { word: 'holds', icon: '✓', kind: 'good' },
  false: { word: 'violated', icon: '✗', kind: 'bad' },
  unknown: { word: 'undecided', icon: '?', kind: 'open' },
};
const verdict = (valid) => VERDICTS[String(valid)] || VERDICTS.unknown;

// Reads a custom property of the page's style, for canvas drawing.
const ink = (name) => getComputedStyle(document.documentElement).getPropertyValue('--' + name).trim();

function copy_button(text, label) {
  const say = (word) => { node.textContent = word; setTimeout(() => { node.textContent = label; }, 1500); };
  const node = button(label, 'Copy to the clipboard', () => {
    if (navigator.clipboard) navigator.clipboard.writeText(text).then(() => say('Copied'), () => select_text(node));
    else select_text(node);
  });
  return node;
}

// Without a clipboard (a page opened from a file) the text is selected instead.
function select_text(node) {
  const target = node.parentElement.querySelector('pre, code');
  if (!target) return;
  const range = document.createRange();
  range.selectNodeContents(target);
  getSelection().removeAllRanges();
  getSelection().addRange(range);
}
