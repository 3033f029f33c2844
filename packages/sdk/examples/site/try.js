// Lets a person try the samples without leaving the page. Without it, every form and link leads to the sample itself.

const tries = { call, pending, upload, download };

for (const form of document.querySelectorAll('form[data-try]')) {
  form.addEventListener('submit', (event) => {
    const { submitter } = event;
    if (submitter.hasAttribute('data-plain')) return;
    event.preventDefault();
    void run(form, submitter);
  });
}

/** Runs one try; what goes wrong is shown where the answer would be. */
async function run(form, submitter) {
  const output = form.querySelector('output');
  const buttons = form.querySelectorAll('button');
  const url = submitter.getAttribute('formaction') ?? form.getAttribute('action');
  for (const button of buttons) button.disabled = true;
  show(output, '…');
  try {
    await tries[form.dataset.try](form, output, url);
  } catch (error) {
    show(output, element('span', String(error), 'bad'));
  } finally {
    for (const button of buttons) button.disabled = false;
    if (document.activeElement === document.body) submitter.focus();
  }
}

async function call(_form, output, url) {
  const started = performance.now();
  const { response, body } = await get(url);
  show(output, lineOf(response, started), element('pre', body));
}

/** Calls `hello` again and again until the pending answer is there. */
async function pending(_form, output, url) {
  const started = performance.now();
  const state = { isOver: false };
  const answer = get(url).finally(() => {
    state.isOver = true;
  });
  let meanwhile = 0;
  const tell = (line) => `${line} · ${meanwhile} calls of hello answered meanwhile`;
  while (!state.isOver) {
    await get('/samples/hello');
    if (!state.isOver) meanwhile += 1;
    show(output, tell(`${((performance.now() - started) / 1000).toFixed(1)} s`));
    await Promise.race([pause(50), answer]);
  }
  const { response, body } = await answer;
  show(output, tell(lineOf(response, started)), element('pre', body));
}

/** Larger files are not read into memory to be hashed here too. */
const MAX_HASHED_HERE = 512 * 1024 * 1024;

async function upload(form, output, url) {
  const [file] = form.querySelector('input[type=file]').files;
  const started = performance.now();
  const response = await fetch(url, { method: 'POST', body: file });
  const theirs = await response.text();
  const line = lineOf(response, started) + rate(file.size, started);
  if (!response.ok) return show(output, line, element('pre', theirs));

  const ours = await hashHere(file);
  const verdict =
    ours === theirs ? element('span', ' · the same', 'good') : element('span', ' · differs', 'bad');
  show(output, line, /^[\da-f]{64}$/.test(ours) ? verdict : '', hashList(theirs, ours));
}

/** SHA-256 in hex, or why there is none. */
async function hashHere(file) {
  if (globalThis.crypto?.subtle === undefined) return 'only on https or localhost';
  if (file.size > MAX_HASHED_HERE) return 'file too large to hash in the browser';
  const hash = await crypto.subtle.digest('SHA-256', await file.arrayBuffer());
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function hashList(theirs, ours) {
  const list = document.createElement('dl');
  list.append(element('dt', 'extension'), element('dd', theirs));
  list.append(element('dt', 'browser'), element('dd', ours));
  return list;
}

/** Takes the bytes as they come and looks at each one. */
async function download(form, output, url) {
  const started = performance.now();
  const response = await fetch(`${url}?${new URLSearchParams(new FormData(form))}`, {
    cache: 'no-store',
  });
  if (!response.ok) {
    const body = await response.text();
    return show(output, lineOf(response, started), element('pre', body));
  }
  let bytes = 0;
  let wrong = 0;
  let shown = 0;
  const reader = response.body.getReader();
  for (let { done, value } = await reader.read(); !done; { done, value } = await reader.read()) {
    for (let i = 0, expected = bytes % 251; i < value.length; i += 1) {
      if (value[i] !== expected) wrong += 1;
      expected = expected === 250 ? 0 : expected + 1;
    }
    bytes += value.length;
    if (performance.now() - shown > 100) {
      shown = performance.now();
      show(output, `${count(bytes)} bytes${rate(bytes, started)}`);
    }
  }
  const verdict =
    wrong === 0
      ? element('span', 'all right', 'good')
      : element('span', `${count(wrong)} of them wrong`, 'bad');
  show(
    output,
    `${lineOf(response, started)}${rate(bytes, started)} · ${count(bytes)} bytes, `,
    verdict,
  );
}

function lineOf(response, started) {
  const ms = performance.now() - started;
  return `${response.status} ${response.statusText} · ${ms < 100 ? ms.toFixed(1) : Math.round(ms)} ms`;
}

async function get(url) {
  const response = await fetch(url, { cache: 'no-store' });
  return { response, body: await response.text() };
}

/** Of few bytes a rate says nothing. */
function rate(bytes, started) {
  if (bytes < 1_000_000) return '';
  return ` · ${count(Math.round(bytes / 1000 / (performance.now() - started)))} MB/s`;
}

function count(number) {
  return number.toLocaleString('en');
}

function pause(ms) {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

function element(name, text, className = '') {
  const made = document.createElement(name);
  made.textContent = text;
  if (className !== '') made.className = className;
  return made;
}

function show(output, ...parts) {
  output.replaceChildren(...parts);
}
