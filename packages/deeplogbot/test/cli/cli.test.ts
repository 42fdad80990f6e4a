import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { scratch } from '../../../../test/support/scratch.js';
import { version } from '../../package.json';
import { wantsColour } from '../../src/cli/io.js';
import { createProgram } from '../../src/cli/program.js';
import { describe as describeProgress, progressLine } from '../../src/cli/progress-line.js';
import { cli } from '../support/cli.js';

const silent = { out: () => {}, err: () => {}, terminal: false, colour: false };

describe('deeplogbot', () => {
  it.each([
    [['--list-providers'], 0, 'ebi'],
    [['providers', 'list'], 0, 'ebi'],
    [['providers', 'show', 'ebi'], 0, 'geo_location'],
    [['--help'], 0, '--output-strategy'],
    [['--help'], 0, '130  interrupted'],
    [['--version'], 0, version],
    [['-V'], 0, version],
    [['help', 'features'], 0, 'write the features of each location'],
    [['features', '--help'], 0, 'deeplogbot features'],
    [['classify', '--help'], 0, 'deeplogbot classify'],
    [['evaluate', '--help'], 0, 'deeplogbot evaluate'],
    [['providers', '--help'], 0, 'deeplogbot providers'],
    [['providers', 'rules', 'http', 'compat'], 0, 'patterns:'],
    [['providers', 'rules', 'ebi'], 0, 'crowd_of_equal_users'],
  ])('%j prints', async (argv, code, text) => {
    const result = await cli(...argv);
    expect([result.code, result.out]).toEqual([code, expect.stringContaining(text)]);
  });

  it('describes every flag and every command', () => {
    const commands = [createProgram(silent, new AbortController().signal)];
    for (const command of commands) {
      commands.push(...command.commands);
      expect(command.description(), command.name()).toMatch(/^\w.{10,}[^.]$/);
      for (const option of command.options) expect(option.description, option.flags).toMatch(/\w{3,}/);
    }
    expect(commands.length).toBeGreaterThan(8);
  });

  it('colours on a terminal only, and never against NO_COLOR', () => {
    expect([wantsColour(true, {}), wantsColour(true, { NO_COLOR: '' })]).toEqual([true, true]);
    expect([
      wantsColour(false, {}),
      wantsColour(true, { NO_COLOR: '1' }),
      wantsColour(true, { NO_COLOR: '0' }),
    ]).toEqual([false, false, false]);
  });

  it('writes a provider folder that is valid as it stands', async () => {
    const folder = join(await scratch(), 'mine');
    expect((await cli('providers', 'init', folder)).code).toBe(0);
    expect((await cli('providers', 'validate', folder)).out).toContain('is a valid provider: "my-repository"');
    expect(await cli('providers', 'init', folder)).toMatchObject({
      code: 2,
      err: expect.stringContaining('FOLDER_NOT_EMPTY'),
    });
  });
});

