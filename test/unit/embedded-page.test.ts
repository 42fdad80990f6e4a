import { expect, it } from 'vitest';
import { embedded } from '../../scripts/embed-report-page.js';
import { read } from './support/workspace.js';

it('the program, style and map of report.html are those of their sources; else run npx tsx scripts/embed-report-page.ts', async () => {
  for (const [path, text] of Object.entries(await embedded())) {
    expect(read(`packages/reports/src/${path}`) === text, path).toBe(true);
  }
});
