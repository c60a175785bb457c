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
const TOKEN_MILLIS = 15000;
const REQUEST_MILLIS = 30000;
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

/** As it was written: with the mark of byte order, which a decoder drops unless it is told not to. */
const utf8 = bytes => new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);

const decode = value =>
  value && value.base64 !== undefined ? Uint8Array.from(atob(value.base64), c => c.charCodeAt(0)) : value;

/** A string that UTF-8 can carry: of two that differ in a lone surrogate only, one would be the other. */
function text(what, value) {
  if (typeof value !== 'string' || !value.isWellFormed()) throw new TypeError(`${what} must be a string of whole characters, not ${typeof value === 'string' ? JSON.stringify(value) : typeof value}`);
  return value;
}

function valid(value) {
  if (!ArrayBuffer.isView(value)) text('a value that is not bytes', value);
  return value;
}

/** What the promise gives, or a failure after a while. */
function within(promise, millis, why) {
  let timer;
  const late = new Promise((_, reject) => (timer = setTimeout(() => reject(new Error(why)), millis)));
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

class Client extends EventTarget {
  state = 'connecting';
  reason = '';
  member = null;
  group = null;
  identity = null;
  rtt = null;
  #urls;
  #token;
  #asked = null;
  #timeout;
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

  constructor({ urls, token, user, password, group, open, timeout = REQUEST_MILLIS }) {
    super();
    const base = globalThis.document?.baseURI;
    this.#urls = [urls ?? []].flat().map(url => new URL(url.endsWith('/') ? url : url + '/', base));
    if (!this.#urls.length) throw new TypeError('connect needs at least one URL of a node');
    this.#token = token;
    this.#timeout = timeout;
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
    text('the name of a map', map);
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
    const answer = await this.#http('GET', map, key, { signal, level });
    if (!answer) return null;
    const { headers, bytes } = answer;
    return {
      key,
      value: headers.get('Content-Type')?.startsWith('text/') ? utf8(bytes) : new Uint8Array(bytes),
      version: Number(/(\d+)"$/.exec(headers.get('ETag') ?? '')?.[1]),
      slot: Number(headers.get('Synod-Slot')),
    };
  }

  async put(map, key, value, { ifVersion, ifAbsent, ttl, signal } = {}) {
    const answer = await this.#http('PUT', map, key, { signal, body: valid(value), ifVersion, ifAbsent, ttl });
    return JSON.parse(utf8(answer.bytes));
  }

  async remove(map, key, { ifVersion, signal } = {}) {
    const answer = await this.#http('DELETE', map, key, { signal, ifVersion });
    return JSON.parse(utf8(answer.bytes));
  }

  close() {
    this.#end('closed', 'it was closed');
  }

  async #http(method, map, key, { body, level, ifVersion, ifAbsent, ttl, signal }) {
    // As parameters: in a path, ".." would be the way to another address.
    const path = `api/v1/maps?map=${encodeURIComponent(text('the name of a map', map))}&key=${encodeURIComponent(text('a key', key))}${level ? `&level=${level}` : ''}${ttl === undefined ? '' : `&ttl=${ttl}`}`;
    if (ttl !== undefined && !(Number.isSafeInteger(ttl) && ttl > 0)) throw new TypeError(`ttl must be a number of milliseconds, not ${ttl}`);
    if (ifVersion !== undefined && !(Number.isSafeInteger(ifVersion) && ifVersion > 0)) throw new TypeError(`ifVersion must be a version, not ${ifVersion}`);
    signal?.throwIfAborted();
    const headers = {};
    let shown;
    try {
      shown = authorization(await this.#credentials());
    } catch (error) {
      throw new SynodError({ type: '/problems/no-token', title: 'There is no token', status: 0, detail: `${error?.message ?? error}` });
    }
    if (shown) headers.Authorization = shown;
    // A version of another history of the group is that of another write.
    if (ifVersion !== undefined) headers['If-Match'] = this.identity ? `"${this.identity}-${ifVersion}"` : `"${ifVersion}"`;
    if (ifAbsent) headers['If-None-Match'] = '*';
    if (body !== undefined) headers['Content-Type'] = 'application/octet-stream';
    const late = AbortSignal.timeout(this.#timeout);
    let answer, bytes;
    try {
      signal?.throwIfAborted();
      answer = await fetch(new URL(path, this.url), { method, body, headers, signal: signal ? AbortSignal.any([signal, late]) : late, cache: 'no-store', credentials: 'omit' });
      bytes = await answer.arrayBuffer();
    } catch (error) {
      if (signal?.aborted) throw error;
      throw new SynodError(
        method === 'GET'
          ? { type: '/problems/unreachable', title: late.aborted ? 'The node does not answer' : 'The node cannot be reached', status: 0 }
          : {
              type: '/problems/outcome-unknown',
              title: 'The outcome of the command is unknown',
              status: 0,
              detail: 'The node was lost before it answered. Read the entry to find out; do not treat this as a failure.',
            });
    }
    if (answer.ok) return { headers: answer.headers, bytes };
    let problem;
    try {
      problem = JSON.parse(utf8(bytes));
    } catch {
      problem = { type: '/problems/unknown', title: answer.statusText };
    }
    problem.status = answer.status;
    const error = new SynodError(problem);
    if (method === 'GET' && error.code === 'no-such-key') return null;
    throw error;
  }

  /** A function for the token is asked once at a time, and again when it has not answered in time. */
  async #credentials() {
    let token = this.#token;
    if (typeof token === 'function') {
      this.#asked ??= within(new Promise(got => got(token())), TOKEN_MILLIS, 'the function for it does not answer').finally(() => (this.#asked = null));
      token = await this.#asked;
    }
    if (token) return { token: text('a token', token) };
    return this.#user !== undefined ? { user: this.#user, password: this.#password ?? '' } : {};
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
      socket.onopen = socket.onmessage = socket.onclose = null; // but not onerror
      try {
        socket.close();
      } catch {
        // It never was open.
      }
    }
  }

  async #dial() {
    this.#epoch++;
    let shown;
    let socket;
    try {
      shown = await this.#credentials(); // before there is a socket, which waits for its hello
    } catch (error) {
      return this.#lost(`there is no token: ${error?.message ?? error}`);
    }
    if (this.#final()) return;
    try {
      socket = this.#open(this.url);
    } catch (error) {
      return this.#lost(`no connection can be opened: ${error?.message ?? error}`);
    }
    this.#socket = socket;
    this.#timer = setTimeout(() => this.#lost('the node does not answer'), DIAL_MILLIS);
    socket.onerror = () => {}; // the close that follows says enough, and no listener would be an error
    socket.onopen = () => {
      const seen = Math.max(0, ...[...this.#watches.values()].map(w => w.index));
      this.#send({ type: 'hello', v: VERSION, ...shown, cluster: this.#cluster ?? undefined, seen, identity: this.identity ?? undefined });
    };
    socket.onmessage = event => {
      let frame;
      try {
        frame = JSON.parse(event.data);
      } catch {
        return this.#lost('the node sent what is no frame');
      }
      this.#frame(frame, event.data.length);
    };
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
    const known = watch.index >= 0;
    this.#send({
      type: 'sub',
      id: watch.id,
      topic: watch.map,
      from: known ? watch.index : undefined,
      identity: known ? (watch.identity ?? undefined) : undefined,
      policy: watch.policy,
    });
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

  #frame(frame, chars) {
    this.#heard = performance.now();
    if (this.state === 'stale') this.#settle();
    // What comes before a watch has its verdict was sent to a former one of the same map.
    const watch = 'id' in frame ? this.#watches.get(frame.id) : [...this.#watches.values()].find(w => w.map === frame.topic && w.mode);
    switch (frame.type) {
      case 'welcome':
        clearTimeout(this.#timer);
        this.#welcome = true;
        this.group = this.#cluster = frame.group;
        this.member = frame.member;
        this.identity = frame.identity || null;
        this.#watches.forEach(w => this.#subscribe(w));
        return this.#settle();
      case 'ok':
        watch?.verdict(frame, this.identity);
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
        if (watch && !watch.take(frame, chars)) this.#lost('a frame was missing');
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
  /** The history of the group that the index belongs to; null if it is not known. */
  identity = null;
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

  verdict({ mode, reason = null }, identity) {
    this.mode = mode;
    this.reason = reason;
    // The group began anew under its name, or was forced: its slots begin anew as well.
    if (reason === 'another-history') this.index = -1;
    this.identity = identity;
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
