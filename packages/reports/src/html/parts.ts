import type { Chart, ChartTable } from '../charts/chart.js';
import { withVariables } from '../charts/palette.js';
import { count, percent } from '../plain-text.js';
import { escapeHtml } from './escape.js';

/** A number with separators, text escaped, a dash for NULL. */
const cell = (value: string | number | null): string => {
  if (value === null || (typeof value === 'number' && Number.isNaN(value))) return '–';
  if (typeof value === 'string') return escapeHtml(value);
  return Number.isInteger(value) ? count(value) : String(Number(value.toPrecision(4)));
};

/** A share of a whole in per cent, on one line with its sign. */
export const share = (part: number, whole: number): string => percent(part, whole).replace(' ', '\u00a0');

/** A sentence whose numbers stay with their signs. */
export const unbroken = (text: string): string => text.replace(/(\d) %/g, '$1\u00a0%');

/** A table that assistive technology calls by its label; columns that hold numbers or shares only are set to the right. */
export function table({ names, rows }: ChartTable, label = names.join(', ')): string {
  const numeric = names.map((_, i) => rows.length > 0 && rows.every((row) => isNumeric(row[i])));
  const kind = (i: number) => (numeric[i] ? ' class="number"' : '');
  const head = names.map((name, i) => `<th scope="col"${kind(i)}>${escapeHtml(name)}</th>`).join('');
  const lines = rows.map((row) => `<tr>${row.map((value, i) => `<td${kind(i)}>${cell(value)}</td>`).join('')}</tr>`);
  return `<div class="scroll" tabindex="0" role="region" aria-label="Table: ${escapeHtml(label)}"><table><thead><tr>${head}</tr></thead><tbody>${lines.join('\n')}</tbody></table></div>`;
}

const isNumeric = (value: string | number | null | undefined): boolean =>
  value === null || typeof value === 'number' || /^(\d+\.\d\s%|–)$/.test(value ?? '');

/** A part of a page under its heading; `content` is HTML. */
export const section = (id: string, title: string, content: string): string =>
  `<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${escapeHtml(title)}</h2>\n${content}\n</section>`;

/** Pixels of the widest drawings, which take the whole width of a page; others stay as wide as they are, so that letters are of one size. */
const PAGE_WIDTH = 960;

/** A drawing with its numbers behind a switch, or the reason why there is none. */
export function figure({ chart, svg }: { readonly chart: Chart; readonly svg: string | undefined }): string {
  const head = `<h3>${escapeHtml(chart.title)}</h3>`;
  if (svg === undefined)
    return `${head}<p class="muted">Not measured: ${escapeHtml(chart.missing ?? 'there is nothing to draw.')}</p>`;
  const narrow = chart.width < PAGE_WIDTH ? ` style="max-width:${chart.width}px"` : '';
  return `${head}<figure><div class="drawing"${narrow} tabindex="0" role="region" aria-label="Drawing: ${escapeHtml(chart.title)}">${withVariables(svg)}</div>
<figcaption>${escapeHtml(chart.summary)}</figcaption>
<details><summary>Numbers of “${escapeHtml(chart.title)}”</summary>${table(chart.table, chart.title)}</details></figure>`;
}

/** Links to the sections of a page, in their order; `content` is HTML of this package, in which nothing of a log is markup. */
export function contents(content: string): string {
  const sections = content.matchAll(/<section id="([\w-]+)"[^>]*><h2[^>]*>([^<]*)<\/h2>/g);
  const links = [...sections].map(([, id, title]) => `<li><a href="#${id}">${title}</a></li>`);
  return `<nav class="contents" aria-label="Contents"><ul>${links.join('')}</ul></nav>`;
}

export const list = (items: readonly string[]): string =>
  `<ul class="plain">${items.map((item) => `<li>${item}</li>`).join('')}</ul>`;
