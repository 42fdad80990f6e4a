import { expect, it } from 'vitest';
import { compatRules } from '../src/index.js';
import { BROWSER, type LineParts, log, verdictsOf } from './support.js';

const visit = (host: string, lines: readonly LineParts[]) => lines.map((each) => ({ host, ...each }));
const own = 'https://site.example/';

/** One page with its image, then another page a minute later. */
const reader = (host: string): LineParts[] =>
  visit(host, [
    { at: 0, referrer: 'https://search.example/' },
    { at: 1, request: 'GET /a.png HTTP/1.1', referrer: own },
    { at: 60, request: 'GET /b HTTP/1.1', referrer: own },
  ]);

/** Requests with an image among them, the first from elsewhere; the day then has `n` of which all but one are bare. */
const bare = (host: string, n: number, gap: number): LineParts[] =>
  visit(host, [
    { at: 0, referrer: 'https://search.example/' },
    ...Array.from({ length: n }, (_, i) => ({ at: (i + 1) * gap, request: `GET /${i}.png HTTP/1.1` })),
  ]);

it('compat: any rule alone makes a bot, with the published thresholds', async () => {
  const text = log([
    ...reader('192.0.2.1'),
    ...bare('192.0.2.2', 31, 19),
    ...bare('192.0.2.3', 30, 19),
    ...bare('192.0.2.4', 31, 20),
    ...visit('192.0.2.5', [{ referrer: own }]),
    ...reader('192.0.2.6').map((each) => ({ ...each, agent: 'Mozilla/5.0 (Linux; Android 9; CUBOT) Chrome/90' })),
    ...reader('192.0.2.7').map((each, i) =>
      i === 2 ? { ...each, request: 'GET /why?not=/robots.txt HTTP/1.1' } : each,
    ),
  ]);
  const rows = await verdictsOf(text, { clientKey: 'ip', sessionWindow: 'day' }, compatRules);
  const found = Object.fromEntries(rows.map(({ ip, subcategory, reasons }) => [ip, [subcategory, ...reasons]]));
  expect(found).toEqual({
    '192.0.2.1': ['human', 'no_hit'],
    '192.0.2.2': ['undeclared_bot', 'fast_no_referrer', 'any_hit'],
    '192.0.2.3': ['human', 'no_hit'],
    '192.0.2.4': ['human', 'no_hit'],
    '192.0.2.5': ['undeclared_bot', 'no_images', 'single_request', 'any_hit'],
    '192.0.2.6': ['declared_bot', 'ua_known_bot', 'any_hit'],
    '192.0.2.7': ['declared_bot', 'robots_txt', 'any_hit'],
  });
  expect(rows[0]!.agent).toBe(BROWSER);
});
