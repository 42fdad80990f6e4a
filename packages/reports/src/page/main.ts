import type { PageData } from '../html/page-data.js';
import { type PageColumn, unpack } from './columns.js';
import { details } from './details.js';
import { createTable } from './table.js';
import { element, need, shown } from './view.js';

void start();

async function start(): Promise<void> {
  const data = JSON.parse(need('table-data').textContent ?? '') as PageData;
  const { table: spec } = data;
  const own = data.columns.length - data.features.length;
  const unpacked = await Promise.all(data.columns.slice(0, own).map((column) => unpack(column, data.rows)));
  const columns = new Map(unpacked.map((column) => [column.name, column]));
  const features = data.columns.slice(own).map((column) => once(() => unpack(column, data.rows)));
  for (const name of spec.offered) offerValues(name, columns.get(name)!.values);
  const table = createTable(spec, columns, data.rows);
  need(`${spec.id}-body`).addEventListener('click', (event) => {
    const button = (event.target as HTMLElement).closest<HTMLElement>('button[data-row]');
    if (button === null) return;
    void openDetails(Number(button.dataset.row), button);
  });
  table.refresh();
  need(spec.id).dataset.ready = 'true';
  for (const feature of features) {
    await idle();
    await feature();
  }

  async function openDetails(row: number, opener: HTMLElement): Promise<void> {
    const unpackedFeatures = await Promise.all(features.map((feature) => feature()));
    const known = data.features.map((feature, i) => ({ ...feature, column: unpackedFeatures[i]! }));
    showDialog(details(row, spec, columns, known), opener);
  }
}

/** A column that is unpacked when it is asked for the first time: the table does without the features. */
function once(make: () => Promise<PageColumn>): () => Promise<PageColumn> {
  let made: Promise<PageColumn> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

/** Until the page has nothing else to do. */
const idle = (): Promise<void> =>
  new Promise((resolve) => {
    if ('requestIdleCallback' in globalThis) requestIdleCallback(() => resolve());
    else setTimeout(resolve, 1);
  });

function offerValues(column: string, values: readonly (string | number)[]): void {
  const option = (value: string | number) =>
    Object.assign(element('option', { text: shown(value) }), { value: String(value) });
  need(`filter-${column}`).append(...values.slice(0, 400).map(option));
}

function showDialog(content: readonly Node[], opener: HTMLElement): void {
  const dialog = need<HTMLDialogElement>('details');
  if (dialog.open) return;
  need('details-content').replaceChildren(...content);
  dialog.addEventListener('close', () => opener.focus(), { once: true });
  dialog.showModal();
  need('detail-title').focus();
}
