import { connect, SynodError } from './synod.js';

const ROWS = 500;
const LINES = 200;
const POLL_MILLIS = 1000;
const ROLES = { leading: '◆ leads', following: '● follows', electing: '▲ electing', stopped: '■ stopped', lost: '✕ no answer' };

const $ = id => document.getElementById(id);
const settings = new URLSearchParams(location.hash.slice(1));
/* Who asks: what was entered in this tab. A token from the address goes there at once: addresses are
 * kept in the history of the browser, and are copied and shown. */
if (settings.has('token')) {
  sessionStorage.setItem('synod', JSON.stringify({ token: settings.get('token') }));
  settings.delete('token');
  history.replaceState(null, '', `#${settings}`);
}
const { token, user, password } = JSON.parse(sessionStorage.getItem('synod') ?? '{}');
const shown = token ? `Bearer ${token}` : user ? `Basic ${btoa(String.fromCharCode(...new TextEncoder().encode(`${user}:${password}`)))}` : undefined;
const here = new URL('.', document.baseURI).href;
const number = new Intl.NumberFormat('en');

function element(name, { className, text, ...properties } = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  made.append(...children);
  return made;
}

const show = value =>
  typeof value === 'string' ? value : `${number.format(value.length)} bytes: ${[...value.slice(0, 16)].map(b => b.toString(16).padStart(2, '0')).join(' ')}${value.length > 16 ? ' …' : ''}`;

/* Members: what each node says of itself. */

async function ask(base) {
  try {
    const headers = shown ? { Authorization: shown } : {};
    const answer = await fetch(new URL('api/v1/status', base), { headers, cache: 'no-store', credentials: 'omit', signal: AbortSignal.timeout(2 * POLL_MILLIS) });
    const body = await answer.json();
    return answer.ok ? body : { problem: body.title, denied: answer.status === 401 };
  } catch {
    return null;
  }
}

const nodes = new Map([[here, null]]); // base → what it said last
const names = new Map(); // base → its member, once it has said so

async function poll() {
  const bases = [...nodes.keys()];
  const answers = await Promise.all(bases.map(ask));
  bases.forEach((base, i) => {
    nodes.set(base, answers[i]);
    if (answers[i]?.member) names.set(base, answers[i].member);
  });
  for (const status of answers) {
    for (const peer of status?.web?.peers ?? []) {
      const base = peer.endsWith('/') ? peer : `${peer}/`;
      if (!nodes.has(base)) nodes.set(base, null);
    }
  }
  members();
  setTimeout(poll, POLL_MILLIS);
}

function members() {
  const up = [...nodes.values()].filter(status => status?.member);
  // The leader knows best; else the node that is farthest.
  const best = up.find(s => s.state === 'leading') ?? up.toSorted((a, b) => b.applied - a.applied)[0];
  $('summary').textContent = best?.summary ?? [...nodes.values()].find(Boolean)?.problem ?? 'No node answers. This page keeps asking.';
  $('summary').dataset.kind = !best?.canCommit ? 'bad' : best.canElect ? '' : 'warn';
  if (best) $('group').textContent = best.group;
  $('enter-section').hidden = Boolean(best) || ![...nodes.values()].some(status => status?.denied);
  alarms(up);
  const all = new Set([...(best?.members ?? []), ...names.values()]);
  const top = Math.max(0, ...up.map(s => s.applied));
  $('members').replaceChildren(...[...all].sort().map(member => card(member, up.find(s => s.member === member), best, top)));
}

/** What somebody should know of: each once, with those who say so. */
function alarms(up) {
  const said = new Map(); // text → { since, who }
  for (const status of up) {
    for (const { text, since } of status.alarms ?? []) {
      const one = said.get(text) ?? { since, who: [] };
      if (since < one.since) one.since = since;
      one.who.push(status.member);
      said.set(text, one);
    }
  }
  $('alarms').hidden = said.size === 0;
  $('alarms').replaceChildren(
    ...[...said].map(([text, { since, who }]) =>
      element('li', {}, element('b', { text: `${who.sort().join(', ')}:` }), ` ${text} `, element('time', { dateTime: since, text: `since ${new Date(since).toLocaleTimeString()}` }))));
}

