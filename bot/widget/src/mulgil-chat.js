// <mulgil-chat>: the whole chat window as one element.  See docs/widget.md for how a centre embeds it.
import { LitElement, html, nothing } from 'lit';
import { messageView } from './messages.js';
import { styles } from './styles.js';
import { Problem, Transport } from './transport.js';
import { words } from './words.js';

const SAFE_PAGE = 'https://www.weather.go.kr/';
const SLOW_MS = 4000;

export class MulgilChat extends LitElement {
  static styles = styles;
  static properties = {
    endpoint: { type: String },
    center: { type: String },
    floating: { type: Boolean, reflect: true },
    open: { type: Boolean, state: true },
    messages: { state: true },
    waiting: { state: true },
    notice: { state: true },
    unsent: { state: true },
  };

  constructor() {
    super();
    this.endpoint = '';
    this.center = '';
    this.floating = false;
    this.open = false;
    this.#reset();
  }

  #reset() {
    this.messages = [];
    this.waiting = false;
    this.notice = null;
    this.unsent = null;
  }

  connectedCallback() {
    super.connectedCallback();
    this.transport = new Transport(this.endpoint || location.origin, this.center);
    if (!this.floating) this.begin();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.transport.listening?.abort();
  }

  /** Opens the window: a new conversation, or the one this tab was in. */
  async begin() {
    this.open = true;
    if (this.messages.length) return this.#focusInput();
    this.notice = null;
    try {
      const earlier = this.transport.isOpen ? await this.transport.resume() : null;
      this.messages = earlier ?? (await this.transport.open());
      this.transport.listen((message) => this.#hear([message]));
    } catch (error) {
      this.notice = { text: (error instanceof Problem && error.message) || words.cannotOpen, failed: true, retry: () => this.begin() };
    }
    this.#focusInput();
  }

  get choices() {
    const last = this.messages[this.messages.length - 1];
    return last && (last.role ?? 'bot') === 'bot' && !this.waiting ? (last.quick_replies ?? []) : [];
  }

  async #say(message, shown) {
    if (this.waiting) return;
    this.unsent = message;
    this.waiting = true;
    this.notice = null;
    if (shown !== null) this.messages = [...this.messages, { id: message.message_id, role: 'client', text: shown }];
    const slow = setTimeout(() => (this.notice = { text: words.slow }), SLOW_MS);
    try {
      const answer = await this.transport.send(message);
      this.notice = null;
      this.unsent = null;
      this.#hear(answer);
    } catch (error) {
      this.#failed(error, message);
    } finally {
      clearTimeout(slow);
      this.waiting = false;
      this.#focusInput();
    }
  }

  #failed(error, message) {
    const status = error instanceof Problem ? error.status : 0;
    const text = (error instanceof Problem && error.message) || words.failed;
    if (status === 410 || status === 404 || status === 401) {
      this.notice = { text, failed: true, retry: () => this.#startAnew(), label: words.newTalk };
    } else if (status === 413 || status === 422 || status === 400) {
      this.#giveBack(message);
      this.notice = { text, failed: true };
    } else {
      this.notice = { text, failed: true, retry: () => this.#say(message, null), label: words.again };
    }
  }

  /** A refused text goes back into the field: nothing the client wrote is lost. */
  #giveBack(message) {
    this.messages = this.messages.filter((m) => m.id !== message.message_id);
    const field = this.renderRoot.querySelector('textarea');
    if (field && message.text && !field.value) field.value = message.text;
  }

  #hear(arrived) {
    const known = new Set(this.messages.map((m) => m.id));
    const fresh = arrived.filter((m) => !known.has(m.id));
    if (fresh.length) this.messages = [...this.messages, ...fresh];
  }

  #send(event) {
    event.preventDefault();
    const field = this.renderRoot.querySelector('textarea');
    const text = field.value.trim();
    if (!text || this.waiting) return field.focus();
    field.value = '';
    return this.#say({ message_id: crypto.randomUUID(), text }, text);
  }

  #key(event) {
    // Enter sends, Shift+Enter breaks the line; while a syllable is being composed Enter only ends the syllable.
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing && event.keyCode !== 229) this.#send(event);
  }

  #choose(reply) {
    return this.#say({ message_id: crypto.randomUUID(), payload: reply.payload }, reply.title);
  }

  #startAnew() {
    this.transport.forget();
    this.#reset();
    return this.begin();
  }

  /** Clears the window and leaves the page, for someone who may be watched. */
  #hide() {
    this.transport.forget();
    this.#reset();
    location.replace(SAFE_PAGE);
  }

  #fold() {
    this.open = false;
    this.updateComplete.then(() => this.renderRoot.querySelector('.launcher')?.focus());
  }

  #focusInput() {
    this.updateComplete.then(() => this.renderRoot.querySelector('textarea')?.focus({ preventScroll: true }));
  }

  updated(changed) {
    if (!changed.has('messages') && !changed.has('waiting')) return;
    const log = this.renderRoot.querySelector('.log');
    if (log) log.scrollTop = log.scrollHeight;
  }

  render() {
    if (this.floating && !this.open) {
      return html`<button class="launcher" type="button" @click=${this.begin}>${words.open}</button>`;
    }
    return html`<section class="window" aria-label=${words.title}>
      <header>
        <h2>${words.title}</h2>
        <button type="button" title=${words.hideHelp} @click=${this.#hide}>${words.hide}</button>
        ${this.floating ? html`<button type="button" @click=${this.#fold}>${words.close}</button>` : nothing}
      </header>
      <div class="log" role="log" aria-label=${words.log} aria-live="polite" tabindex="0">
        ${this.messages.map(messageView)}
        ${this.waiting ? html`<p class="notice" role="status">${words.typing}</p>` : nothing}
      </div>
      ${this.choices.length
        ? html`<div class="choices" role="group" aria-label=${words.choices}>
            ${this.choices.map((reply) => html`<button type="button" @click=${() => this.#choose(reply)}>${reply.title}</button>`)}
          </div>`
        : nothing}
      ${this.notice ? this.#noticeView() : nothing}
      <form @submit=${this.#send}>
        <label class="unseen" for="say">${words.input}</label>
        <textarea id="say" rows="1" placeholder=${words.placeholder} autocomplete="off" enterkeyhint="send" @keydown=${this.#key}></textarea>
        <button class="send" type="submit" aria-disabled=${this.waiting ? 'true' : 'false'}>${words.send}</button>
      </form>
    </section>`;
  }

  #noticeView() {
    const { text, failed, retry, label } = this.notice;
    return html`<div class="notice ${failed ? 'failed' : ''}" role=${failed ? 'alert' : 'status'}>
      ${text} ${retry ? html`<button type="button" @click=${retry}>${label ?? words.retry}</button>` : nothing}
    </div>`;
  }
}
