import type { PageData } from '../html/page-data.js';
import { unpack } from './columns.js';
import { details } from './details.js';
import { createTable } from './table.js';
import { element, need, shown } from './view.js';

void start();

async function start(): Promise<void> {
  const data = JSON.parse(need('table-data').textContent ?? '') as PageData;
  const { table: spec } = data;
  const unpacked = await Promise.all(data.columns.map((column) => unpack(column, data.rows)));
  const own = unpacked.length - data.features.length;
  const columns = new Map(unpacked.slice(0, own).map((column) => [column.name, column]));
  const features = data.features.map((feature, i) => ({ ...feature, column: unpacked[own + i]! }));
  for (const name of spec.offered) offerValues(name, columns.get(name)!.values);
  const table = createTable(spec, columns, data.rows);
  need(`${spec.id}-body`).addEventListener('click', (event) => {
    const button = (event.target as HTMLElement).closest<HTMLElement>('button[data-row]');
    if (button === null) return;
    openDetails(details(Number(button.dataset.row), spec, columns, features), button);
  });
  table.refresh();
  need(spec.id).dataset.ready = 'true';
}

function offerValues(column: string, values: readonly (string | number)[]): void {
  const option = (value: string | number) =>
    Object.assign(element('option', { text: shown(value) }), { value: String(value) });
  need(`filter-${column}`).append(...values.slice(0, 400).map(option));
}

function openDetails(content: readonly Node[], opener: HTMLElement): void {
  const dialog = need<HTMLDialogElement>('details');
  need('details-content').replaceChildren(...content);
  dialog.addEventListener('close', () => opener.focus(), { once: true });
  dialog.showModal();
  need('detail-title').focus();
}
