// Comforts: a switch of the theme, buttons that copy, rows that light up in every box together.
(() => {
  'use strict';
  const root = document.documentElement;
  addEventListener('error', (e) => { root.dataset.error = String(e.message || e); });

  function button(label, title, action) {
    const node = document.createElement('button');
    node.type = 'button';
    node.title = title;
    node.textContent = label;
    node.addEventListener('click', action);
    return node;
  }

  const dark = () => (root.dataset.theme || (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light')) === 'dark';
  const theme = button('◐', 'Switch between light and dark', () => { root.dataset.theme = dark() ? 'light' : 'dark'; });
  theme.className = 'theme';
  theme.setAttribute('aria-label', theme.title);
  document.getElementById('app').prepend(theme);

  // Without a clipboard (a page opened from a file) the text is selected instead.
  function select(node) {
    const range = document.createRange();
    range.selectNodeContents(node);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
  }
  for (const place of document.querySelectorAll('.copy')) {
    const text = place.firstElementChild;
    const copy = button('Copy', 'Copy to the clipboard', () => {
      const done = () => { copy.textContent = 'Copied'; setTimeout(() => { copy.textContent = 'Copy'; }, 1500); };
      if (navigator.clipboard) navigator.clipboard.writeText(text.textContent).then(done, () => select(text));
      else select(text);
    });
    place.append(copy);
  }

  for (const story of document.querySelectorAll('.story')) {
    const light = (row, on) => {
      for (const other of story.querySelectorAll('tr[data-row]')) {
        other.classList.toggle('lit', on && other.dataset.row === row.dataset.row);
      }
    };
    for (const row of story.querySelectorAll('tr[data-row]')) {
      row.addEventListener('mouseenter', () => light(row, true));
      row.addEventListener('mouseleave', () => light(row, false));
    }
  }

  addEventListener('beforeprint', () => { for (const d of document.querySelectorAll('details')) d.open = d.id !== 'plain'; });
  root.dataset.ready = 'true';
})();
