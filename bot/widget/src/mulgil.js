// The one script a centre's page needs:
//   <script src="https://<mulgil>/widget/mulgil.js" data-center="demo" defer></script>
// Where the page has a <mulgil-chat> of its own, that one is used; otherwise a button floats at the corner.
import { MulgilChat } from './mulgil-chat.js';

const script = document.currentScript;

customElements.define('mulgil-chat', MulgilChat);

function place() {
  const endpoint = script?.src ? new URL(script.src).origin : location.origin;
  const center = script?.dataset.center ?? '';
  const own = document.querySelector('mulgil-chat');
  if (own) return;
  const chat = document.createElement('mulgil-chat');
  chat.setAttribute('endpoint', endpoint);
  chat.setAttribute('center', center);
  chat.setAttribute('floating', '');
  document.body.append(chat);
}

if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', place);
else place();
