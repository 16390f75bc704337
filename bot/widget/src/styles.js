import { css } from 'lit';

// Sizes are px: a host page's root font size crosses the shadow border, and KRDS sets it to 62.5 %.
// Colours follow KRDS (primary 50, gray scale, danger 50), each pair at 4.5:1 or better.
const frame = css`
  :host {
    --primary: var(--mulgil-primary, #256ef4);
    --primary-dark: var(--mulgil-primary-dark, #0b50d0);
    --primary-pale: var(--mulgil-primary-pale, #ecf2fe);
    --ink: #1e2124;
    --soft-ink: #464c53;
    --line: #b1b8be;
    --soft-line: #d6dade;
    --paper: #ffffff;
    --ground: #f4f5f6;
    --danger: #bd2c0f;
    --danger-pale: #fdefec;
    display: block; height: 100%; color: var(--ink); text-align: left; letter-spacing: 0;
    font-family: var(--mulgil-font, 'Pretendard GOV', Pretendard, system-ui, 'Apple SD Gothic Neo', 'Noto Sans KR', NanumGothic, sans-serif);
    font-size: 18px; font-weight: 400; line-height: 1.6; word-break: keep-all; overflow-wrap: anywhere;
  }
  :host([floating]) { height: auto; }
  :host([hidden]) { display: none; }
  * { box-sizing: border-box; }
  p, h2, h3, h4, ol, ul, dl, dd { margin: 0; padding: 0; }
  ol, ul { list-style: none; }
  a { color: var(--primary-dark); }
  button { font: inherit; color: inherit; cursor: pointer; }
  :focus-visible { outline: 3px solid var(--primary-dark); outline-offset: 2px; }
  .scroll:focus-visible { outline-offset: -3px; }
  .unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
  .window { display: flex; flex-direction: column; height: 100%; min-height: 0; background: var(--paper); }
  header { display: flex; align-items: center; gap: 8px; padding: 10px 12px 10px 20px; border-bottom: 1px solid var(--soft-line); }
  header h2 { flex: 1; font-size: 19px; line-height: 1.4; }
  .plain { flex: none; min-height: 44px; padding: 0 14px; border: 1px solid #58616a; border-radius: 6px; background: var(--paper); font-size: 17px; }
  .plain:hover { background: var(--ground); }
  .scroll { position: relative; flex: 1; min-height: 0; padding: 20px; overflow-y: auto; overscroll-behavior: contain; background: var(--ground); }
  form { display: flex; gap: 8px; align-items: flex-end; padding: 12px; border-top: 1px solid var(--soft-line); }
  textarea { flex: 1; min-width: 0; min-height: 52px; max-height: 140px; padding: 10px 14px; border: 1px solid #58616a; border-radius: 8px; font: inherit; color: inherit; background: var(--paper); resize: none; field-sizing: content; }
  textarea:focus-visible { outline-offset: -1px; }
  textarea::placeholder { color: #58616a; opacity: 1; }
  .send { flex: none; min-height: 52px; padding: 0 20px; border: 0; border-radius: 8px; background: var(--primary); color: #fff; font-weight: 700; }
  .send:hover, .launcher:hover { background: var(--primary-dark); }
`;

const floating = css`
  .launcher {
    position: fixed; right: 24px; bottom: 24px; z-index: 2147483000; min-height: 60px; padding: 0 28px; border: 0;
    border-radius: 30px; background: var(--primary); color: #fff; font-weight: 700; box-shadow: 0 4px 16px rgb(0 0 0 / 25%);
  }
  .unread { margin-left: 10px; padding: 2px 10px; border-radius: 12px; background: #fff; color: var(--primary-dark); font-size: 16px; }
  :host([floating]) .window {
    position: fixed; right: 24px; bottom: 24px; z-index: 2147483000; width: min(460px, calc(100vw - 48px));
    height: min(760px, calc(100dvh - 48px)); border: 1px solid var(--line); border-radius: 16px; overflow: hidden;
    box-shadow: 0 8px 32px rgb(0 0 0 / 25%);
  }
  @media (max-width: 520px), (max-height: 480px) {
    :host([floating]) .window { inset: 0; width: auto; height: 100dvh; border: 0; border-radius: 0; }
    .launcher { right: 16px; bottom: 16px; }
  }
`;

