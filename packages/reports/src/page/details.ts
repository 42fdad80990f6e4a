import type { PageFeature, TableSpec } from '../html/page-data.js';
import { type PageColumn, valueAt } from './columns.js';
import { element, shown } from './view.js';

/** What is known about one row: verdict, reasons, and its features against the median of all rows. */
export function details(
  row: number,
  spec: TableSpec,
  columns: ReadonlyMap<string, PageColumn>,
  features: readonly (PageFeature & { readonly column: PageColumn })[],
): readonly Node[] {
  const text = (name: string) => shown(valueAt(columns.get(name)!, row));
  const label = String(valueAt(columns.get(spec.label)!, row));
  const [title] = columns.keys();
  const place = spec.subtitle
    .map(text)
    .filter((part) => part !== '–')
    .join(', ');
  const kind = columns.has('subcategory') ? text('subcategory').replaceAll('_', ' ') : '–';
  const amounts = spec.amounts.map(([column, word]) => `${text(column)} ${word}`).join(', ');
  const reasons = String(valueAt(columns.get('reasons')!, row) ?? '')
    .split('\n')
    .filter((line) => line !== '');
  return [
    element('h3', {
      text: `${text(title!)}${place === '' ? '' : ` · ${place}`}`,
      id: 'detail-title',
      tabIndex: -1,
    }),
    element('p', {
      text: `${spec.labels[label]?.[0] ?? label}${kind === '–' ? '' : ` (${kind})`}, confidence ${text('confidence')}; ${amounts}.`,
    }),
    element('h4', { text: reasons.length === 0 ? 'No reason was given' : 'Why' }),
    element('ul', {}, reasons.map(reasonItem)),
    element('h4', { text: `Features against the median of all ${spec.words[1]}` }),
    featureTable(row, features),
  ];
}

function reasonItem(line: string): HTMLElement {
  const [id, sentence] = line.split('\t');
  return element('li', { text: `${sentence ?? ''} ` }, [element('code', { text: id ?? '' })]);
}

function featureTable(row: number, features: readonly (PageFeature & { readonly column: PageColumn })[]): HTMLElement {
  const head = ['Feature', 'Here', 'Median', 'Meaning'].map((text) => element('th', { text, scope: 'col' }));
  const lines = features.map(({ name, unit, meaning, median, column }) => {
    const value = valueAt(column, row) as number | null;
    return element('tr', { className: farFrom(value, median) ? 'far' : '' }, [
      element('th', { text: unit === '' || unit === '1' ? name : `${name} (${unit})`, scope: 'row' }),
      element('td', { text: shown(value), className: 'number' }),
      element('td', { text: shown(median), className: 'number' }),
      element('td', { text: meaning }),
    ]);
  });
  return element('table', {}, [element('thead', {}, [element('tr', {}, head)]), element('tbody', {}, lines)]);
}

/** More than three times the median, or less than a third of it. */
const farFrom = (value: number | null, median: number | null): boolean =>
  value !== null &&
  median !== null &&
  (Math.abs(value) > 3 * Math.abs(median) || 3 * Math.abs(value) < Math.abs(median));
