import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { scratch } from '../../../../test/support/scratch.js';
import { cli } from '../support/cli.js';

const LOCATIONS = fileURLToPath(new URL('../../../providers/ebi/test/fixtures/location-labels.csv', import.meta.url));

const evaluate = (...argv: readonly string[]) => cli('evaluate', ...argv);

/** Writes tables into a new folder and gives their paths. */
async function files(...texts: readonly string[]): Promise<string[]> {
  const folder = await scratch();
  const paths = texts.map((_, i) => join(folder, `${i}.csv`));
  await Promise.all(texts.map((text, i) => writeFile(paths[i]!, text)));
  return paths;
}

const LABELS = 'geo_location,label\na,bot\nb,bot\nc,organic\nd,organic\ne,hub\n';

describe('deeplogbot evaluate', () => {
  it('gives the bins of a reliability diagram', async () => {
    const [labels, verdicts] = await files(
      LABELS,
      'geo_location,label,p_organic,p_bot,p_hub\na,bot,0.1,0.9,0\nb,organic,0.7,0.3,0\n',
    );
    const { code, out } = await evaluate('--verdicts', verdicts!, '--labels', labels!, '--json');
    const { evaluation, unmatched } = JSON.parse(out);
    expect([code, unmatched]).toEqual([0, ['c', 'd', 'e']]);
    const filled = evaluation.reliability.filter((bin: { rows: number }) => bin.rows > 0);
    expect(filled).toMatchObject([
      { rows: 1, meanConfidence: 0.7, shareRight: 0 },
      { rows: 1, meanConfidence: 0.9, shareRight: 1 },
    ]);
  });

  it('knows keys again that were written so that no spreadsheet takes them for a formula', async () => {
    const [labels, verdicts] = await files(
      'geo_location,label\n=1+1,bot\nb,bot\nc,organic\n',
      "geo_location,label\n'=1+1,bot\nb,organic\nc,organic\n",
    );
    const { out } = await evaluate('--verdicts', verdicts!, '--labels', labels!, '--json');
    const { evaluation, unmatched } = JSON.parse(out);
    expect([evaluation.rows, unmatched]).toEqual([3, []]);
  });

  it('compares two runs on the keys that both have', async () => {
    const [labels, first, second] = await files(
      LABELS,
      'geo_location,label\na,bot\nb,organic\nc,organic\nd,organic\n',
      'geo_location,label\na,bot\nb,bot\nc,organic\nd,organic\ne,hub\n',
    );
    const argv = ['--verdicts', first!, '--compare', second!, '--labels', labels!];
    const { code, out } = await evaluate(...argv, '--json');
    const { comparison, unmatched } = JSON.parse(out);
    expect([code, unmatched]).toEqual([0, ['e']]);
    expect(comparison.mcNemar).toMatchObject({ onlyFirst: 0, onlySecond: 1, pValue: 1, test: 'exact' });
    expect(comparison.macroF1Difference.value).toBeCloseTo(4 / 15, 12);
    expect((await evaluate(...argv)).out).toContain('McNemar            p = 1.00  (exact)');
  });

  it('cross-validates the deep method on labelled locations', async () => {
    const argv = ['--features', LOCATIONS, '--labels', LOCATIONS, '--cv', '2', '--repeats', '1'];
    const { code, out, err } = await evaluate(...argv);
    expect([code, err]).toEqual([0, '']);
    const macroF1 = Number(/macro-F1 +([\d.]+)/.exec(out)![1]);
    expect(macroF1).toBeGreaterThan(0.6);
    expect(macroF1).toBeLessThan(1);
    expect(out).toContain('1 × 2 folds\n');
    expect(out).not.toContain('(0.000)');
  }, 60_000);

  it.each([
    [[], 'MISSING_FLAG'],
    [['--features', 'f.csv'], 'MISSING_FLAG'],
    [['--cv', '--verdicts', 'v.csv'], 'MISSING_FLAG'],
    [['--compare', 'v.csv'], 'MISSING_FLAG'],
    [['--verdicts', 'v.csv', '--learning-curve'], 'MISSING_FLAG'],
    [['--verdicts', 'v.csv', '--cv', '--features', 'f.csv'], 'CONFLICTING_FLAGS'],
  ])('%j is refused', async (argv, code) => {
    const result = await evaluate('--labels', 'l.csv', ...argv);
    expect(result.code).toBe(2);
    expect(result.err).toContain(code);
  });

  it('says that no key is in all files, and that a class has too few rows', async () => {
    const [labels, others] = await files(LABELS, 'geo_location,label,unique_users\nx,bot,3\ny,hub,4\n');
    const none = await evaluate('--labels', labels!, '--verdicts', others!);
    expect([none.code, none.err]).toEqual([2, expect.stringContaining('NO_COMMON_KEYS')]);
    const few = await evaluate('--labels', others!, '--features', others!, '--cv');
    expect([few.code, few.err]).toEqual([2, expect.stringContaining('TOO_FEW_ROWS_OF_CLASS')]);
  });

  it('refuses a key that could be learned from and judged', async () => {
    const [twice] = await files('geo_location,label,unique_users\nx,bot,3\nx,bot,4\ny,hub,4\n');
    const { code, err } = await evaluate('--labels', twice!, '--features', twice!, '--cv');
    expect([code, err]).toEqual([2, expect.stringContaining('DUPLICATE_KEY')]);
  });
});