describe('what cannot work', () => {
  it.each([
    [[], 2, 'no input'],
    [['featurs'], 2, 'Did you mean features?'],
    [['-i', 'x.parquet', '--contaminatoin', '1'], 2, 'Did you mean --contamination?'],
    [['-i', 'x.parquet', '-c', 'much'], 2, 'must be a number'],
    [['-i', 'x.parquet', '--engine', 'fast'], 2, 'auto, native, wasm'],
    [['-i', 'none.parquet'], 1, 'error FILE_NOT_FOUND\n  There is no file none.parquet.\n  Check the path'],
    [['-i', 'none.parquet', '-p', 'ebbi'], 2, 'Known: ebi'],
    [['-i', 'none.parquet', '-m', 'magic'], 2, 'INVALID_OPTION\n  --classification-method must be one of rules'],
    [['classify', '--features', 'none.csv', '-o', 'v.txt'], 2, 'Name the output FILE.csv'],
    [
      ['classify', '--features', 'none.csv', '-o', 'v.csv', '--memory-limit', 'lots'],
      2,
      '--memory-limit must be a size',
    ],
    [['train', '--features', 'none.csv', '-o', 'm.json', '--threads', '-1'], 2, '--threads must be an integer'],
    [['evaluate', '--labels', 'l.csv', '--verdicts', 'v.csv', '--threads', '-1'], 2, '--threads must be an integer'],
    [
      ['evaluate', '--labels', 'l.csv', '--features', 'f.csv', '--cv', '--threads', '-1'],
      2,
      '--threads must be an integer',
    ],
    [['evaluate', '--labels', 'l.csv', '--verdicts', 'v.csv', '-p', 'http'], 2, "unknown option '-p'"],
    [
      ['-i', 'x.parquet', '--seed', '-1'],
      2,
      '--seed must be an integer in [0, 4294967295]. Got -1.\n  Correct --seed.',
    ],
    [['-i', 'x.log', '-p', 'http', '--max-malformed', 'some'], 2, 'must be a number'],
    [['-i', 'x.log', '-p', 'http', '--max-malformed', '-1'], 2, '--max-malformed must be a number of at least 0'],
    [['-i', 'x.log', '-p', 'http', '--trusted-proxy', '10.0.0.0/99'], 2, '--trusted-proxy must be a list of addresses'],
    [['-i', 'x.log', '-p', 'http', '--session-window', 'week'], 2, 'Set --session-window to one of these.'],
    [['diff', 'a', 'b', '-o', 'c', '-p', 'http'], 2, "unknown option '-p'"],
    [['records', '-i', 'none.log', '-o', 'r.parquet', '-p', 'ebi'], 2, 'error RECORDS_PROVIDER'],
  ])('%j ends with %i and says %j', async (argv, code, text) => {
    const result = await cli(...argv);
    expect([result.code, result.err]).toEqual([code, expect.stringContaining(text)]);
  });

  it('prints no control character of a file name, and no stack unless asked', async () => {
    const argv = ['-i', 'a\u001b[31mb.parquet'];
    expect((await cli(...argv)).err).not.toContain('\u001b');
    expect((await cli(...argv)).err).not.toContain('    at ');
    expect((await cli(...argv, '--debug')).err).toContain('    at ');
  });
});

describe('progress', () => {
  it('tells amount, rate and time left once something is done', () => {
    expect(describeProgress({ step: 'annotate', done: 0, total: 100, unit: 'rows' }, 0)).toBe('annotate  0/100 rows');
    expect(describeProgress({ step: 'annotate', done: 50, total: 100, unit: 'rows' }, 5)).toBe(
      'annotate  50/100 rows  10 rows/s  5 s left',
    );
  });

  it('is one line on a terminal, however narrow that is', () => {
    const said: string[] = [];
    const io = { out: () => {}, err: (text: string) => void said.push(text), terminal: true, colour: false };
    const progress = { step: 'features', done: 45, total: 90, unit: 'nodes', secondsLeft: 61 } as const;
    progressLine({ ...io, columns: 20 }).show(progress);
    progressLine(io).show(progress);
    expect(said).toEqual(['features  45/90 no…', 'features  45/90 nodes  about 2 min left in all']);
  });

  it('tells the time left of the whole run where it is foretold, and none of nodes, which take very different times', () => {
    const nodes = { step: 'features', done: 45, total: 90, unit: 'nodes' } as const;
    expect(describeProgress(nodes, 5)).toBe('features  45/90 nodes  9 nodes/s');
    expect(describeProgress({ ...nodes, secondsLeft: 61 }, 5)).toBe('features  45/90 nodes  about 2 min left in all');
    const between = (...secondsLeftBetween: [number, number]) =>
      describeProgress({ ...nodes, secondsLeft: 200, secondsLeftBetween }, 5);
    expect(between(170, 240)).toBe('features  45/90 nodes  about 4 min left in all');
    expect(between(170, 255)).toBe('features  45/90 nodes  about 4 min left in all');
    expect(between(170, 256)).toBe('features  45/90 nodes  3 to 5 min left in all');
    expect(between(100, 400)).toBe('features  45/90 nodes  2 to 7 min left in all');
    expect(between(20, 400)).toBe('features  45/90 nodes  20 s to 7 min left in all');
  });
});