const millis = value => (value < 10 ? value.toFixed(2) : number.format(Math.round(value))) + ' ms';

function card(member, status, best, top) {
  const base = [...names].find(([, name]) => name === member)?.[0];
  const known = base !== undefined;
  const role = status?.state ?? (known || !best?.reachable.includes(member) ? 'lost' : 'following');
  const facts = status
    ? [
        ['ballot', status.ballot || 'none'],
        ['promised', status.promised || 'none'],
        ['applied slot', number.format(status.applied) + (top > status.applied ? ` (${number.format(top - status.applied)} behind)` : '')],
        ...(status.force?.count ? [['force p99', millis(status.force.p99)]] : []),
        ...(status.round?.count ? [['round p99', millis(status.round.p99)]] : []),
        ...(best?.roundTrips?.[member] !== undefined ? [['from the leader and back', millis(best.roundTrips[member])]] : []),
        ['subscriptions', number.format(status.web.subscribers.subscriptions)],
      ]
    : [['last heard', known ? `at ${new URL(base).host}` : 'never, by this page']];
  const list = element('dl');
  for (const [name, fact] of facts) list.append(element('dt', { text: name }), element('dd', { text: fact }));
  const item = element(
    'li',
    {},
    element('p', { className: 'name' }, element('span', { text: base === here ? `${member} (this node)` : member }), element('span', { className: 'role', text: ROLES[role] ?? role })),
    list);
  item.dataset.role = role;
  item.dataset.member = member;
  return item;
}

/* One map, live. */

let client;
let watch;
let map;
let entries = new Map();
let rows = new Map(); // key → its row
let latest = new Set(); // keys that the last slot changed
let lines = [];
let seen = 0;
let due = false;

function draw() {
  if (due) return;
  due = true;
  requestAnimationFrame(() => {
    due = false;
    table();
    log();
  });
}

function table() {
  const keys = [...entries.keys()].sort();
  const body = $('entries');
  const wanted = keys.slice(0, ROWS);
  const kept = new Map();
  for (const key of wanted) {
    const row = rows.get(key) ?? newRow(key);
    const { value, version } = entries.get(key);
    if (row.version !== version) {
      row.version = version;
      row.line.cells[1].textContent = show(value);
      row.line.cells[2].textContent = version;
    }
    row.line.classList.toggle('new', latest.has(key));
    kept.set(key, row);
  }
  for (const [key, { line }] of rows) if (!kept.has(key)) line.remove();
  wanted.forEach((key, i) => {
    const { line } = kept.get(key);
    if (body.children[i] !== line) body.insertBefore(line, body.children[i] ?? null);
  });
  rows = kept;
  $('empty').hidden = keys.length > 0 || !watch?.mode;
  $('count').textContent = keys.length > ROWS ? `${number.format(keys.length)} entries; the first ${ROWS} are shown.` : keys.length ? `${number.format(keys.length)} ${keys.length === 1 ? 'entry' : 'entries'}` : '';
  offer();
}

function newRow(key) {
  const edit = element('button', { type: 'button', text: key, title: 'Take it to the form' });
  edit.addEventListener('click', () => {
    const entry = entries.get(key);
    $('key').value = key;
    $('value').value = typeof entry?.value === 'string' ? entry.value : '';
    offer();
    $('value').focus();
  });
  return { version: -1, line: element('tr', {}, element('td', {}, edit), element('td'), element('td', { className: 'number' })) };
}

function log() {
  $('changes').replaceChildren(
    ...lines.map(({ slot, key, value, cut }, i) => {
      const what = cut
        ? element('span', { className: 'what', text: cut })
        : element('span', { className: 'what' }, element('b', { text: key }), value === null ? ' removed' : ` = ${show(value)}`);
      const item = element('li', { className: cut ? 'cut' : i === 0 ? 'latest' : '' }, element('span', { className: 'slot', text: slot }), what);
      item.dataset.slot = slot;
      return item;
    }));
  $('seen').textContent = seen ? `${number.format(seen)} ${seen === 1 ? 'change' : 'changes'} seen${seen > LINES ? `, the latest ${LINES} shown` : ''}.` : 'Changes appear here as they are decided.';
}

