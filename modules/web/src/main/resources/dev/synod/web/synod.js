/**
 * Synod in the browser: live maps of a group, and reads and writes of them. No dependencies.
 * What it promises, and all of its types: synod.d.ts.
 */

const VERSION = 1;
const DENIED = new Set([4001, 4003, 4004]); // wrong version, token or group: trying again is no use
const EXPIRED = 4011;
const PING_AFTER = 2000;
const STALE_AFTER = 3000;
const LOST_AFTER = 8000;
const DIAL_MILLIS = 5000;
const ACK_MILLIS = 200;
const ACK_CHARS = 16384;

export class SynodError extends Error {
  constructor(problem) {
    super(problem.detail || problem.title);
    this.name = 'SynodError';
    Object.assign(this, problem);
    this.code = String(problem.type).split('/').pop();
  }
}

export const connect = options => new Client(options);

/** What a request shows, from a token, a function that gets one, or a user's password. */
const authorization = ({ token, user, password }) =>
  token ? `Bearer ${token}` : user !== undefined ? `Basic ${btoa(String.fromCharCode(...new TextEncoder().encode(`${user}:${password}`)))}` : undefined;

const decode = value =>
  value && value.base64 !== undefined ? Uint8Array.from(atob(value.base64), c => c.charCodeAt(0)) : value;

class Client extends EventTarget {
  state = 'connecting';
  reason = '';
  member = null;
  group = null;
  rtt = null;
  #urls;
  #token;
  #user;
  #password;
  #cluster;
  #open;
  #at = 0;
  #attempt = 0;
  #epoch = 0;
  #socket = null;
  #welcome = false;
  #heard = 0;
  #pinged = 0;
  #clock = [];
  #timer = 0;
  #watches = new Map();
  #ids = 0;
  #health;

  constructor({ urls, token, user, password, group, open }) {
    super();
    const base = globalThis.document?.baseURI;
    this.#urls = [urls ?? []].flat().map(url => new URL(url.endsWith('/') ? url : url + '/', base));
    if (!this.#urls.length) throw new TypeError('connect needs at least one URL of a node');
    this.#token = token;
    this.#user = user;
    this.#password = password;
    this.#cluster = group;
    this.#open = open ?? (url => new WebSocket(String(new URL('feed/websocket', url)).replace(/^http/, 'ws')));
    this.#health = setInterval(() => this.#check(), 1000);
    this.#dial();
  }

  /** The node that is used now. */
  get url() {
    return this.#urls[this.#at % this.#urls.length].href;
  }

  /** The group's time, as far as it is known: milliseconds since 1970. */
  now() {
    const best = this.#clock.reduce((a, b) => (a && a.rtt <= b.rtt ? a : b), null);
    return Date.now() + (best ? best.offset : 0);
  }

  watch(map, options = {}) {
    for (const watch of this.#watches.values()) {
      if (watch.map === map) throw new Error(`"${map}" is watched by this client already: share that watch`);
    }
    if (this.#final()) throw new Error(`this client is ${this.state}: ${this.reason}`);
    const watch = new Watch(++this.#ids, map, options, {
      acknowledge: (w, chars) => this.#acknowledge(w, chars),
      forget: w => {
        if (this.#watches.delete(w.id)) this.#send({ type: 'unsub', id: w.id });
        this.#settle();
      },
    });
    this.#watches.set(watch.id, watch);
    if (this.#welcome) this.#subscribe(watch);
    this.#settle();
    return watch;
  }

  async get(map, key, { level, signal } = {}) {
    const answer = await this.#http('GET', map, key + '', { signal, query: level ? `?level=${level}` : '' });
    if (!answer) return null;
    const text = answer.headers.get('Content-Type')?.startsWith('text/');
    return {
      key,
      value: text ? await answer.text() : new Uint8Array(await answer.arrayBuffer()),
      version: Number(answer.headers.get('ETag')?.slice(1, -1)),
      slot: Number(answer.headers.get('Synod-Slot')),
    };
  }

  async put(map, key, value, { ifVersion, ifAbsent, signal } = {}) {
    const answer = await this.#http('PUT', map, key + '', { signal, body: value, ifVersion, ifAbsent });
    return answer.json();
  }

  async remove(map, key, { ifVersion, signal } = {}) {
    const answer = await this.#http('DELETE', map, key + '', { signal, ifVersion });
    return answer.json();
  }

  close() {
    this.#end('closed', 'it was closed');
  }

  async #http(method, map, key, { body, query = '', ifVersion, ifAbsent, signal }) {
    const headers = {};
    const shown = authorization(await this.#credentials());
    if (shown) headers.Authorization = shown;
    if (ifVersion !== undefined) headers['If-Match'] = `"${ifVersion}"`;
    if (ifAbsent) headers['If-None-Match'] = '*';
    if (body !== undefined) headers['Content-Type'] = 'application/octet-stream';
    const path = `api/v1/maps/${encodeURIComponent(map)}/${encodeURIComponent(key)}${query}`;
    let answer;
    try {
      answer = await fetch(new URL(path, this.url), { method, body, headers, signal, cache: 'no-store', credentials: 'omit' });
    } catch (error) {
      if (signal?.aborted) throw error;
      throw new SynodError(
        method === 'GET'
          ? { type: '/problems/unreachable', title: 'The node cannot be reached', status: 0 }
          : {
              type: '/problems/outcome-unknown',
              title: 'The outcome of the command is unknown',
              status: 0,
              detail: 'The node was lost before it answered. Read the entry to find out; do not treat this as a failure.',
            });
    }
    if (answer.ok) return answer;
    const problem = await answer.json().catch(() => ({ type: '/problems/unknown', title: answer.statusText }));
    problem.status = answer.status;
    const error = new SynodError(problem);
    if (method === 'GET' && error.code === 'no-such-key') return null;
    throw error;
  }

  async #credentials() {
    const token = typeof this.#token === 'function' ? await this.#token() : this.#token;
    return token ? { token } : this.#user !== undefined ? { user: this.#user, password: this.#password ?? '' } : {};
  }

  #final() {
    return this.state === 'closed' || this.state === 'denied';
  }

  #enter(state, reason = '') {
    if (state === this.state && reason === this.reason) return;
    this.state = state;
    this.reason = reason;
    this.dispatchEvent(new Event('state'));
  }

