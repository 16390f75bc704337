// Speaks the chat API: opens a conversation, sends messages, listens to events, resumes.
// Holds a conversation's id and token for as long as the tab lives (sessionStorage), never a word of it.
import { createParser } from 'eventsource-parser';

const KEPT = 'mulgil-conversation';
const RETRY_MS = [1000, 2000, 5000, 10000, 20000];

export class Problem extends Error {
  constructor(status, detail) {
    super(detail);
    this.status = status;
  }
}

export class Transport {
  constructor(endpoint, center) {
    this.endpoint = endpoint.replace(/\/$/, '');
    this.center = center;
    this.kept = this.#read();
    this.lastEvent = '';
    this.listening = null;
  }

  get isOpen() {
    return Boolean(this.kept);
  }

  async open() {
    const body = this.center ? { channel: 'web', center: this.center } : { channel: 'web' };
    const answer = await this.#call('POST', '/chat/conversations', body);
    this.kept = { id: answer.conversation_id, token: answer.token };
    this.#write();
    return answer.messages;
  }

  /** The conversation so far, or null when it is gone. */
  async resume() {
    try {
      return (await this.#call('GET', this.#path(''))).messages;
    } catch (error) {
      if (!(error instanceof Problem) || ![401, 404, 410].includes(error.status)) throw error;
      this.forget();
      return null;
    }
  }

  /** Sending the same message again (same id) is harmless: the service answers the same. */
  async send(message) {
    return (await this.#call('POST', this.#path('/messages'), message)).messages;
  }

  forget() {
    this.listening?.abort();
    this.listening = null;
    this.kept = null;
    try {
      sessionStorage.removeItem(KEPT);
    } catch {
      // Storage may be switched off; then nothing was kept there either.
    }
  }

  /** Calls `heard` with every message to the client, those of a counselor included, until forgotten. */
  async listen(heard) {
    this.listening?.abort();
    const stop = (this.listening = new AbortController());
    for (let failures = 0; !stop.signal.aborted; ) {
      try {
        await this.#stream(heard, stop.signal);
        failures = 0;
      } catch (error) {
        if (stop.signal.aborted || (error instanceof Problem && [401, 404, 410].includes(error.status))) return;
      }
      await new Promise((go) => setTimeout(go, RETRY_MS[Math.min(failures, RETRY_MS.length - 1)]));
      failures += 1;
    }
  }

  async #stream(heard, signal) {
    const headers = { Authorization: `Bearer ${this.kept.token}`, Accept: 'text/event-stream' };
    if (this.lastEvent) headers['Last-Event-ID'] = this.lastEvent;
    const response = await fetch(this.endpoint + this.#path('/events'), { headers, signal });
    if (!response.ok) throw new Problem(response.status, '');
    const parser = createParser({
      onEvent: (event) => {
        if (event.id) this.lastEvent = event.id;
        if (event.event === 'message' || !event.event) heard(JSON.parse(event.data));
      },
    });
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      parser.feed(value);
    }
  }

  #path(rest) {
    return `/chat/conversations/${encodeURIComponent(this.kept.id)}${rest}`;
  }

  async #call(method, path, body) {
    const headers = { 'Content-Type': 'application/json' };
    if (this.kept) headers.Authorization = `Bearer ${this.kept.token}`;
    const response = await fetch(this.endpoint + path, { method, headers, body: body && JSON.stringify(body) });
    const answer = response.status === 204 ? null : await response.json().catch(() => null);
    if (!response.ok) throw new Problem(response.status, answer?.detail ?? '');
    return answer;
  }

  #read() {
    try {
      return JSON.parse(sessionStorage.getItem(KEPT));
    } catch {
      return null;
    }
  }

  #write() {
    try {
      sessionStorage.setItem(KEPT, JSON.stringify(this.kept));
    } catch {
      // Without storage the conversation lives as long as the page.
    }
  }
}
