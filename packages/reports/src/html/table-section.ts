import { escapeHtml, scriptJson } from './escape.js';
import type { PageData } from './page-data.js';
import { section } from './parts.js';

/** A table that the program of the page fills, sorts and filters. Texts are the report's own. */
export interface TableSection {
  readonly title: string;
  readonly data: PageData;
  /** Columns of the table in order; the first one opens the details of its row. */
  readonly columns: readonly (readonly [column: string, name: string])[];
  /** How to use the table, and what is not in it. */
  readonly hint: string;
  /** The file that holds the same rows, for readers without scripts. */
  readonly file: string;
  /** The controls of `data.table.filters`, as HTML. */
  readonly controls: string;
}

export function tableSection({ title, data, columns, hint, file, controls }: TableSection): string {
  const { id, words } = data.table;
  const head = columns.map(
    ([column, name]) =>
      `<th scope="col" data-column="${column}" aria-sort="none"><button type="button">${name}</button></th>`,
  );
  return section(
    id,
    title,
    `<p class="muted" id="${id}-hint">${escapeHtml(hint)}</p>
<noscript><p>This table needs scripts; ${file} holds the same rows.</p></noscript>
<form class="filters" id="filters" role="search" aria-label="Filter ${words[1]}">
<label>Words<input id="filter-text" type="search" autocomplete="off"></label>
${controls}
</form>
<div class="pager"><button type="button" id="page-before" disabled>Previous</button><button type="button" id="page-after" disabled>Next</button><span id="${id}-count" role="status">Loading…</span></div>
<div class="scroll" tabindex="0" role="region" aria-label="Table of ${words[1]}"><table id="${id}-table" aria-describedby="${id}-hint"><thead><tr>${head.join('')}</tr></thead><tbody id="${id}-body"></tbody></table></div>
<dialog id="details" aria-labelledby="detail-title"><form method="dialog"><button class="close">Close</button></form><div id="details-content"></div></dialog>
<script type="application/json" id="table-data">${scriptJson(data)}</script>`,
  );
}
