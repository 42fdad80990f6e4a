import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Reporter } from '@deeplogbot/core';
import { statistics } from '@deeplogbot/reports';
import { DEFAULT_REPORTERS, runBotAnnotator } from 'deeplogbot';
import { expect, it } from 'vitest';
import { scratch } from '../../../../test/support/scratch.js';
import { parquet, people } from '../support/logs.js';

it('keeps the files of all reporters when one in the middle fails, and says which', async () => {
  const folder = await scratch();
  const input = await parquet(join(folder, 'log.parquet'), people(6));
  const broken: Reporter = {
    name: 'broken',
    write: async (_run, target) => {
      await target.write('half.txt', 'half');
      throw new TypeError('no ink');
    },
  };
  const candid: Reporter = {
    name: 'candid',
    write: async (_run, _target, warn) => {
      warn?.('half of it is missing');
      return [];
    },
  };
  const at = DEFAULT_REPORTERS.indexOf(statistics);
  const reporters = [...DEFAULT_REPORTERS.slice(0, at), broken, candid, ...DEFAULT_REPORTERS.slice(at)];
  const run = await runBotAnnotator({ input, outputDir: join(folder, 'out'), reporters });
  expect(run.warnings).toContain('report "broken" failed: no ink');
  expect(run.warnings).toContain('half of it is missing');
  const wanted = [
    'log_annotated.parquet',
    'location_analysis.csv',
    'location_analysis.dictionary.csv',
    'location_analysis.parquet',
    'bot_detection_report.txt',
    'statistics.json',
    'statistics_class.csv',
    'location_groups.csv',
    'report.html',
    join('plots', 'world_map.svg'),
    join('plots', 'world_map.png'),
    'run.json',
    'timings.json',
  ];
  for (const name of wanted) expect(existsSync(join(folder, 'out', name)), name).toBe(true);
  expect(run.files.every((file) => existsSync(file))).toBe(true);
});
