import type { PageFeature } from '../html/page-data.js';
import { type PageColumn, valueAt } from './columns.js';
import { element, LABEL_NAMES, shown } from './view.js';

/** What is known about one location: verdict, reasons, and its features against the median of all locations. */
export function details(
  row: number,
  columns: ReadonlyMap<string, PageColumn>,
  features: readonly (PageFeature & { readonly column: PageColumn })[],
): readonly Node[] {
  const text = (name: string) => shown(valueAt(columns.get(name)!, row));
  const label = String(valueAt(columns.get('label')!, row));
  const place = [text('city'), text('country')].filter((part) => part !== '–').join(', ');
  const reasons = String(valueAt(columns.get('reasons')!, row) ?? '')
    .split('\n')
    .filter((line) => line !== '');
  return [
    element('h3', {
      text: `${text('location')}${place === '' ? '' : ` · ${place}`}`,
      id: 'detail-title',
      tabIndex: -1,
    }),
    element('p', {
      text: `${LABEL_NAMES[label] ?? label}${text('subcategory') === '–' ? '' : ` (${text('subcategory').replaceAll('_', ' ')})`}, confidence ${text('confidence')}; ${text('downloads')} downloads, ${text('users')} users.`,
    }),
    element('h4', { text: reasons.length === 0 ? 'No reason was given' : 'Why' }),
    element('ul', {}, reasons.map(reasonItem)),
    element('h4', { text: 'Features against the median of all locations' }),
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
