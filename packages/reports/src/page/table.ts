import type { TableSpec } from '../html/page-data.js';
import { type PageColumn, valueAt } from './columns.js';
import { createSelector, type Filter, sorted } from './selection.js';
import { element, need, shown } from './view.js';

const PER_PAGE = 50;

/** Fills the table, page by page, with the rows that its filters let through. */
export function createTable(spec: TableSpec, columns: ReadonlyMap<string, PageColumn>, rows: number) {
  const select = createSelector(columns, rows, spec.searched);
  const part = <E extends HTMLElement>(name: string) => need<E>(`${spec.id}-${name}`);
  const headers = Array.from(document.querySelectorAll<HTMLElement>(`#${spec.id}-table th[data-column]`));
  let order = { column: spec.order, descending: true };
  let found: Uint32Array = new Uint32Array();
  let first = 0;

  const refresh = () => {
    found = sorted(select(filterOf(spec)), columns.get(order.column)!, order.descending);
    first = 0;
    show();
  };
  const show = () => {
    const shownRows = [...found.subarray(first, first + PER_PAGE)];
    part('body').replaceChildren(...shownRows.map((row) => line(row, headers, spec, columns)));
    const last = first + shownRows.length;
    part('count').textContent =
      found.length === 0
        ? `No ${spec.words[0]} matches.`
        : `${shown(first + 1)} to ${shown(last)} of ${shown(found.length)} ${spec.words[1]}`;
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
      const descending = column === order.column ? !order.descending : columns.get(column)!.kind === 'number';
      order = { column, descending };
      refresh();
    });
  }
  const { equal, atLeast, checked } = spec.filters;
  for (const name of ['text', ...equal, ...atLeast, ...checked]) {
    need(`filter-${name}`).addEventListener('input', refresh);
  }
  need('filters').addEventListener('submit', (event) => event.preventDefault());
  need('page-before').addEventListener('click', () => turn(-PER_PAGE));
  need('page-after').addEventListener('click', () => turn(PER_PAGE));
  part('body').addEventListener('keydown', (event) => moveFocus(event, part('body'), turn));
  return { refresh };
}

/** What the controls say now. */
function filterOf({ filters: { equal, atLeast, checked } }: TableSpec): Filter {
  const control = (name: string) => need<HTMLInputElement>(`filter-${name}`);
  const words = control('text').value.toLowerCase().split(/\s+/);
  return {
    words: words.filter((word) => word !== ''),
    equal: [
      ...equal.map((name) => [name, control(name).value] as const).filter(([, value]) => value !== ''),
      ...checked.filter((name) => control(name).checked).map((name) => [name, 1] as const),
    ],
    atLeast: atLeast.map((name) => [name, Number(control(name).value)] as const).filter(([, least]) => least > 0),
  };
}

function line(
  row: number,
  headers: readonly HTMLElement[],
  spec: TableSpec,
  columns: ReadonlyMap<string, PageColumn>,
): HTMLElement {
  const cells = headers.map(({ dataset }, i) => {
    const column = columns.get(dataset.column!)!;
    const value = valueAt(column, row);
    const [name, style] = (column.name === spec.label && spec.labels[String(value)]) || [shown(value), ''];
    const className = style === '' ? (column.kind === 'number' ? 'number' : '') : `label ${style}`;
    if (i > 0) return element('td', { text: name, className });
    const button = element('button', { text: name, className: 'link' });
    button.dataset.row = String(row);
    button.setAttribute('aria-haspopup', 'dialog');
    return element('th', { scope: 'row' }, [button]);
  });
  return element('tr', {}, cells);
}

/** Arrow keys go from row to row, Page Up and Down from page to page. */
function moveFocus(event: KeyboardEvent, body: HTMLElement, turn: (by: number) => void): void {
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
