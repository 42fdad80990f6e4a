import type { PageData } from '../html/page-data.js';
import { type PageColumn, unpack, valueAt } from './columns.js';
import { details } from './details.js';
import { createSelector, sorted } from './selection.js';
import { element, LABEL_NAMES, need, shown } from './view.js';

const PER_PAGE = 50;
const NUMBERS = new Set(['downloads', 'users', 'per_user', 'confidence']);

void start();

async function start(): Promise<void> {
  const data = JSON.parse(need('locations-data').textContent ?? '') as PageData;
  const unpacked = await Promise.all(data.columns.map((column) => unpack(column, data.rows)));
  const own = unpacked.length - data.features.length;
  const columns = new Map(unpacked.slice(0, own).map((column) => [column.name, column]));
  const features = data.features.map((feature, i) => ({ ...feature, column: unpacked[own + i]! }));
  offerCountries(columns.get('country')!);
  const table = createTable(columns, data.rows);
  need('locations-body').addEventListener('click', (event) => {
    const button = (event.target as HTMLElement).closest<HTMLElement>('button[data-row]');
    if (button === null) return;
    openDetails(details(Number(button.dataset.row), columns, features), button);
  });
  table.refresh();
  need('locations').dataset.ready = 'true';
}

function offerCountries({ values }: PageColumn): void {
  const options = values
    .slice(0, 400)
    .map((value) =>
      Object.assign(document.createElement('option'), { value: String(value), textContent: shown(value) }),
    );
  need('filter-country').append(...options);
}

function createTable(columns: ReadonlyMap<string, PageColumn>, rows: number) {
  const select = createSelector(columns, rows);
  const headers = Array.from(document.querySelectorAll<HTMLElement>('#locations-table th[data-column]'));
  let order = { column: 'downloads', descending: true };
  let found: Uint32Array = new Uint32Array();
  let first = 0;

  const value = (id: string) => need<HTMLInputElement>(id).value;
  const refresh = () => {
    const selected = select({
      words: value('filter-text')
        .toLowerCase()
        .split(/\s+/)
        .filter((word) => word !== ''),
      label: value('filter-label'),
      country: value('filter-country'),
      minDownloads: Number(value('filter-downloads')) || 0,
      onlyReview: need<HTMLInputElement>('filter-review').checked,
    });
    found = sorted(selected, columns.get(order.column)!, order.descending);
    first = 0;
    show();
  };
  const show = () => {
    const shownRows = [...found.subarray(first, first + PER_PAGE)];
    need('locations-body').replaceChildren(...shownRows.map((row) => line(row, headers, columns)));
    const last = first + shownRows.length;
    need('locations-count').textContent =
      found.length === 0
        ? 'No location matches.'
        : `${shown(first + 1)} to ${shown(last)} of ${shown(found.length)} locations`;
    need<HTMLButtonElement>('page-before').disabled = first === 0;
    need<HTMLButtonElement>('page-after').disabled = last >= found.length;
    for (const header of headers) {
      const mine = header.dataset.column === order.column;
      header.setAttribute('aria-sort', mine ? (order.descending ? 'descending' : 'ascending') : 'none');
    }
  };
  const turn = (by: number) => {
    if (first + by < 0 || first + by >= found.length) return;
    first += by;
    show();
  };
  for (const header of headers) {
    header.querySelector('button')!.addEventListener('click', () => {
      const column = header.dataset.column!;
      const descending = column === order.column ? !order.descending : NUMBERS.has(column);
      order = { column, descending };
      refresh();
    });
  }
  for (const id of ['filter-text', 'filter-label', 'filter-country', 'filter-downloads', 'filter-review']) {
    need(id).addEventListener('input', refresh);
  }
  need('filters').addEventListener('submit', (event) => event.preventDefault());
  need('page-before').addEventListener('click', () => turn(-PER_PAGE));
  need('page-after').addEventListener('click', () => turn(PER_PAGE));
  need('locations-body').addEventListener('keydown', (event) => moveFocus(event, turn));
  return { refresh };
}

function line(row: number, headers: readonly HTMLElement[], columns: ReadonlyMap<string, PageColumn>): HTMLElement {
  const cells = headers.map(({ dataset }, i) => {
    const column = columns.get(dataset.column!)!;
    const value = valueAt(column, row);
    const text = dataset.column === 'label' ? (LABEL_NAMES[String(value)] ?? String(value)) : shown(value);
    if (i > 0) return element('td', { text, className: cellClass(dataset.column!, value) });
    const button = element('button', { text, className: 'link' });
    button.dataset.row = String(row);
    button.setAttribute('aria-haspopup', 'dialog');
    return element('th', { scope: 'row' }, [button]);
  });
  return element('tr', {}, cells);
}

const cellClass = (column: string, value: string | number | null): string => {
  if (NUMBERS.has(column)) return 'number';
  return column === 'label' ? `label ${String(value)}` : '';
};

/** Arrow keys go from location to location, Page Up and Down from page to page. */
function moveFocus(event: KeyboardEvent, turn: (by: number) => void): void {
  const body = need('locations-body');
  const buttons = Array.from(body.querySelectorAll<HTMLElement>('button[data-row]'));
  const here = buttons.indexOf(document.activeElement as HTMLElement);
  const steps: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1 };
  const pages: Readonly<Record<string, number>> = { PageDown: PER_PAGE, PageUp: -PER_PAGE };
  if (event.key in steps) buttons[here + steps[event.key]!]?.focus();
  else if (event.key in pages) {
    turn(pages[event.key]!);
    body.querySelector<HTMLElement>('button[data-row]')?.focus();
  } else return;
  event.preventDefault();
}

function openDetails(content: readonly Node[], opener: HTMLElement): void {
  const dialog = need<HTMLDialogElement>('details');
  need('details-content').replaceChildren(...content);
  dialog.addEventListener('close', () => opener.focus(), { once: true });
  dialog.showModal();
  need('detail-title').focus();
}
