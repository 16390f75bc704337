// The one script a centre's page needs:
//   <script src="https://<mulgil>/widget/mulgil.js" data-center="demo" defer></script>
// Where the page has a <mulgil-chat> of its own, that one is used; otherwise a button floats at the corner.
import { MulgilChat } from './mulgil-chat.js';

const script = document.currentScript;

function place() {
  if (document.querySelector('mulgil-chat')) return;
  const chat = document.createElement('mulgil-chat');
  chat.setAttribute('floating', '');
  document.body.append(chat);
}

// A page that names the script twice has one window all the same.
if (!customElements.get('mulgil-chat')) {
  MulgilChat.home = script?.src ? new URL(script.src).origin : location.origin;
  MulgilChat.center = script?.dataset.center ?? '';
  customElements.define('mulgil-chat', MulgilChat);
  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', place);
  else place();
}
