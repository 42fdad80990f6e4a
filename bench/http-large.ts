import { createReadStream, readFileSync, statSync, writeFileSync } from 'node:fs';
import { httpProvider } from '@deeplogbot/provider-http';
import { runBotAnnotator } from 'deeplogbot';

/**
 * A whole run over a large access log, as `deeplogbot -p http` does it: lines, clients, time, memory, step by step.
 * `npx tsx --tsconfig tsconfig.json bench/http-large.ts LOG [OUT [THREADS]]`; bench/http-large-log.ts makes such a log.
 */
const [log, out = 'output/http-large', threads = '0'] = process.argv.slice(2);
if (log === undefined) {
  process.stderr.write('usage: npx tsx --tsconfig tsconfig.json bench/http-large.ts LOG [OUT [THREADS]]\n');
  process.exit(2);
}

/** Largest resident memory since it was asked last, as Linux counts it: a timer misses what happens while nothing else can run. */
function highWater(): number {
  const [, kibibytes] = /VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))!;
  writeFileSync('/proc/self/clear_refs', '5');
  return Number(kibibytes) * 1024;
}

const processorTime = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

async function countLines(path: string): Promise<number> {
  let lines = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) lines++;
  }
  return lines;
}

interface Step {
  seconds: number;
  processor: number;
  resident: number;
  /** Of JavaScript: its objects, and the blocks of its columns. */
  heap: number;
  columns: number;
}

const steps = new Map<string, Step>();
const began = performance.now();
let last = { at: began, processor: processorTime() };
const note = (name: string) => {
  const now = { at: performance.now(), processor: processorTime() };
  const step = steps.get(name) ?? { seconds: 0, processor: 0, resident: 0, heap: 0, columns: 0 };
  step.seconds += (now.at - last.at) / 1000;
  step.processor += now.processor - last.processor;
  step.resident = Math.max(step.resident, highWater());
  const { heapTotal, external } = process.memoryUsage();
  step.heap = Math.max(step.heap, heapTotal);
  step.columns = Math.max(step.columns, external);
  steps.set(name, step);
  last = now;
};

let current = 'start';
const run = await runBotAnnotator({
  input: log,
  outputDir: out,
  provider: httpProvider(),
  threads: Number(threads),
  onProgress: ({ step, part }) => {
    // A part is named when it has ended, a step when it begins, and again every second.
    if (part === undefined && step === current) return;
    note(part ?? current);
    current = step;
  },
});
note(current);

const mebibytes = (bytes: number): string => `${Math.round(bytes / 2 ** 20)} MiB`;
for (const [name, { seconds, processor, resident, heap, columns }] of steps) {
  if (seconds < 1 && resident < 2 ** 29) continue;
  console.log(
    `${name.padEnd(28)}${seconds.toFixed(1).padStart(7)} s${processor.toFixed(1).padStart(7)} s of processor time ${mebibytes(resident).padStart(9)}, of JavaScript ${mebibytes(heap)} and ${mebibytes(columns)}`,
  );
}
for (const { step, seconds } of run.timings) {
  if (seconds > 1 && !step.startsWith('features/')) console.log(`  ${step} ${seconds.toFixed(1)} s`);
}
const total = { seconds: (performance.now() - began) / 1000, processor: processorTime() };
const lines = await countLines(log);
const rows = run.rowCounts.total;
const comments = lines - rows - run.rejectedRows;
const peak = Math.max(...[...steps.values()].map(({ resident }) => resident));
console.log(
  `${lines} lines (${mebibytes(statSync(log).size)}) = ${rows} rows + ${run.rejectedRows} in quarantine + ${comments} without a request, ${run.totalLocations} clients`,
);
console.log(
  `${total.seconds.toFixed(0)} s, ${total.processor.toFixed(0)} s of processor time, ${mebibytes(peak)} resident at most`,
);
if (comments < 0) throw new RangeError(`${rows} rows and ${run.rejectedRows} lines in quarantine of ${lines} lines.`);
