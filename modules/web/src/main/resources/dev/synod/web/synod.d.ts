/**
 * Synod in the browser.
 *
 * A watch sees every decided change of its map, in the order of the log, none lost and none twice,
 * across reconnects and across a move to another node. Where that is not possible any more, for the
 * page was away longer than the history reaches, it gets a snapshot, and is told so.
 */

/** `connecting`: no node yet, or none again. `live`: every watch is up to date. `stale`: the node is
 * silent. `denied`: it refuses us, and trying again is no use. `closed`: `close()` was called. */
export type State = 'connecting' | 'live' | 'stale' | 'denied' | 'closed';

/** A string if the bytes are UTF-8, else the bytes. */
export type Value = string | Uint8Array;

export interface Options {
  /** Nodes of one group: `http(s)://host:port`, with a path if mounted there. When one is lost, the next is tried. */
  urls: string | string[];
  /** What the nodes ask for, if they do. A function is asked before each connection and each request, and again when
   * its token has expired: the watches then go on where they were. It has 15 s to answer; when it fails, it is asked
   * again before the next connection, and a request fails with `no-token`. */
  token?: string | (() => string | Promise<string>);
  /** In place of a token, where nodes know users. */
  user?: string;
  password?: string;
  /** Refuse nodes of another group. Left out: the group of the first node. */
  group?: string;
  /** Opens something like a WebSocket, e.g. `url => new SockJS(url + 'feed')`. Of SockJS' transports a node has
   * WebSockets only. */
  open?: (url: string) => WebSocket;
  /** How long a read or a write may take, in milliseconds; 30,000 if left out. A read fails with `unreachable` then, a
   * write with `outcome-unknown`. */
  timeout?: number;
}

export interface WatchOptions {
  /** Everything up to this slot was seen before. Left out: begin with a snapshot. */
  from?: number;
  /** Ends the watch. */
  signal?: AbortSignal;
  /** Called for each event. Left out: iterate with `for await`; what is not taken is not acknowledged. */
  onChange?: (event: WatchEvent) => void;
  /** When this page does not keep up: `resume` (default) sends later what it missed, `conflate` only
   * the latest of each key, `disconnect` closes the connection. */
  policy?: 'resume' | 'conflate' | 'disconnect';
}

export interface Change {
  key: string;
  /** null: removed. */
  value: Value | null;
  version: number;
}

export type WatchEvent =
  /** All that one slot changed. */
  | { type: 'change'; index: number; changes: Change[] }
  /** The whole map at a slot, in place of all that was seen. */
  | { type: 'snapshot'; index: number; entries: Map<string, { value: Value; version: number }> };

export interface Watch extends AsyncIterableIterator<WatchEvent> {
  readonly map: string;
  /** Everything up to this slot was received; -1: nothing yet. A later `from`. */
  readonly index: number;
  /** How the node began to serve this watch; null: it has not said. */
  readonly mode: 'resumed' | 'snapshot' | null;
  /**
   * Why it is a snapshot: `fresh` (no `from`), `history-gone`, `slow` (in mid watch), or
   * `another-history` (the group was founded anew, or a configuration was forced: slots and versions seen before mean nothing any more).
   */
  readonly reason: 'fresh' | 'history-gone' | 'slow' | 'another-history' | null;
  close(): void;
}

export interface Entry {
  key: string;
  value: Value;
  version: number;
  /** Where it was written. */
  slot: number;
}

export interface Written {
  slot: number;
  version: number;
}

export interface Client extends EventTarget {
  readonly state: State;
  /** Why it is in that state, in words. */
  readonly reason: string;
  /** The node that is used now. */
  readonly url: string;
  readonly member: string | null;
  readonly group: string | null;
  /** The identity of the group's history; null before the first connection. */
  readonly identity: string | null;
  /** The shortest of the latest round trips, in milliseconds. */
  readonly rtt: number | null;
  /** The group's time in milliseconds since 1970. */
  now(): number;
  /** One watch for each map. */
  watch(map: string, options?: WatchOptions): Watch;
  /** null: absent. Names, keys and values that are not of these types are a TypeError, in `put` and `remove` too. */
  get(map: string, key: string, options?: { level?: 'linearizable' | 'lease' | 'local'; signal?: AbortSignal }): Promise<Entry | null>;
  put(map: string, key: string, value: Value, options?: { ifVersion?: number; ifAbsent?: boolean; /** Time to live in milliseconds. */ ttl?: number; signal?: AbortSignal }): Promise<Written>;
  remove(map: string, key: string, options?: { ifVersion?: number; signal?: AbortSignal }): Promise<Written>;
  close(): void;
  addEventListener(type: 'state', listener: () => void): void;
}

/** A problem as RFC 9457 has it. `outcome-unknown` is no failure: the write may have happened. */
export class SynodError extends Error {
  /** The last part of `type`: `conflict`, `busy`, `no-quorum`, `outcome-unknown`, `no-token`, … */
  readonly code: string;
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail?: string;
  /** Of a conflict: the version the entry is at, 0 if it is absent. */
  readonly version?: number;
  readonly slot?: number;
}

export function connect(options: Options): Client;
