import { Ajv } from 'ajv';
import { expect, it } from 'vitest';
import { RULES_SCHEMA } from '../src/schema.js';

it('is a JSON schema of draft 7, which reading rules takes for granted', () => {
  const ajv = new Ajv({ allowUnionTypes: true, strictTypes: false });
  expect(ajv.validateSchema(RULES_SCHEMA), ajv.errorsText()).toBe(true);
  expect(() => ajv.compile(RULES_SCHEMA)).not.toThrow();
});
