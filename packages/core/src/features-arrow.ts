import type { Table } from 'apache-arrow';
import type { FeatureTable } from './features.js';

/** The columns of {@link FeatureTable.toArrow}; the library is loaded by those who ask for it. */
export async function featuresToArrow({ keys, attributes, columns }: FeatureTable): Promise<Table> {
  const {
    Dictionary,
    Float64,
    Int32,
    makeData,
    Table: ArrowTable,
    Utf8,
    Vector,
    vectorFromArray,
  } = await import('apache-arrow');
  const words = (values: readonly (string | null)[]) =>
    vectorFromArray([...values], new Dictionary(new Utf8(), new Int32()));
  const numbers = (values: Float64Array) => {
    const { nullBitmap, nullCount } = nullsOf(values);
    return new Vector([makeData({ type: new Float64(), length: values.length, nullCount, nullBitmap, data: values })]);
  };
  return new ArrowTable({
    key: vectorFromArray([...keys], new Utf8()),
    country: words(attributes.country),
    city: words(attributes.city),
    ...Object.fromEntries([...columns].map(([name, values]) => [name, numbers(values)])),
  });
}

/** A bit for each value, least significant first, 1 where it is measured. */
function nullsOf(values: Float64Array): { nullBitmap: Uint8Array; nullCount: number } {
  const nullBitmap = new Uint8Array(Math.ceil(values.length / 64) * 8);
  let nullCount = 0;
  values.forEach((value, row) => {
    if (Number.isNaN(value)) nullCount++;
    else nullBitmap[row >> 3]! |= 1 << (row & 7);
  });
  return { nullBitmap, nullCount };
}