const talk = css`
  .message { width: fit-content; max-width: 90%; margin-bottom: 16px; }
  .who { display: block; margin-bottom: 4px; font-size: 15px; line-height: 1.4; color: var(--soft-ink); }
  .bubble { padding: 14px 18px; border: 1px solid var(--soft-line); border-radius: 4px 16px 16px; background: var(--paper); }
  .bubble > p { white-space: pre-line; unicode-bidi: isolate; }
  .bubble strong { font-size: 20px; }
  .client { margin-left: auto; }
  .client .who, .unsent { text-align: right; }
  .client .bubble { border-color: transparent; border-radius: 16px 4px 16px 16px; background: var(--primary-dark); color: #fff; }
  .unsent { display: block; margin-top: 4px; font-size: 16px; color: var(--danger); }
  .counselor .bubble { border: 2px solid var(--primary); }
  .crisis, .plan { width: 100%; max-width: 100%; }
  .crisis .bubble { border: 2px solid var(--danger); background: var(--danger-pale); }
  .crisis .bubble > p a { color: var(--danger); font-weight: 700; }
  .bubble .plain { margin-top: 12px; }
  .numbers { display: grid; grid-template-columns: repeat(auto-fill, minmax(136px, 1fr)); gap: 8px; margin: 14px 0; }
  .numbers a { display: block; height: 100%; min-height: 52px; padding: 8px 14px; border: 2px solid var(--danger); border-radius: 8px; background: var(--paper); color: var(--danger); text-decoration: none; line-height: 1.4; }
  .numbers .first { background: var(--danger); color: #fff; }
  .numbers b { display: block; font-size: 21px; }
  .numbers span { font-size: 16px; }
  .typing { color: var(--soft-ink); font-size: 17px; }
  .choices { display: flex; flex-wrap: wrap; gap: 10px; }
  .choices.equal { display: grid; grid-template-columns: 1fr 1fr; }
  .choices button, .act { min-height: 48px; padding: 8px 18px; border: 2px solid var(--primary); border-radius: 24px; background: var(--paper); color: var(--primary-dark); font-weight: 700; line-height: 1.4; }
  .choices button:hover, .act:hover { background: var(--primary-pale); }
  .choices .aside { border: 1px solid #58616a; color: var(--soft-ink); font-weight: 400; }
  .notice { margin-top: 12px; color: var(--soft-ink); }
  .notice.failed { padding: 14px 18px; border: 1px solid var(--danger); border-radius: 8px; background: var(--paper); color: var(--danger); }
  .notice a { display: inline-block; min-height: 44px; padding: 8px 10px; color: var(--danger); font-weight: 700; }
  .act { margin-top: 8px; }
  @media (max-width: 520px) {
    .scroll { padding: 16px 12px; }
    .message { max-width: 96%; }
    .crisis, .plan { max-width: 100%; }
  }
  @media (max-width: 300px) { .choices.equal { grid-template-columns: 1fr; } }
`;

const plan = css`
  .plan-card { margin-top: 16px; padding-top: 16px; border-top: 1px solid var(--soft-line); }
  .plan-card h3 { font-size: 21px; }
  .proposal { color: var(--soft-ink); font-size: 17px; }
  .steps { counter-reset: step; }
  .steps li { position: relative; margin-top: 16px; padding: 16px; border: 1px solid var(--soft-line); border-radius: 12px; counter-increment: step; }
  .steps h4 { padding-left: 42px; font-size: 18px; line-height: 30px; }
  .steps li::before { content: counter(step); position: absolute; left: 16px; top: 16px; width: 30px; height: 30px; border-radius: 50%; background: var(--primary-dark); color: #fff; font-size: 16px; font-weight: 700; line-height: 30px; text-align: center; }
  .done { color: var(--soft-ink); font-size: 16px; font-weight: 400; }
  .steps dl { margin-top: 10px; font-size: 17px; }
  .steps dl > div { display: grid; grid-template-columns: 76px 1fr; gap: 8px; padding: 4px 0; }
  .steps dt { color: var(--soft-ink); }
  .steps dd { white-space: pre-line; }
  .plan-card > h4 { margin-top: 16px; font-size: 18px; }
  .unmet { font-size: 17px; }
  @media (max-width: 340px) { .steps dl > div { grid-template-columns: 1fr; gap: 0; } }
  @media (prefers-reduced-motion: no-preference) { .scroll { scroll-behavior: smooth; } }
`;

export const styles = [frame, floating, talk, plan];