function changed(event) {
  if (event.type === 'snapshot') {
    entries = event.entries;
    latest = new Set();
    lines.unshift({ slot: event.index, cut: `the whole map, ${number.format(entries.size)} ${entries.size === 1 ? 'entry' : 'entries'}` });
  } else {
    latest = new Set(event.changes.map(change => change.key));
    for (const { key, value, version } of event.changes) {
      if (value === null) entries.delete(key);
      else entries.set(key, { value, version });
      lines.unshift({ slot: event.index, key, value });
      seen++;
    }
  }
  lines.length = Math.min(lines.length, LINES);
  draw();
}

function link() {
  const words = { connecting: 'connecting', live: 'live', stale: 'silent', denied: 'refused', closed: 'closed' };
  const where = new URL(client.url).host;
  $('link').dataset.state = client.state;
  $('link').textContent =
    client.state === 'live' ? `live from ${client.member} at ${where}` : `${words[client.state]}${client.reason ? `: ${client.reason}` : ''}`;
}

function choose(name) {
  watch?.close();
  map = name;
  entries = new Map();
  latest = new Set();
  lines = [];
  seen = 0;
  settings.set('map', map);
  history.replaceState(null, '', `#${settings}`);
  document.title = `${map} · Synod`;
  $('map').value = map;
  watch = client.watch(map, { onChange: changed });
  watch.next().catch(error => say('problem', `This map cannot be watched: ${error.message}`));
  draw();
}

/* Writing. */

function say(kind, text) {
  $('result').dataset.kind = kind;
  $('result').textContent = text;
}

/** Offers to write only if nobody else has. */
function offer() {
  const entry = entries.get($('key').value);
  $('only-label').hidden = !entry;
  $('remove').disabled = !entry;
  if (entry && !$('only').checked) $('only').dataset.version = entry.version;
  $('only-text').textContent = `only if it is still at version ${$('only').dataset.version}`;
}

async function write(action, words) {
  const only = !$('only-label').hidden && $('only').checked ? Number($('only').dataset.version) : undefined;
  const began = performance.now();
  say('', 'waiting for a quorum …');
  try {
    const { slot, version } = await action($('key').value, only);
    say('done', `${words} in slot ${number.format(slot)}, version ${number.format(version)}, after ${Math.round(performance.now() - began)} ms`);
    $('only').checked = false;
    offer();
  } catch (error) {
    if (!(error instanceof SynodError)) throw error;
    say(error.code === 'outcome-unknown' ? 'unknown' : 'problem', `${error.title}${error.detail ? `: ${error.detail}` : ''}.`.replace(/\.\.$/, '.'));
  }
}

$('write').addEventListener('submit', event => {
  event.preventDefault();
  write((key, ifVersion) => client.put(map, key, $('value').value, { ifVersion }), 'Decided');
});
$('remove').addEventListener('click', () => write((key, ifVersion) => client.remove(map, key, { ifVersion }), 'Removed'));
$('key').addEventListener('input', () => {
  $('only').checked = false;
  offer();
});
$('choose').addEventListener('submit', event => {
  event.preventDefault();
  choose($('map').value);
});

$('enter').addEventListener('submit', event => {
  event.preventDefault();
  const name = $('user').value;
  const secret = $('secret').value;
  sessionStorage.setItem('synod', JSON.stringify(name ? { user: name, password: secret } : { token: secret }));
  location.reload();
});

/* This node first; its peers when it is lost. */
const first = await ask(here);
nodes.set(here, first);
client = connect({ urls: [here, ...(first?.web?.peers ?? [])], token, user, password });
client.addEventListener('state', link);
choose(settings.get('map') ?? 'default');
link();
poll();
