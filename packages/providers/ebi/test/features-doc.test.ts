import { readFile } from 'node:fs/promises';
import { ebiProvider, FEATURE_COLUMNS, FOREST_FEATURES, FUSION_FEATURES } from '@deeplogbot/provider-ebi';
import { describe, expect, it } from 'vitest';
import { featuresDoc } from '../../../../scripts/features-doc.js';

const nodes = [...ebiProvider.extractors, ...(ebiProvider.afterAnomaly ?? [])];
const specs = nodes.flatMap((node) => Object.entries(node.columns));
const names = specs.map(([name]) => name);

it('docs/features.md is what scripts/features-doc.ts makes of the feature specs', async () => {
  const written = await readFile(new URL('../../../../docs/features.md', import.meta.url), 'utf8');
  expect(written, 'run: npx tsx scripts/features-doc.ts').toBe(featuresDoc());
});

describe('the catalogue', () => {
  it('names every feature once', () => {
    expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
  });

  it.each(specs)('%s says what it is', (_name, spec) => {
    expect(spec.unit).not.toBe('');
    expect(spec.meaning).toMatch(/^.{10,}\.$/s);
    expect(spec.formula).not.toBe('');
    expect(spec.nullWhen).not.toBe('');
    if (spec.min !== undefined && spec.max !== undefined) expect(spec.min).toBeLessThanOrEqual(spec.max);
    if (spec.reference !== undefined) expect(spec.reference.length).toBeGreaterThan(10);
    // A reader of the dictionary and of docs/features.md has no list that such a number leads to.
    expect(`${spec.meaning} ${spec.formula} ${spec.nullWhen} ${spec.reference}`).not.toMatch(/\(N\d/);
  });
});

describe('the lists of the reference', () => {
  it.each([
    ['FEATURE_COLUMNS', FEATURE_COLUMNS, 126],
    ['FOREST_FEATURES', FOREST_FEATURES, 74],
    ['FUSION_FEATURES', FUSION_FEATURES, 36],
  ] as const)('%s has its size, no name twice, and is computed', (_list, list, size) => {
    expect(new Set(list).size).toBe(size);
    expect(list).toHaveLength(size);
    const known = new Set(names);
    expect(list.filter((name) => !known.has(name))).toEqual([]);
  });

  it('the forest takes its inputs in the order of FEATURE_COLUMNS', () => {
    const chosen = new Set<string>(FOREST_FEATURES);
    expect(FEATURE_COLUMNS.filter((name) => chosen.has(name))).toEqual([...FOREST_FEATURES]);
  });
});
