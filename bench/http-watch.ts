import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';

/**
 * Memory and pace of `deeplogbot watch` over many lines of many clients: `npx tsx bench/http-watch.ts [LINES] [LINES_PER_CLIENT]`.
 * The lines are made up as they are written, so no file is needed; the built command line is measured.
 */
const [lines = '5000000', perClient = '5'] = process.argv.slice(2);
const CLI = new URL('../packages/deeplogbot/dist/cli.js', import.meta.url).pathname;
const CHUNK = 1_000;

const child = spawn(process.execPath, [CLI, 'watch', '-p', 'http'], { stdio: ['pipe', 'pipe', 'inherit'] });
let verdicts = 0;
child.stdout.on('data', (bytes: Buffer) => {
  for (const byte of bytes) if (byte === 0x0a) verdicts++;
});

const peaks: number[] = [];
const status = (name: string): number =>
  Number(new RegExp(`${name}:\\s+(\\d+)`).exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;

const AGENTS = [
  'Mozilla/5.0 (X11; Linux x86_64; rv:121.0) Gecko/20100101 Firefox/121.0',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36',
  'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
];
const two = (n: number): string => String(n).padStart(2, '0');

function line(i: number): string {
  const client = Math.floor(i / 20 / Number(perClient)) * 20 + (i % 20);
  const ip = `${11 + ((client >> 24) % 200)}.${(client >> 16) & 255}.${(client >> 8) & 255}.${client & 255}`;
  const s = Math.floor(i / 100);
  const time = `${two(1 + (Math.floor(s / 86_400) % 28))}/Jan/2024:${two(Math.floor(s / 3600) % 24)}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}`;
  return `${ip} - - [${time} +0000] "GET /page/${(i * 7919) % 100_003} HTTP/1.1" 200 512 "-" "${AGENTS[client % AGENTS.length]}"\n`;
}

const started = performance.now();
for (let i = 0; i < Number(lines); i += CHUNK) {
  const text = Array.from({ length: Math.min(CHUNK, Number(lines) - i) }, (_, j) => line(i + j)).join('');
  if (!child.stdin.write(text)) await once(child.stdin, 'drain');
  if ((i / CHUNK) % (Number(lines) / CHUNK / 10) === 0) peaks.push(status('VmRSS'));
}
const peak = status('VmHWM');
child.stdin.end();
await once(child, 'close');
const seconds = (performance.now() - started) / 1000;
console.log(
  `resident by tenths of the log, MiB: ${peaks.map((mib) => mib.toFixed(0)).join(' ')}; at most ${peak.toFixed(0)}`,
);
console.log(`${lines} lines, ${verdicts} verdicts, ${(Number(lines) / seconds).toFixed(0)} lines/s`);
