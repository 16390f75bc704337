// The plan as cards: what, why in the client's words, who, what to bring, what if, what is still to be checked.
import { html, nothing } from 'lit';
import { words } from './words.js';

function row(label, text) {
  return text ? html`<div><dt>${label}</dt><dd>${text}</dd></div>` : nothing;
}

/** Paper names, on a line of their own those an office can look up itself. Ids without a name are not shown. */
function papers(step) {
  const labels = step.document_labels ?? {};
  const named = (ids) => (ids ?? []).map((id) => labels[id]).filter(Boolean).join(', ');
  const lookedUp = new Set(step.documents_to_check ?? []);
  const [bring, maybe] = [named(step.documents?.filter((id) => !lookedUp.has(id))), named(step.documents_to_check)];
  return [bring, maybe && words.lookedUp(maybe)].filter(Boolean).join('\n');
}

function otherwise(step, branches) {
  return (branches ?? [])
    .filter((branch) => branch.after === step.id && branch.add_labels?.length)
    .map((branch) => `${branch.label} → ${branch.add_labels.join(', ')}`)
    .join('\n');
}

function card(step, branches) {
  return html`<li>
    <h4>${step.label ?? step.service}${step.status === 'done' ? html` <span class="done">${words.done}</span>` : nothing}</h4>
    <dl>
      ${row(words.why, step.why)} ${row(words.who, step.role_label)} ${row(words.how, words.modes[step.mode])}
      ${row(words.documents, papers(step))} ${row(words.otherwise, otherwise(step, branches))}
      ${row(words.confirm, step.confirm?.map((one) => one.what ?? one).join(', '))}
    </dl>
  </li>`;
}

export function planCard(plan) {
  if (!plan?.steps?.length) return nothing;
  return html`<section class="plan-card" aria-label=${words.plan}>
    <h3>${words.plan}</h3>
    <p class="proposal">${words.proposal}</p>
    <ol class="steps">
      ${plan.steps.map((step) => card(step, plan.branches))}
    </ol>
    ${plan.unmet?.length
      ? html`<h4>${words.unmet}</h4>
          <ul class="unmet">${plan.unmet.map((one) => html`<li>${one.reason} ${one.suggestion}</li>`)}</ul>`
      : nothing}
  </section>`;
}
