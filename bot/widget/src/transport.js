// Speaks the chat API: opens a conversation, sends messages, listens to events, resumes.
// Holds a conversation's id and token for as long as the tab lives (sessionStorage), never a word of it.
import { createParser } from 'eventsource-parser';

const KEPT = 'mulgil-conversation';
const RETRY_MS = [1000, 2000, 5000, 10000, 20000];
const ANSWER_WITHIN_MS = 30000;
// The service sends a sign of life every 15 seconds; a line silent for longer is dead (a phone woke up, a proxy gave up).
const SILENT_MS = 45000;
export const GONE = [401, 404, 410];

export class Problem extends Error {
  constructor(status, detail) {
    super(detail);
    this.status = status;
  }

  get isGone() {
    return GONE.includes(this.status);
  }
}

/** Runs `work` with a signal that aborts after this many milliseconds. */
async function within(milliseconds, work) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), milliseconds);
  try {
    return await work(stop.signal);
  } finally {
    clearTimeout(timer);
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
    this.kept = { id: answer.conversation_id, token: answer.token, endpoint: this.endpoint };
    this.#write();
    this.#listenAfter(answer.messages);
    return answer.messages;
  }

  /** The conversation so far, or null when it is gone. */
  async resume() {
    try {
      const { messages } = await this.#call('GET', this.#path(''));
      this.#listenAfter(messages);
      return messages;
    } catch (error) {
      if (!(error instanceof Problem) || !error.isGone) throw error;
      this.forget();
      return null;
    }
  }

  /** Sending the same message again (same id) is harmless: the service answers the same. */
  async send(message) {
    return (await this.#call('POST', this.#path('/messages'), message)).messages;
  }

  forget() {
    this.hangUp();
    this.kept = null;
    this.lastEvent = '';
    try {
      sessionStorage.removeItem(KEPT);
    } catch {
      // Storage may be switched off; then nothing was kept there either.
    }
  }

  hangUp() {
    this.listening?.abort();
    this.listening = null;
  }

  /** Calls `heard` with every message to the client, those of a counselor included; `gone` if the conversation ends. */
  async listen(heard, gone) {
    this.hangUp();
    const stop = (this.listening = new AbortController());
    for (let failures = 0; !stop.signal.aborted; failures += 1) {
      try {
        await this.#stream(heard, stop.signal, () => (failures = 0));
      } catch (error) {
        if (stop.signal.aborted) return;
        if (error instanceof Problem && error.isGone) return gone();
      }
      await new Promise((go) => setTimeout(go, RETRY_MS[Math.min(failures, RETRY_MS.length - 1)]));
    }
  }

  async #stream(heard, stop, connected) {
    const line = new AbortController();
    const hangUp = () => line.abort();
    stop.addEventListener('abort', hangUp);
    let silence = setTimeout(hangUp, SILENT_MS);
    try {
      const headers = { Authorization: `Bearer ${this.kept.token}`, Accept: 'text/event-stream' };
      if (this.lastEvent) headers['Last-Event-ID'] = this.lastEvent;
      const response = await fetch(this.endpoint + this.#path('/events'), { headers, signal: line.signal });
      if (!response.ok) throw new Problem(response.status, '');
      connected();
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
        clearTimeout(silence);
        silence = setTimeout(hangUp, SILENT_MS);
        parser.feed(value);
      }
    } finally {
      clearTimeout(silence);
      stop.removeEventListener('abort', hangUp);
    }
  }

  /** What was said between this snapshot and the first moment of listening is sent again by the service. */
  #listenAfter(messages) {
    this.lastEvent = messages.filter((m) => m.role !== 'client').at(-1)?.id ?? '';
  }

  #path(rest) {
    return `/chat/conversations/${encodeURIComponent(this.kept.id)}${rest}`;
  }

  #call(method, path, body) {
    const headers = { 'Content-Type': 'application/json' };
    if (this.kept) headers.Authorization = `Bearer ${this.kept.token}`;
    return within(ANSWER_WITHIN_MS, async (signal) => {
      const response = await fetch(this.endpoint + path, { method, headers, signal, body: body && JSON.stringify(body) });
      const answer = await response.json().catch(() => null);
      if (!response.ok) throw new Problem(response.status, answer?.detail ?? '');
      if (!answer) throw new Problem(502, '');
      return answer;
    });
  }

  #read() {
    try {
      const kept = JSON.parse(sessionStorage.getItem(KEPT));
      return kept?.endpoint === this.endpoint ? kept : null;
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
