import { css } from 'lit';

// Sizes are px: a host page's root font size crosses the shadow border, and KRDS sets it to 62.5 %.
// Colours follow KRDS (primary 50, gray scale, danger 50), each pair at 4.5:1 or better.
export const styles = css`
  :host {
    --primary: #256ef4;
    --primary-dark: #0b50d0;
    --ink: #1e2124;
    --soft-ink: #464c53;
    --line: #b1b8be;
    --paper: #ffffff;
    --ground: #f4f5f6;
    --danger: #bd2c0f;
    --danger-ground: #fdefec;
    font: 400 17px/1.6 'Pretendard GOV', 'Pretendard', system-ui, 'Apple SD Gothic Neo', 'Noto Sans KR', NanumGothic, sans-serif;
    color: var(--ink);
    word-break: keep-all;
    overflow-wrap: anywhere;
  }
  :host { display: block; height: 100%; }
  :host([floating]) { height: auto; }
  :host([hidden]) { display: none; }
  * { box-sizing: border-box; }
  button { font: inherit; cursor: pointer; }
  :is(button, textarea, a):focus-visible { outline: 3px solid var(--primary-dark); outline-offset: 2px; }
  .launcher {
    position: fixed; right: 24px; bottom: 24px; z-index: 2147483000; min-height: 56px; padding: 0 24px; border: 0;
    border-radius: 28px; background: var(--primary); color: #fff; font-weight: 700; box-shadow: 0 4px 16px rgb(0 0 0 / 25%);
  }
  .launcher:hover, .send:hover { background: var(--primary-dark); }
  .window { display: flex; flex-direction: column; background: var(--paper); height: 100%; min-height: 0; }
  :host([floating]) .window {
    position: fixed; right: 24px; bottom: 24px; z-index: 2147483000; width: min(420px, calc(100vw - 32px));
    height: min(720px, calc(100dvh - 48px)); border: 1px solid var(--line); border-radius: 16px; overflow: hidden;
    box-shadow: 0 8px 32px rgb(0 0 0 / 25%);
  }
  header { display: flex; align-items: center; gap: 8px; padding: 12px 16px; border-bottom: 1px solid var(--line); background: var(--paper); }
  header h2 { flex: 1; margin: 0; font-size: 19px; line-height: 1.4; }
  header button { min-height: 40px; padding: 0 12px; border: 1px solid var(--line); border-radius: 6px; background: var(--paper); color: var(--ink); }
  .log { flex: 1; min-height: 0; overflow-y: auto; padding: 16px; background: var(--ground); overscroll-behavior: contain; }
  .message { max-width: 88%; margin: 0 0 12px; }
  .message .who { display: block; font-size: 14px; color: var(--soft-ink); margin-bottom: 2px; }
  .bubble { padding: 12px 16px; border-radius: 4px 16px 16px; background: var(--paper); border: 1px solid #d6dade; white-space: pre-line; }
  .client { margin-left: auto; }
  .client .who { text-align: right; }
  .client .bubble { background: #e7f0fe; border-color: #b1cefb; border-radius: 16px 4px 16px 16px; }
  .counselor .bubble { border-color: var(--primary); }
  .crisis { max-width: 100%; }
  .crisis .bubble { background: var(--danger-ground); border: 2px solid var(--danger); font-size: 18px; }
  .strong { font-weight: 700; font-size: 18px; }
  .numbers { display: flex; flex-wrap: wrap; gap: 8px; margin: 12px 0 0; padding: 0; list-style: none; }
  .numbers a { display: inline-flex; align-items: center; min-height: 44px; padding: 0 14px; border-radius: 6px; background: var(--danger); color: #fff; font-weight: 700; text-decoration: none; }
  .numbers small { font-size: 14px; font-weight: 400; margin-left: 6px; }
  .steps { margin: 12px 0 0; padding: 0; list-style: none; counter-reset: step; }
  .steps li { counter-increment: step; padding: 12px 0 0 40px; margin-top: 12px; border-top: 1px solid #d6dade; position: relative; }
  .steps li::before { content: counter(step); position: absolute; left: 0; top: 12px; width: 28px; height: 28px; border-radius: 50%; background: var(--primary); color: #fff; text-align: center; line-height: 28px; font-weight: 700; font-size: 15px; }
  .steps b { display: block; }
  .steps p { margin: 4px 0 0; font-size: 15px; line-height: 1.5; color: var(--soft-ink); }
  .choices { display: flex; flex-wrap: wrap; gap: 8px; padding: 12px 16px 0; }
  .choices button { min-height: 44px; padding: 6px 16px; border: 1px solid var(--primary); border-radius: 22px; background: var(--paper); color: var(--primary-dark); font-weight: 700; }
  .choices button:hover { background: #ecf2fe; }
  .notice { padding: 8px 16px 0; font-size: 15px; color: var(--soft-ink); }
  .notice.failed { color: var(--danger); }
  form { display: flex; gap: 8px; align-items: flex-end; padding: 12px 16px 16px; background: var(--paper); }
  textarea { flex: 1; min-height: 48px; max-height: 160px; padding: 11px 14px; border: 1px solid #58616a; border-radius: 8px; font: inherit; color: inherit; background: var(--paper); resize: none; field-sizing: content; }
  .send { min-height: 48px; padding: 0 20px; border: 0; border-radius: 8px; background: var(--primary); color: #fff; font-weight: 700; white-space: nowrap; }
  .send[aria-disabled='true'] { background: #6d7882; }
  .unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
  @media (max-width: 480px) {
    :host([floating]) .window { inset: 0; width: auto; height: 100dvh; border: 0; border-radius: 0; }
    .launcher { right: 16px; bottom: 16px; }
    .message { max-width: 94%; }
  }
  @media (prefers-reduced-motion: no-preference) { .log { scroll-behavior: smooth; } }
`;
