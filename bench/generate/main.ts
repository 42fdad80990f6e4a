import { parseArgs } from 'node:util';
import { generateLog } from './generate.js';

const USAGE = `Writes a download log with known labels.

  npx tsx bench/generate/main.ts --rows 10000000 --locations 30000 --seed 42 -o bench/data/10m.parquet

  --rows N        downloads (default 1000000)
  --locations N   locations, at most a third of the rows (default 3000)
  --seed N        equal seeds give equal files (default 42)
  --threads N     threads of DuckDB; the file does not depend on them (default 2)
  --memory SIZE   memory limit of DuckDB (default 4GB)
  --odd-rows      adds a dozen rows without location or user, of an old year, under a second country name
  -o FILE         the Parquet file; the labels go beside it as FILE.labels.csv
`;

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '1000000' },
    locations: { type: 'string', default: '3000' },
    seed: { type: 'string', default: '42' },
    threads: { type: 'string', default: '2' },
    memory: { type: 'string', default: '4GB' },
    'odd-rows': { type: 'boolean', default: false },
    output: { type: 'string', short: 'o' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

if (values.help || !values.output) {
  process.stdout.write(USAGE);
  process.exitCode = values.help ? 0 : 2;
} else {
  const started = performance.now();
  const labels = `${values.output.replace(/\.parquet$/, '')}.labels.csv`;
  const locations = await generateLog({
    rows: Number(values.rows),
    locations: Number(values.locations),
    seed: Number(values.seed),
    threads: Number(values.threads),
    memoryLimit: values.memory,
    oddRows: values['odd-rows'],
    path: values.output,
    labels,
  });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const peak = Math.round(process.resourceUsage().maxRSS / 1024);
  process.stdout.write(
    `${values.output}: ${values.rows} rows, ${locations.length} locations, ${seconds} s, peak ${peak} MiB\n${labels}\n`,
  );
}
