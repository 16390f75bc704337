// How one message looks. Text is always a text node, never markup.
import { html, nothing } from 'lit';
import { planCard } from './plan-card.js';
import { words } from './words.js';

// A consent text says its period and the right to refuse in larger letters (the law wants them to stand out).
const STRONG_LINE = /^(언제까지:|동의하지 않아도|거절해도)/;
const STRONG_SENTENCE = /([^.?\n]*(?:까지 적어 두|동의하지 않아도|거절해도)[^.?\n]*[.?])/;
// Full numbers can be called wherever they stand; short ones (119, 1366) only where a number to call is meant.
const FULL_NUMBER = String.raw`0\d{1,2}-\d{3,4}-\d{4}|1\d{3}-\d{4}`;
const SHORT_NUMBER = String.raw`1(?:1[29]|[02]9|3\d\d)`;
const CALLED = new RegExp(String.raw`(?<![\d-])(${FULL_NUMBER})(?![\d-])`);
const CALLED_OR_SHORT = new RegExp(String.raw`(?<![\d-])(${FULL_NUMBER}|${SHORT_NUMBER})(?![\d-])`);

/** The two that come at once stand out among many numbers. */
const FIRST = ['112', '119'];

/** Splitting by a pattern with one group leaves the matches at odd places. */
function everyOther(text, pattern, plain, matched) {
  return text.split(pattern).map((part, i) => (i % 2 ? matched(part) : plain(part)));
}

function withCalls(message) {
  if (message.role === 'client' || message.kind === 'summary') return (text) => text;
  const pattern = ['crisis', 'handoff'].includes(message.kind) ? CALLED_OR_SHORT : CALLED;
  return (text) => everyOther(text, pattern, (plain) => plain, (n) => html`<a href=${`tel:${n}`}>${n}</a>`);
}

function body(message) {
  const calls = withCalls(message);
  if (message.asks !== 'consent' && message.asks !== 'sensitive_consent') return calls(message.text);
  const strong = (text) => html`<strong>${text}</strong>`;
  return message.text.split('\n').map((line, i) => [
    i ? '\n' : '',
    STRONG_LINE.test(line) ? strong(line) : everyOther(line, STRONG_SENTENCE, calls, strong),
  ]);
}

function numbers(data) {
  const safe = (data?.hotlines ?? []).filter((line) => /^tel:[\d+-]+$/.test(line.href));
  if (!safe.length) return nothing;
  return html`<ul class="numbers" aria-label=${words.numbers}>
    ${safe.map(
      (line) => html`<li>
        <a class=${FIRST.includes(line.number) ? 'first' : ''} href=${line.href} aria-label=${`${line.number} ${line.label} ${words.call}`}><b>${line.number}</b> <span>${line.label}</span></a>
      </li>`,
    )}
  </ul>`;
}

/** Who speaks. An event says it of a counselor in `data`, the conversation so far in `role`. */
function speaker(message) {
  return message.role ?? (message.data?.from === 'counselor' ? 'counselor' : 'bot');
}

/** One message; `hide` is what the button in a crisis message does where someone may be watching. */
export function messageView(message, { unsent, hide }) {
  const role = speaker(message);
  const isCrisis = message.kind === 'crisis';
  return html`<div class="message ${role} ${message.kind ?? ''}" data-id=${message.id} role=${isCrisis ? 'alert' : nothing}>
    <span class="who">${words[role]}</span>
    <div class="bubble"><p>${body(message)}</p>${isCrisis && message.data?.hide
        ? html`<button class="plain" type="button" @click=${hide}>${words.hide}</button>`
        : nothing}${isCrisis ? numbers(message.data) : nothing}${message.kind === 'plan' ? planCard(message.data?.plan) : nothing}</div>
    ${unsent ? html`<span class="unsent">${words.unsent}</span>` : nothing}
  </div>`;
}
