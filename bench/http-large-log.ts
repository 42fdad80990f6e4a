import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';

/**
 * Makes a large log of a small one: `npx tsx bench/http-large-log.ts LOG.gz OUT LINES [KEEP]`. The lines come again and again, each
 * time four days later and from other addresses; of `KEEP` rounds (@default 1) the addresses stay the same, so that
 * there are fewer clients.
 */
const [source, out, lines, keep = '1'] = process.argv.slice(2);
if (source === undefined || out === undefined || lines === undefined) {
  process.stderr.write('usage: npx tsx bench/http-large-log.ts LOG.gz OUT LINES [KEEP]\n');
  process.exit(2);
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const ROUND_DAYS = 4;

const parts: { address: readonly number[]; before: string; day: number; after: string }[] = [];
for await (const line of createInterface({ input: createReadStream(source).pipe(createGunzip()) })) {
  const found = /^(\d+)\.(\d+)\.(\d+)\.(\d+)( [^[]*\[)(\d\d)\/(\w{3})\/(\d{4})(:.*)$/.exec(line);
  if (!found) continue;
  const [, a, b, c, d, before, day, month, year, after] = found;
  const days = Date.UTC(Number(year), MONTHS.indexOf(month!), Number(day)) / 86_400_000;
  parts.push({ address: [a, b, c, d].map(Number), before: before!, day: days, after: after! });
}

const target = createWriteStream(out, { highWaterMark: 1 << 20 });
let written = 0;
for (let round = 0; written < Number(lines); round++) {
  const shift = Math.floor(round / Number(keep));
  const text: string[] = [];
  // Ten years of rounds, then the years come again.
  for (const { address, before, day, after } of parts.slice(0, Number(lines) - written)) {
    const [a, b, c, d] = address as [number, number, number, number];
    const moved = [(a + shift * 7) % 223, (b + shift * 13) % 256, (c + shift) % 256, d].join('.');
    const date = new Date((day + (round % 900) * ROUND_DAYS) * 86_400_000);
    const shown = `${String(date.getUTCDate()).padStart(2, '0')}/${MONTHS[date.getUTCMonth()]}/${date.getUTCFullYear()}`;
    text.push(`${moved}${before}${shown}${after}\n`);
  }
  written += text.length;
  if (!target.write(text.join(''))) await once(target, 'drain');
}
target.end();
await once(target, 'finish');
console.log(`${written} lines`);
