// <mulgil-chat>: the whole chat window as one element.  See docs/widget.md for how a centre embeds it.
import { LitElement, html, nothing } from 'lit';
import { messageView } from './messages.js';
import { newId } from './new-id.js';
import { styles } from './styles.js';
import { Problem, Transport } from './transport.js';
import { words } from './words.js';

const SLOW_MS = 4000;
/** Answers of these statuses may be tried again as they are; any other 4xx refuses this very message. */
const PASSING = [408, 425, 429];
/** Ways round a question look quieter than answers to it; a consent's buttons all look alike. */
const ASIDE = ['/refuse', '/ask_why'];

export class MulgilChat extends LitElement {
  /** Where the script came from and what it was told: the defaults of every window on the page. */
  static home = '';
  static center = '';
  static styles = styles;
  static properties = {
    endpoint: { type: String },
    center: { type: String },
    heading: { type: String },
    exit: { type: String },
    floating: { type: Boolean, reflect: true },
    open: { type: Boolean, state: true },
    messages: { state: true },
    sending: { state: true },
    notice: { state: true },
    unread: { state: true },
  };

  constructor() {
    super();
    this.endpoint = '';
    this.center = '';
    this.heading = words.title;
    this.exit = 'https://www.weather.go.kr/';
    this.floating = false;
    this.open = false;
    this.#reset();
  }

