import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runBotAnnotator } from 'deeplogbot';
import { expect, it } from 'vitest';
import { scratch } from '../../../../test/support/scratch.js';

const example = (name = '') => fileURLToPath(new URL(`../../../../examples/package-mirror/${name}`, import.meta.url));

it('classifies another kind of log through a provider folder, without code', async () => {
  const outputDir = join(await scratch(), 'out');
  const run = await runBotAnnotator({ input: example('sample.csv'), provider: example(), outputDir });
  const [, ...lines] = (await readFile(example('sample-labels.csv'), 'utf8')).trimEnd().split(/\r?\n/);
  const truth = new Map(
    lines.map((line) => [
      line.slice(0, line.lastIndexOf(',')).replaceAll('"', ''),
      line.slice(line.lastIndexOf(',') + 1),
    ]),
  );
  const wrong = run.features.keys.filter((key, i) => truth.get(key) !== run.verdicts.rows[i]!.label);
  expect(run.features.keys.length).toBe(truth.size);
  expect(wrong).toEqual([]);
  expect(run.warnings).toHaveLength(4);
  expect(run.warnings).toContain(
    '6 features are not measured, since the log has no method column: http_ratio, ftp_ratio, aspera_ratio, globus_ratio, protocol_diversity, protocol_legitimacy_score',
  );
});
