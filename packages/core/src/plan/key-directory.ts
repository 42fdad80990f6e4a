import type { KeyDirectory, Relation } from '../engine.js';
import { columnsOf, type LogSchema } from '../schema.js';

/** The directory of a relation, if the schema reads the very columns that it stands for. */
export function directoryOf(schema: LogSchema, { keys }: Relation): KeyDirectory | undefined {
  const reads = (role: keyof KeyDirectory['stands']) => columnsOf(schema, role).join('\n') === keys?.stands[role];
  return reads('location') && reads('country') && reads('city') ? keys : undefined;
}
