import { tableFromIPC, tableToIPC } from 'apache-arrow';
import { describe, expect, it } from 'vitest';
import { FeatureTable } from '../src/features.js';

describe('features for Arrow', () => {
  it('hold keys, places and every feature, NULL where it is not measurable', async () => {
    const values = Float64Array.from({ length: 70 }, (_, i) => (i % 3 === 0 ? Number.NaN : i / 7));
    const keys = Array.from(values, (_, i) => `52.${i},0.1`);
    const table = new FeatureTable(
      keys,
      { country: keys.map((_, i) => (i % 2 ? 'Kenya' : null)), city: keys.map(() => 'Nairobi') },
      new Map([
        ['x', values],
        ['y', new Float64Array(70)],
      ]),
      new Map(),
    );
    // There and back as bytes, as another program would read it.
    const arrow = tableFromIPC(tableToIPC(await table.toArrow()));
    expect(arrow.schema.fields.map(({ name }) => name)).toEqual(['key', 'country', 'city', 'x', 'y']);
    expect([...arrow.getChild('x')!]).toEqual(Array.from(values, (value) => (Number.isNaN(value) ? null : value)));
    expect(arrow.getChild('x')!.nullCount).toBe(24);
    expect(arrow.getChild('y')!.nullCount).toBe(0);
    expect([...arrow.getChild('key')!]).toEqual(keys);
    expect([...arrow.getChild('country')!].slice(0, 2)).toEqual([null, 'Kenya']);
  });

  it('may have no row', async () => {
    const none = await new FeatureTable(
      [],
      { country: [], city: [] },
      new Map([['x', new Float64Array()]]),
      new Map(),
    ).toArrow();
    expect([none.numRows, none.numCols]).toEqual([0, 4]);
  });
});
