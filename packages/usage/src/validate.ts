import { Ajv } from 'ajv';
import schema from './dsr.schema.json';

/** The JSON schema of the report, draft 7. */
export const DSR_SCHEMA: object = schema;

let compiled: ReturnType<Ajv['compile']> | undefined;

/** What is wrong with a report by the schema, as sentences; empty where nothing is. */
export function validateReport(report: unknown): readonly string[] {
  compiled ??= new Ajv({ allErrors: true }).compile(schema);
  if (compiled(report)) return [];
  return (compiled.errors ?? []).map(({ instancePath, message }) => `${instancePath || 'the report'} ${message}`);
}
