/**
 * What the stages of the deep method cost: `npx tsx bench/deep-stages.ts [rows] [features]`, 71,000 × 36 by default.
 *
 * Rows follow six hidden factors, one in twelve is an exemplar, a hundredth has each feature dealt out anew.
 */
import assert from 'node:assert/strict';
import { createRandom } from '@deeplogbot/core';
import { deepIsolationForest, organicVae, pca, temporalConsistency } from '@deeplogbot/models';

const [rows = 71_000, features = 36] = process.argv.slice(2).map(Number);
const FACTORS = 6;
const MONTHS = 24;
const random = createRandom(42);
const bell = () => random.next() + random.next() + random.next() + random.next() - 2;

const hidden = Array.from({ length: FACTORS }, () => Float64Array.from({ length: rows }, bell));
const isOdd = Uint8Array.from({ length: rows }, () => Number(random.next() < 0.01));
const columns = Array.from({ length: features }, () => {
  const loadings = hidden.map(bell);
  const own = Float64Array.from({ length: rows }, (_, row) =>
    loadings.reduce((sum, loading, k) => sum + loading * hidden[k]![row]!, 0.2 * bell()),
  );
  return own.map((value, row) => (isOdd[row] ? own[random.int(rows)]! : value));
});
const exemplars = Int32Array.from({ length: rows }, (_, row) => row).filter((row) => !isOdd[row] && row % 12 === 0);

async function timed<T>(name: string, run: () => T | Promise<T>): Promise<T> {
  const [start, cpu] = [performance.now(), process.cpuUsage()];
  const result = await run();
  const { user, system } = process.cpuUsage(cpu);
  const [wall, busy] = [(performance.now() - start) / 1000, (user + system) / 1e6];
  console.log(`${name.padEnd(46)} ${wall.toFixed(2).padStart(6)} s, ${busy.toFixed(2)} s of processor time`);
  return result;
}

/** Share of pairs in which the odd row has the higher score. */
function rocAuc(scores: Float64Array): number {
  const order = Array.from(scores.keys()).sort((a, b) => scores[a]! - scores[b]!);
  const odd = isOdd.reduce((sum, flag) => sum + flag, 0);
  const ranks = order.reduce((sum, row, i) => sum + (isOdd[row] ? i + 1 : 0), 0);
  return (ranks - (odd * (odd + 1)) / 2) / (odd * (rows - odd));
}

const found = (name: string, scores: Float64Array, least: number) => {
  const auc = rocAuc(scores);
  console.log(`  odd rows rank higher in ${(100 * auc).toFixed(1)} % of pairs`);
  assert.ok(auc > least, `${name} must find the odd rows`);
};

const vae = await timed('organicVae', () => organicVae(columns, { rows: exemplars }));
assert.equal(vae.method, 'vae');
console.log(`  ${vae.trainingLoss.length} epochs on ${Math.min(exemplars.length, 4000)} exemplars`);
found('organicVae', vae.reconstructionError, 0.99);
const again = await timed('organicVae, second run', () => organicVae(columns, { rows: exemplars }));
assert.deepEqual(again, vae);

const components = await timed('pca', () => pca(columns, { components: FACTORS, rows: exemplars }).project(columns));
found('pca', components.reconstructionError, 0.99);

const forest = await timed('deepIsolationForest of the features', () =>
  deepIsolationForest().fit(columns).scores(columns),
);
found('deepIsolationForest', forest, 0.85);
await timed('deepIsolationForest of the latent space', () => deepIsolationForest().fit(vae.latent).scores(vae.latent));

const months = {
  row: new Int32Array(rows * MONTHS),
  month: new Int32Array(rows * MONTHS),
  count: new Float64Array(rows * MONTHS),
};
for (let i = 0; i < rows * MONTHS; i++) {
  months.row[i] = Math.floor(i / MONTHS);
  months.month[i] = i % MONTHS;
  months.count[i] = (1 + random.int(20)) * (isOdd[months.row[i]!] && months.month[i] === 20 ? 50 : 1);
}
const [spikeRatio, momentumScore] = [columns[0]!, columns[1]!];
const temporal = await timed(`temporalConsistency, ${MONTHS} months`, () =>
  temporalConsistency({ spikeRatio, momentumScore, months }),
);
found('temporalConsistency', temporal.peakZ, 0.99);
console.log(`peak memory ${Math.round(process.resourceUsage().maxRSS / 1024)} MiB`);