  #end(state, reason) {
    if (this.#final()) return;
    clearInterval(this.#health);
    clearTimeout(this.#timer);
    const error = state === 'denied' ? new SynodError({ type: '/problems/denied', title: reason, status: 403 }) : null;
    for (const watch of [...this.#watches.values()]) {
      this.#watches.delete(watch.id);
      watch.finish(error);
    }
    this.#drop();
    this.#enter(state, reason);
  }

  #drop() {
    const socket = this.#socket;
    this.#socket = null;
    this.#welcome = false;
    if (socket) {
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.close();
    }
  }

  #dial() {
    this.#epoch++;
    const socket = this.#open(this.url);
    this.#socket = socket;
    this.#timer = setTimeout(() => this.#lost('the node does not answer'), DIAL_MILLIS);
    socket.onopen = async () => {
      let shown;
      try {
        shown = await this.#credentials();
      } catch (error) {
        if (this.#socket === socket) this.#lost(`there is no token: ${error.message}`);
        return;
      }
      if (this.#socket !== socket) return;
      const seen = Math.max(0, ...[...this.#watches.values()].map(w => w.index));
      this.#send({ type: 'hello', v: VERSION, ...shown, cluster: this.#cluster ?? undefined, seen });
    };
    socket.onmessage = event => this.#frame(event.data);
    socket.onclose = event => this.#lost(event.reason || 'the connection was lost');
  }

  /** Tries the next URL: soon if it was not tried yet, later and later if all were. */
  #lost(why, retryMs = 0) {
    if (this.#final()) return;
    clearTimeout(this.#timer);
    this.#drop();
    this.#at++;
    const round = this.#attempt++ - this.#urls.length;
    const delay = round < 0 ? 100 : Math.min(10000, 200 * 2 ** round);
    this.#timer = setTimeout(() => this.#dial(), Math.max(retryMs, delay) * (0.5 + Math.random() / 2));
    this.#enter('connecting', why);
  }

  #check() {
    const now = performance.now();
    if (!this.#welcome) return;
    if (this.#pinged > this.#heard) {
      const silent = now - this.#pinged;
      if (silent > LOST_AFTER) this.#lost('the node fell silent');
      else if (silent > STALE_AFTER) this.#enter('stale', 'the node is silent');
    } else if (now - this.#heard > PING_AFTER || !this.#clock.length) {
      this.#pinged = now;
      this.#send({ type: 'time', t0: now });
    }
  }

  #send(frame) {
    if (this.#socket && (this.#welcome || frame.type === 'hello')) this.#socket.send(JSON.stringify(frame));
  }

  #subscribe(watch) {
    watch.begin(this.#epoch);
    const from = watch.index < 0 ? undefined : watch.index;
    this.#send({ type: 'sub', id: watch.id, topic: watch.map, from, policy: watch.policy });
  }

  /** Live is: welcome, and every watch has its verdict. */
  #settle() {
    if (!this.#welcome || this.#final()) return;
    if ([...this.#watches.values()].every(w => w.mode)) {
      this.#attempt = 0;
      this.#enter('live');
    } else {
      this.#enter('connecting', 'subscribing');
    }
  }

  #frame(data) {
    const frame = JSON.parse(data);
    this.#heard = performance.now();
    if (this.state === 'stale') this.#settle();
    const watch = frame.topic
      ? [...this.#watches.values()].find(w => w.map === frame.topic)
      : this.#watches.get(frame.id);
    switch (frame.type) {
      case 'welcome':
        clearTimeout(this.#timer);
        this.#welcome = true;
        this.group = this.#cluster = frame.group;
        this.member = frame.member;
        this.#watches.forEach(w => this.#subscribe(w));
        return this.#settle();
      case 'ok':
        watch?.verdict(frame);
        return this.#settle();
      case 'no':
        if (frame.retryMs) return this.#lost(frame.message, frame.retryMs);
        if (watch && this.#watches.delete(watch.id)) {
          watch.finish(new SynodError({ type: `/problems/${frame.code}`, title: frame.code, detail: frame.message }));
        }
        return this.#settle();
      case 'time':
        return this.#time(frame);
      case 'bye':
        if (DENIED.has(frame.code) || (frame.code === EXPIRED && typeof this.#token !== 'function')) return this.#end('denied', frame.message);
        return this.#lost(frame.message, frame.retryMs);
      default:
        // A frame that does not fit to what was seen would tear the order: begin again from there.
        if (watch && !watch.take(frame, data.length)) this.#lost('a frame was missing');
    }
  }

  #time({ t0, time }) {
    const rtt = performance.now() - t0;
    this.#clock = [...this.#clock, { rtt, offset: time + rtt / 2 - Date.now() }].slice(-8);
    this.rtt = Math.min(...this.#clock.map(c => c.rtt));
  }

  #acknowledge(watch, chars) {
    watch.unacknowledged += chars;
    const send = () => {
      clearTimeout(watch.acking);
      watch.acking = 0;
      watch.unacknowledged = 0;
      if (watch.epoch === this.#epoch) this.#send({ type: 'ack', id: watch.id, ...watch.seen });
    };
    if (watch.unacknowledged > ACK_CHARS) send();
    else if (!watch.acking) watch.acking = setTimeout(send, ACK_MILLIS);
  }
}

class Watch {
  index = -1;
  mode = null;
  reason = null;
  epoch = 0;
  seen = null;
  unacknowledged = 0;
  acking = 0;
  #client;
  #onChange;
  #queue = [];
  #wanted = [];
  #partial = null;
  #page = -1;
  #done = false;
  #error = null;
  #signal;
  #abort = () => this.close();

  constructor(id, map, { from, signal, onChange, policy }, client) {
    signal?.throwIfAborted();
    this.id = id;
    this.map = map;
    this.policy = policy;
    this.index = from ?? -1;
    this.#client = client;
    this.#onChange = onChange;
    this.#signal = signal;
    signal?.addEventListener('abort', this.#abort);
  }

  begin(epoch) {
    this.epoch = epoch;
    this.mode = null;
    this.seen = null;
    this.#partial = null;
  }

  verdict({ mode, reason = null }) {
    this.mode = mode;
    this.reason = reason;
  }

  /** False if the frame cannot come after what was seen. */
  take(frame, chars) {
    const { type, index } = frame;
    const done = { epoch: this.epoch, chars, index, page: frame.page ?? 0 };
    if (type === 'mark') {
      if (this.#partial || frame.prev > this.index) return false;
      this.index = Math.max(this.index, index);
      this.#consumed(done);
    } else if (type === 'chg') {
      if (index <= this.index) return true; // seen already: never twice
      if (frame.prev > this.index || this.#partial) return false;
      this.index = index;
      const changes = frame.ops.map(op => ({ ...op, value: decode(op.value) }));
      this.#deliver({ type: 'change', index, changes }, done);
    } else if (type === 'snap') {
      if (frame.page === 0) this.#partial = new Map();
      else if (!this.#partial || frame.page !== this.#page + 1) return false;
      if (index < this.index) return false;
      this.#page = frame.page;
      for (const { key, value, version } of frame.ops) {
        if (value === null) this.#partial.delete(key);
        else this.#partial.set(key, { value: decode(value), version });
      }
      if (!frame.last) {
        this.#consumed(done);
        return true;
      }
      const entries = this.#partial;
      this.#partial = null;
      this.index = index;
      this.#deliver({ type: 'snapshot', index, entries }, done);
    }
    return true;
  }

  #deliver(event, done) {
    if (this.#onChange) {
      try {
        this.#onChange(event);
      } finally {
        this.#consumed(done);
      }
    } else if (this.#wanted.length) {
      this.#wanted.shift().resolve({ value: event, done: false });
      this.#consumed(done);
    } else {
      this.#queue.push({ event, done });
    }
  }

  /** What an application has not taken is not acknowledged, and the node sends no more. */
  #consumed({ epoch, chars, index, page }) {
    if (epoch !== this.epoch) return;
    this.seen = { index, page };
    this.#client.acknowledge(this, chars);
  }

  finish(error = null) {
    if (this.#done) return;
    this.#done = true;
    this.#error = error;
    clearTimeout(this.acking);
    this.#signal?.removeEventListener('abort', this.#abort);
    for (const { resolve, reject } of this.#wanted.splice(0)) {
      if (error) reject(error);
      else resolve({ value: undefined, done: true });
    }
  }

  close() {
    this.finish();
    this.#client.forget(this);
  }

  next() {
    const next = this.#queue.shift();
    if (next) {
      this.#consumed(next.done);
      return Promise.resolve({ value: next.event, done: false });
    }
    if (this.#error) return Promise.reject(this.#error);
    if (this.#done) return Promise.resolve({ value: undefined, done: true });
    return new Promise((resolve, reject) => this.#wanted.push({ resolve, reject }));
  }

  return() {
    this.close();
    return Promise.resolve({ value: undefined, done: true });
  }

  [Symbol.asyncIterator]() {
    return this;
  }
}