  #reset() {
    this.messages = [];
    this.pending = [];
    this.sending = false;
    this.notice = null;
    this.unread = 0;
  }

  connectedCallback() {
    super.connectedCallback();
    this.transport ??= new Transport(this.endpoint || MulgilChat.home, this.center || MulgilChat.center);
    window.addEventListener('online', this.#flush);
    if (this.messages.length) this.#listen();
    else if (!this.floating) this.#begin();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    window.removeEventListener('online', this.#flush);
    this.transport.hangUp();
  }

  /** Unfolds the window: a new conversation, or the one this tab was in. */
  async begin() {
    this.open = true;
    this.unread = 0;
    await this.#begin();
    this.#focus('textarea');
  }

  async #begin() {
    if (this.messages.length || this.beginning) return;
    this.beginning = true;
    this.notice = null;
    try {
      const earlier = this.transport.isOpen ? await this.transport.resume() : null;
      this.messages = earlier ?? (await this.transport.open());
      this.#listen();
    } catch (error) {
      const text = (error instanceof Problem && error.message) || words.cannotOpen;
      this.notice = { text, failed: true, act: () => this.begin(), label: words.retry };
    } finally {
      this.beginning = false;
    }
  }

  #listen() {
    this.transport.listen((message) => this.#hear([message]), () => this.#ended(words.gone));
  }

  get choices() {
    const last = this.messages.at(-1);
    const mayChoose = last && last.role !== 'client' && !this.pending.length && !this.ended;
    return mayChoose ? (last.quick_replies ?? []) : [];
  }

  #say(message, shown) {
    this.pending.push(message);
    this.messages = [...this.messages, { id: message.message_id, role: 'client', text: shown }];
    return this.#flush();
  }

  /** Sends what waits, in order and each with the id it was given; stops at the first that does not get through. */
  #flush = async () => {
    if (this.sending || !this.pending.length) return;
    this.sending = true;
    this.notice = null;
    const slow = setTimeout(() => (this.notice = { text: words.slow }), SLOW_MS);
    try {
      while (this.pending.length) {
        const answer = await this.transport.send(this.pending[0]);
        this.pending.shift();
        this.#hear(answer);
      }
      this.notice = null;
    } catch (error) {
      this.#failed(error);
    } finally {
      clearTimeout(slow);
      this.sending = false;
    }
  };

  #failed(error) {
    // Whoever hid or restarted the conversation meanwhile has nothing left to send.
    if (!this.pending.length) return;
    const status = error instanceof Problem ? error.status : 0;
    const text = (error instanceof Problem && error.message) || words.failed;
    if (error instanceof Problem && error.isGone) {
      this.#ended(text);
    } else if (status >= 400 && status < 500 && !PASSING.includes(status)) {
      this.#giveBack();
      this.notice = { text, failed: true };
    } else {
      this.notice = { text, failed: true, urgent: true, act: this.#flush, label: words.again };
    }
  }

  /** A refused text goes back into the field, before what stands there: nothing the client wrote is lost. */
  #giveBack() {
    const back = this.pending.splice(0);
    const ids = new Set(back.map((message) => message.message_id));
    this.messages = this.messages.filter((message) => !ids.has(message.id));
    const field = this.renderRoot.querySelector('textarea');
    field.value = [...back.map((message) => message.text), field.value].filter(Boolean).join('\n');
  }

  #ended(text) {
    this.#giveBack();
    this.ended = true;
    this.notice = { text, failed: true, act: () => this.#startAnew(), label: words.newTalk };
  }

  #hear(arrived) {
    // An answer that was on its way when the client hid the window must not show up any more.
    if (!this.transport.isOpen) return;
    const known = new Set(this.messages.map((m) => m.id));
    const fresh = arrived.filter((m) => !known.has(m.id));
    if (!fresh.length) return;
    this.messages = [...this.messages, ...fresh];
    if (this.floating && !this.open) this.unread += fresh.length;
  }

  #send(event) {
    event.preventDefault();
    const field = this.renderRoot.querySelector('textarea');
    const text = field.value.trim();
    this.#focus('textarea');
    if (!text || this.ended || !this.transport.isOpen) return;
    field.value = '';
    this.#say({ message_id: newId(), text }, text);
  }

  #key(event) {
    // Enter sends, Shift+Enter breaks the line; while a syllable is being composed Enter only ends the syllable.
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing && event.keyCode !== 229) this.#send(event);
  }

  #choose(reply) {
    this.#say({ message_id: newId(), payload: reply.payload }, reply.title);
    // On a touch screen the field would call up the keyboard and cover the answer.
    this.#focus(matchMedia('(pointer: coarse)').matches ? '.scroll' : 'textarea');
  }

  async #startAnew() {
    const text = this.renderRoot.querySelector('textarea').value;
    this.transport.forget();
    this.#reset();
    this.ended = false;
    await this.begin();
    this.renderRoot.querySelector('textarea').value = text;
  }

  /** Clears the window and leaves the page, for someone who may be watched. */
  #hide = () => {
    this.transport.forget();
    this.#reset();
    this.renderRoot.querySelector('textarea').value = '';
    location.replace(this.exit);
  };

  #fold() {
    this.open = false;
    this.#focus('.launcher');
  }

  #foldByKey(event) {
    if (event.key === 'Escape' && this.floating && !event.isComposing) this.#fold();
  }

  #focus(selector) {
    this.updateComplete.then(() => this.renderRoot.querySelector(selector)?.focus({ preventScroll: true }));
  }

  updated(changed) {
    if (changed.has('messages')) this.newest = this.#firstNew(changed.get('messages') ?? []);
    if (['messages', 'sending', 'notice', 'open'].some((name) => changed.has(name))) this.#showNewest();
  }

  /** The first message of what has just been said to the client, if anything has. */
  #firstNew(before) {
    if (!before.length) return this.messages.at(-1);
    const known = new Set(before.map((m) => m.id));
    const from = this.sending ? this.messages.findLastIndex((m) => m.role === 'client') + 1 : 0;
    return this.messages.slice(from).find((m) => m.role !== 'client' && (this.sending || !known.has(m.id)));
  }

  /** A long answer is shown from its first line; where it is short the browser stops at the end. */
  #showNewest() {
    const scroll = this.renderRoot.querySelector('.scroll');
    if (!scroll) return;
    const first = this.newest && !this.notice?.failed && scroll.querySelector(`[data-id="${CSS.escape(this.newest.id)}"]`);
    scroll.scrollTop = first ? first.offsetTop - 12 : scroll.scrollHeight;
  }

  render() {
    if (this.floating && !this.open) {
      const label = this.transport.isOpen ? words.goOn : words.open;
      const unread = this.unread ? html`<span class="unread">${words.unread(this.unread)}</span>` : nothing;
      return html`<button class="launcher" type="button" aria-live="polite" @click=${this.begin}>${label}${unread}</button>`;
    }
    const waiting = new Set(this.sending ? [] : this.pending.map((m) => m.message_id));
    return html`<section class="window" aria-label=${this.heading} @keydown=${this.#foldByKey}>
      <header>
        <h2>${this.heading}</h2>
        <button class="plain" type="button" title=${words.hideHelp} @click=${this.#hide}>${words.hide}</button>
        ${this.floating ? html`<button class="plain" type="button" @click=${this.#fold}>${words.close}</button>` : nothing}
      </header>
      <div class="scroll" role="region" aria-label=${words.talk} tabindex="0">
        <div class="log" role="log" aria-label=${words.log} aria-live="polite">
          ${this.messages.map((m) => messageView(m, { unsent: waiting.has(m.id), hide: this.#hide }))}
        </div>
        <p class="typing" role="status">${this.sending ? words.typing : nothing}</p>
        ${this.#choicesView()} ${this.#noticeView()}
      </div>
      <form @submit=${this.#send}>
        <label class="unseen" for="say">${words.input}</label>
        <textarea id="say" rows="1" placeholder=${words.placeholder} autocomplete="off" enterkeyhint="send" @keydown=${this.#key}></textarea>
        <button class="send" type="submit">${words.send}</button>
      </form>
    </section>`;
  }

  #choicesView() {
    const { choices } = this;
    const asks = this.messages.at(-1)?.asks ?? '';
    const equal = !asks || asks.endsWith('consent');
    return html`<p class="unseen" role="status">${choices.length ? words.choicesThere(choices.length) : nothing}</p>
      ${choices.length
        ? html`<div class="choices ${asks.endsWith('consent') ? 'equal' : ''}" role="group" aria-label=${words.choices}>
            ${choices.map((reply) => {
              const kind = !equal && ASIDE.includes(reply.payload) ? 'aside' : '';
              return html`<button class=${kind} type="button" @click=${() => this.#choose(reply)}>${reply.title}</button>`;
            })}
          </div>`
        : nothing}`;
  }

  #noticeView() {
    if (!this.notice) return nothing;
    const { text, failed, urgent, act, label } = this.notice;
    return html`<div class="notice ${failed ? 'failed' : ''}" role=${failed ? 'alert' : 'status'}>
      <p>${text}</p>
      ${urgent || (failed && !this.messages.length)
        ? html`<p>${words.urgent} <a href="tel:119">119</a> <a href="tel:112">112</a></p>`
        : nothing}
      ${act ? html`<button class="act" type="button" @click=${act}>${label}</button>` : nothing}
    </div>`;
  }
}
