import { spawn } from 'node:child_process';
import { appendFile, mkdtemp, readFile, rm, statfs, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';

const CLI = new URL('../../packages/deeplogbot/dist/cli.js', import.meta.url).pathname;
const LINE = '192.0.2.1 - - [02/Jan/2024:00:00:00 +0000] "GET / HTTP/1.1" 200 100 "-" "curl/8.0"\n';
const GIANT = 2 * 2 ** 30;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'deeplogbot-giant-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Exit code, standard output and the most memory that was resident, MiB. */
function run(...args: readonly string[]): Promise<{ code: number | null; out: string; peak: number }> {
  const child = spawn(process.execPath, [CLI, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  let out = '';
  let peak = 0;
  child.stdout.on('data', (text) => (out += text));
  const timer = setInterval(async () => {
    const status = await readFile(`/proc/${child.pid}/status`, 'utf8').catch(() => ''); // It may have ended.
    peak = Math.max(peak, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024);
  }, 100);
  return new Promise((resolve) =>
    child.on('close', (code) => {
      clearInterval(timer);
      resolve({ code, out, peak });
    }),
  );
}

it('a line of two gigabytes is set aside, and memory does not grow with it', { timeout: 300_000 }, async (context) => {
  const log = join(folder, 'access.log');
  await writeFile(log, LINE.repeat(100));
  const { bavail, bsize } = await statfs(folder);
  if (process.platform !== 'linux' || bavail * bsize < 2 ** 24) {
    console.warn('SKIPPED: a line of two gigabytes, because memory is read from /proc and the file must be sparse.');
    context.skip();
  }
  const flags = ['-p', 'http', '-o', join(folder, 'out'), '--max-malformed', '1', '--reports-only'];
  const small = await run('-i', log, ...flags);
  // A hole in the file takes no room on the disk and reads as two gigabytes without a newline.
  await truncate(log, LINE.length * 100 + GIANT);
  await appendFile(log, `\n${LINE.repeat(50)}`);
  const giant = await run('-i', log, ...flags);
  expect([small.code, giant.code]).toEqual([0, 0]);
  expect(giant.out).toContain('150 requests');
  expect(giant.out).toContain('1 too-long');
  expect(small.peak).toBeGreaterThan(0);
  expect(giant.peak - small.peak).toBeLessThan(150);
});
