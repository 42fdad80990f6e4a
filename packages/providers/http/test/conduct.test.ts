import { expect, it } from 'vitest';
import { type Row, tableOf } from '../../../../test/support/feature-rows.js';
import { conductOf } from '../src/conduct.js';

const conduct = conductOf(['cv_interarrival', 'ua_declared_bot', 'number_requests_total']);
const weights = (...rows: readonly Row[]) => {
  const { organic, bot } = conduct.exemplars(tableOf(rows));
  return rows.map((_, i) => [organic[i], bot[i]]);
};

/** Loads a page with what belongs to it, by a link, and looks at it: four signs of a reader. */
const READER = {
  number_requests_total: 20,
  page_requests: 4,
  asset_ratio: 0.5,
  script_style_ratio: 0.2,
  no_referrer_requests_ratio: 0.1,
  favicon_requested: 1,
};

it('learns from features of conduct alone', () => {
  expect(conduct.features).toEqual(['cv_interarrival']);
});

it('takes readers for people from four signs on, the more the surer, and none that is told otherwise', () => {
  const { favicon_requested: _, ...three } = READER;
  const seven = { ...READER, time_per_page: 30, ratio_304: 0.1, referrer_mismatch_ratio: 0 };
  expect(weights(READER, three, seven)).toEqual([
    [0.55, 0],
    [0, 0],
    [1, 0],
  ]);
  const doubtful: readonly Row[] = [
    { ua_stale: 1 },
    { status_4xx_ratio: 0.4 },
    { max_pages_60s: 20 },
    { distinct_uas: 11 },
  ];
  for (const sign of doubtful) expect(weights({ ...READER, ...sign })).toEqual([[0, 0]]);
  expect(weights({ ...READER, status_4xx_ratio: 0.3, max_pages_60s: 19, distinct_uas: 10 })).toEqual([[0.55, 0]]);
  expect(weights({ ...READER, page_requests: 0 }, { ...READER, asset_ratio: Number.NaN })).toEqual([
    [0, 0],
    [0, 0],
  ]);
});

it('takes for programs who says so, or looks for secrets in numbers; two requests show nothing', () => {
  const n = { number_requests_total: 3 };
  expect(
    weights(
      { ...n, ip_verified_bot: 1, ua_declared_bot: 1 },
      { ...n, ua_declared_bot: 1 },
      { ...n, sensitive_level: 4 },
      { ...n, sensitive_level: 4.1 },
      { ...n, probing_level: 10 },
      { ...n, probing_level: 11 },
      { ...n, robots_txt_requested: 1 },
      { number_requests_total: 2, ua_declared_bot: 1 },
    ).map(([, bot]) => bot),
  ).toEqual([1, 0.9, 0, 0.9, 0, 0.9, 0.6, 0]);
  expect([...conduct.settled!(tableOf([READER, { ...READER, hidden_link_hits: 1 }]))]).toEqual([0, 1]);
});
