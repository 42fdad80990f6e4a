import type { RunResult } from '@deeplogbot/core';
import { day } from '../plain-text.js';
import { escapeHtml } from './escape.js';

/** The head of a report: what it says of which log, the window in UTC, and further `facts`. Escapes all of it. */
export function heading({ inputs, window }: RunResult, title: string, facts: readonly string[]): string {
  const names = inputs.map(({ path }) => path.split(/[/\\]/).at(-1)!);
  const log = names.length === 0 ? 'a log' : names.length === 1 ? names[0]! : `${names.length} files`;
  const said = [`${day(window.firstUs)} to ${day(window.lastUs)} (UTC)`, ...facts];
  return `<header><h1>${escapeHtml(`${title} ${log}`)}</h1>
<p class="muted">${escapeHtml(said.join(' · '))}</p></header>`;
}
