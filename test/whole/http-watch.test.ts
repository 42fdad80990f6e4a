import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, it } from 'vitest';

const CLI = new URL('../../packages/deeplogbot/dist/cli.js', import.meta.url).pathname;
const line = (host: string, path = '/', agent = 'curl/8.0') =>
  `${host} - - [02/Jan/2024:00:00:00 +0000] "GET ${path} HTTP/1.1" 200 1 "-" "${agent}"\n`;

let folder: string;
let started: ChildProcess[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'deeplogbot-watch-'));
  started = [];
});
afterEach(async () => {
  for (const child of started) if (child.exitCode === null) child.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

/** `tail -F LOG | deeplogbot watch`, and what it has said so far. */
function watching(log: string) {
  const tail = spawn('tail', ['-n', '+1', '-s', '0.2', '-F', log], { stdio: ['ignore', 'pipe', 'ignore'] });
  const flags = ['watch', '-p', 'http', '--keep-ip', '--every-seconds', '1'];
  const watch = spawn(process.execPath, [CLI, ...flags], { stdio: ['pipe', 'pipe', 'inherit'] });
  started.push(tail, watch);
  tail.stdout.pipe(watch.stdin);
  watch.stdin.on('error', () => {}); // It may end before tail does.
  const said: { ip: string; verdict: string; requests: number }[] = [];
  createInterface({ input: watch.stdout }).on('line', (text) => said.push(JSON.parse(text)));
  const until = async (ip: string): Promise<(typeof said)[number]> => {
    for (;;) {
      const found = said.find((each) => each.ip === ip);
      if (found) return found;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  return { watch, said, until };
}

it('follows a log through its rotation, a line that is half written, and Ctrl-C', { timeout: 120_000 }, async () => {
  const log = join(folder, 'access.log');
  await writeFile(log, line('192.0.2.1'));
  const { watch, said, until } = watching(log);
  expect(await until('192.0.2.1')).toMatchObject({ verdict: 'machine', requests: 1 });

  const late = line('192.0.2.2', '/robots.txt', 'Mozilla/5.0 (compatible; Examplebot/1.0)');
  await appendFile(log, late.slice(0, 60));
  await appendFile(log, late.slice(60));
  expect(await until('192.0.2.2')).toMatchObject({ verdict: 'bot:declared' });

  await rename(log, `${log}.1`);
  await writeFile(log, line('192.0.2.3'));
  expect(await until('192.0.2.3')).toMatchObject({ verdict: 'machine' });

  await appendFile(log, line('192.0.2.4').slice(0, 40));
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  const exited = once(watch, 'exit');
  watch.kill('SIGINT');
  expect((await exited)[0]).toBe(0);
  expect(said.map(({ ip }) => ip)).toEqual(['192.0.2.1', '192.0.2.2', '192.0.2.3']);
});
