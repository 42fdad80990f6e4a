import type { RunResult } from '@deeplogbot/core';
import { addressOf, agentOf } from '../clients/identity.js';
import { clientOrder } from '../clients/order.js';
import { CLIENT_VERDICTS, clientVerdict } from '../clients/verdicts.js';
import { count } from '../plain-text.js';
import { type PackedColumn, packedSize, packNumbers, packTexts, threeDigits } from './packed-column.js';
import { featureColumns, featureOrder, type PageData, reasonsOf, type TableSpec } from './page-data.js';
import { section } from './parts.js';
import { tableSection } from './table-section.js';

const COLUMNS = [
  ['client', 'Client'],
  ['agent', 'User agent'],
  ['verdict', 'Verdict'],
  ['requests', 'Requests'],
  ['pages', 'Pages'],
  ['sessions', 'Sessions'],
  ['confidence', 'Confidence'],
] as const;

const CLIENTS: TableSpec = {
  id: 'clients',
  words: ['client', 'clients'],
  order: 'requests',
  label: 'verdict',
  labels: Object.fromEntries(CLIENT_VERDICTS.map(({ id, one, style }) => [id, [one, style]])),
  searched: ['client', 'agent', 'reasons'],
  filters: { equal: ['verdict'], atLeast: ['requests'], checked: ['review'] },
  offered: [],
  subtitle: ['agent'],
  amounts: [
    ['requests', 'requests'],
    ['pages', 'pages'],
    ['sessions', 'sessions'],
  ],
};

const CONTROLS = `<label>Verdict<select id="filter-verdict"><option value="">all</option>${CLIENT_VERDICTS.map(({ id, name }) => `<option value="${id}">${name}</option>`).join('')}</select></label>
<label>Requests, at least<input id="filter-requests" type="number" min="0" inputmode="numeric"></label>
<label class="check"><input id="filter-review" type="checkbox">for review only</label>`;

/** Share of the room that the rows may take; the rest is for their features. */
const ROWS_SHARE = 0.6;

/** The table of clients, with what its program needs; `room` in characters. Where not all fit, it says who is not there. */
export function clientSection(run: RunResult, room: number): string {
  const title = 'All clients';
  if (run.totalLocations === 0) return section('clients', title, '<p class="muted">No client was classified.</p>');
  const data = clientData(run, room);
  const cut =
    data.rows < run.totalLocations
      ? ` Here are ${count(data.rows)} of ${count(run.totalLocations)} clients: first all that are not plainly people, then the most active people. client_analysis.csv has all.`
      : '';
  const fits = data.leftOut > 0 ? ` ${data.features.length} features are here; client_analysis.csv has all.` : '';
  return tableSection({
    title: data.rows < run.totalLocations ? 'Clients' : title,
    data,
    columns: COLUMNS,
    hint: `Choose a client for its reasons and features. A column’s name sorts by it; arrow keys go from client to client. Words are also looked for in reasons: robots_txt finds who asked for robots.txt.${cut}${fits}`,
    file: 'client_analysis.csv',
    controls: CONTROLS,
  });
}

/** More clients than this never fit, so none beyond them is packed to see whether it does: a client takes more than seven characters. */
const MOST_ROWS = 250_000;

/** Rows and features that fit, in the order of requests. */
function clientData(run: RunResult, room: number): PageData {
  const wanted = byInterest(run).slice(0, MOST_ROWS);
  let rows = inOrder(run, wanted);
  let columns = tableColumns(run, rows);
  for (let size = sizeOf(columns); size > ROWS_SHARE * room && rows.length > 1; size = sizeOf(columns)) {
    const most = Math.max(1, Math.floor(rows.length * Math.min(0.95, (0.97 * ROWS_SHARE * room) / size)));
    rows = inOrder(run, wanted.slice(0, most));
    columns = tableColumns(run, rows);
  }
  const added = featureColumns(run.features, rows, featureOrder(run), room - sizeOf(columns));
  return { table: CLIENTS, rows: rows.length, ...added, columns: [...columns, ...added.columns] };
}

const sizeOf = (columns: readonly PackedColumn[]) => columns.reduce((sum, column) => sum + packedSize(column), 0);

/** Clients that are not plainly people before the others, each by requests. */
function byInterest(run: RunResult): readonly number[] {
  const order = clientOrder(run);
  const isPlain = (i: number) => ['human', 'insufficient_evidence'].includes(clientVerdict(run.verdicts.rows[i]!));
  return [...order.filter((i) => !isPlain(i)), ...order.filter(isPlain)];
}

const inOrder = (run: RunResult, rows: readonly number[]): Uint32Array =>
  Uint32Array.from(rows).sort((a, b) => run.downloads[b]! - run.downloads[a]! || a - b);

function tableColumns(run: RunResult, shown: Uint32Array): PackedColumn[] {
  const rows = [...shown];
  const verdicts = rows.map((i) => run.verdicts.rows[i]!);
  const feature = (name: string) => {
    const values = run.features.get(name);
    return rows.map((i) => (values ? threeDigits(values[i]!) : Number.NaN));
  };
  return [
    packTexts(
      'client',
      rows.map((i) => addressOf(run, i)),
    ),
    packTexts(
      'agent',
      rows.map((i) => agentOf(run, i)),
    ),
    packTexts('verdict', verdicts.map(clientVerdict)),
    packNumbers(
      'requests',
      rows.map((i) => run.downloads[i]!),
    ),
    packNumbers('pages', feature('page_requests')),
    packNumbers('sessions', feature('session_count')),
    packNumbers(
      'confidence',
      verdicts.map(({ confidence }) => threeDigits(confidence)),
    ),
    packTexts('reasons', verdicts.map(reasonsOf)),
    packNumbers(
      'review',
      verdicts.map(({ needsReview }) => Number(needsReview)),
    ),
  ];
}
