import { expect, it } from 'vitest';
import { twinWarnings } from '../src/steps/open-log.js';

it('warns of files that hold the same as another, and of no others', () => {
  const file = (path: string, digest: string, bytes = 3) => ({ path, bytes, digest });
  expect(
    twinWarnings([file('/a', 'x'), file('/b', 'y'), file('/c', 'x'), file('/d', 'x', 4), file('/e', 'x')]),
  ).toEqual([
    '/c seems to be a copy of /a: its rows are counted twice',
    '/e seems to be a copy of /a: its rows are counted twice',
  ]);
  expect(twinWarnings([])).toEqual([]);
});
