import { describe, expect, it } from 'vitest';
import { isCombing, isRaid } from '../../src/deep/raids.js';
import { row } from './rows.js';

describe('isCombing', () => {
  /** Eight names that share two days of file after file of two hundred data sets. */
  const PASS = { unique_users: 8, lifespan_days: 2, unique_projects: 200, total_downloads: 500, unique_files: 500 };

  it.each([
    ['names that share one pass', PASS, true],
    ['many names', { ...PASS, unique_users: 31 }, false],
    ['who takes data sets whole', { ...PASS, total_downloads: 4000, unique_files: 4000 }, false],
    ['who takes much twice', { ...PASS, unique_files: 400 }, false],
    ['a transfer by a protocol for bulk', { ...PASS, globus_ratio: 0.5 }, false],
    ['who stays', { ...PASS, lifespan_days: 31 }, false],
    ['a few data sets', { ...PASS, unique_projects: 29, total_downloads: 80, unique_files: 80 }, false],
    ['what cannot be measured', {}, false],
  ])('%s', (_, values, wanted) => {
    expect(isCombing(row(values), 900)).toBe(wanted);
  });

  it('is a raid of who is not seen again', () => {
    expect(isRaid(row({ ...PASS, quiet_days: 100 }), 900)).toBe(true);
    expect(isRaid(row({ ...PASS, quiet_days: 10 }), 900)).toBe(false);
  });
});
