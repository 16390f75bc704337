// How one message looks. Text is always a text node, never markup.
import { html, nothing } from 'lit';
import { words } from './words.js';

/** A consent text says its period and the right to refuse in larger letters (the law wants them to stand out). */
const STRONG = /^(언제까지:|동의하지 않아도|거절해도)/;

function paragraphs(message) {
  if (message.asks !== 'consent' && message.asks !== 'sensitive_consent') return message.text;
  return message.text
    .split('\n')
    .map((line, i, all) => html`${STRONG.test(line) ? html`<span class="strong">${line}</span>` : line}${i < all.length - 1 ? '\n' : nothing}`);
}

function numbers(data) {
  const list = data?.numbers ?? data?.hotlines ?? [];
  if (!list.length) return nothing;
  return html`<ul class="numbers">
    ${list.map(
      (n) => html`<li><a href=${n.href} aria-label=${`${n.number} ${n.label} ${words.call}`}>${n.number}<small>${n.label}</small></a></li>`,
    )}
  </ul>`;
}

function steps(plan) {
  if (!plan?.steps?.length) return nothing;
  return html`<ol class="steps" aria-label=${words.steps}>
    ${plan.steps.map(
      (s) => html`<li>
        <b>${s.label ?? s.service}</b>
        <p>${s.why}</p>
        ${s.role_label ? html`<p>${words.who}: ${s.role_label}</p>` : nothing}
        ${s.confirm?.length ? html`<p>${words.confirm}: ${s.confirm.map((c) => c.what ?? c).join(', ')}</p>` : nothing}
      </li>`,
    )}
  </ol>`;
}

export function messageView(message) {
  const role = message.role ?? 'bot';
  return html`<div class="message ${role} ${message.kind ?? ''}" role=${message.kind === 'crisis' ? 'alert' : nothing}>
    <span class="who">${words[role] ?? words.bot}</span>
    <div class="bubble">${paragraphs(message)}${message.kind === 'crisis' ? numbers(message.data) : nothing}${message.kind === 'plan' ? steps(message.data?.plan) : nothing}</div>
  </div>`;
}
