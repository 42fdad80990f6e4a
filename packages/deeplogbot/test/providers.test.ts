import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ebiProvider } from '@deeplogbot/provider-ebi';
import { loadProvider } from 'deeplogbot';
import { describe, expect, it } from 'vitest';
import { scratch } from '../../../test/support/scratch.js';
import { initProvider, validateProvider } from '../src/commands/providers.js';

async function folderWith(files: Record<string, string>): Promise<string> {
  const folder = join(await scratch(), 'provider');
  await mkdir(folder);
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return folder;
}

describe('a provider folder', () => {
  it('takes features from the provider it extends and everything else from its file', async () => {
    const folder = await folderWith({
      'provider.yaml': `
name: mirror
display_name: Package mirror
schema:
  location_field: [country, ip_id]
  timestampField: [date, time]
  file_field: null
  min_year: 2010
rules: rules.yaml
`,
      'rules.yaml': 'taxonomy: mine',
    });
    const { provider, explicitFields } = await loadProvider(folder);
    expect(provider).toMatchObject({
      name: 'mirror',
      displayName: 'Package mirror',
      rules: { default: 'taxonomy: mine' },
    });
    expect(provider.schema).toMatchObject({
      locationField: ['country', 'ip_id'],
      fileField: null,
      minYear: 2010,
      minLocationDownloads: 1,
    });
    expect(provider.extractors.length).toBeGreaterThan(10);
    expect([...explicitFields]).toEqual(['locationField', 'timestampField', 'fileField', 'minYear']);
  });

  it('names every problem of its file at once, with lines', async () => {
    const folder = await folderWith({ 'provider.yaml': 'nmae: x\ndescription: 7\nschema: []\n' });
    await expect(loadProvider(folder)).rejects.toMatchObject({ code: 'PROVIDER_INVALID' });
    const message = await loadProvider(folder).catch((error: Error) => error.message);
    expect(message).toContain('unknown key "nmae"; did you mean "name"?');
    expect(message).toContain('"name" is missing');
    expect(message).toContain('provider.yaml:2:14 "description" must be text');
    expect(message).toContain('provider.yaml:3:9 "schema" must be a map');
  });

  it('says where a field belongs that stands one level too high', async () => {
    const folder = await folderWith({
      'provider.yaml': 'name: mine\nlocation_feild: ip\ntimestampField: t\ncolour: red\n',
    });
    const message = await loadProvider(folder).then(String, (error: Error) => error.message);
    expect(message).toContain('unknown key "location_feild"; the field "location_field" belongs below "schema"');
    expect(message).toContain('unknown key "timestampField"; the field "timestamp_field" belongs below "schema"');
    expect(message).toMatch(/unknown key "colour"$/m);
  });

  it.each([
    ['location_feild', 'Did you mean "location_field"?'],
    ['locationFeild', 'Did you mean "locationField"?'],
    ['colour', expect.stringMatching(/^Known fields: location_field, country_field, /)],
  ])('names the schema field %s as it is written', async (field, hint) => {
    const folder = await folderWith({ 'provider.yaml': `name: mine\nschema:\n  min_year: 2010\n  ${field}: ip\n` });
    await expect(loadProvider(folder)).rejects.toMatchObject({
      code: 'UNKNOWN_SCHEMA_FIELD',
      message: `${join(folder, 'provider.yaml')}:4:${5 + field.length} The schema has no field "${field}".`,
      hint,
    });
  });

  it.each([
    ['a duplicate key', 'name: a\nname: b\n', 'PROVIDER_INVALID'],
    ['a rule file outside', 'name: a\nrules: ../../etc/passwd\n', 'PROVIDER_INVALID'],
    ['a missing rule file', 'name: a\nrules: none.yaml\n', 'PROVIDER_FILE_UNREADABLE'],
    ['an unknown base', 'name: a\nextends: ebbi\n', 'UNKNOWN_PROVIDER'],
    ['a wrong schema field', 'name: a\nschema: { min_yeer: 1 }\n', 'UNKNOWN_SCHEMA_FIELD'],
    ['a name that is a path', 'name: ../a\n', 'INVALID_PROVIDER'],
  ])('refuses %s', async (_what, yaml, code) => {
    await expect(loadProvider(await folderWith({ 'provider.yaml': yaml }))).rejects.toMatchObject({ code });
  });

  it('says in which line of which file a schema or a rule is wrong', async () => {
    const rules = ebiProvider.rules.default.replace(
      'working_hours_ratio: { min: 0.45 }',
      'working_hours_ratio: { min: 45 }',
    );
    const mine = await folderWith({ 'provider.yaml': 'name: mine\nrules: mine.yaml\n', 'mine.yaml': rules });
    const line = rules.split('\n').findIndex((text) => text.includes('min: 45')) + 1;
    await expect(validateProvider(mine)).rejects.toMatchObject({
      code: 'RULES_INVALID',
      message: expect.stringContaining(
        `${join(mine, 'mine.yaml')}:${line}:32 working_hours_ratio: min 45 lies outside the feature's range [0, 1]`,
      ),
    });
    const typed = await folderWith({ 'provider.yaml': 'name: a\nschema:\n  user_field: u\n  min_year: "2020"\n' });
    await expect(validateProvider(typed)).rejects.toMatchObject({
      message: expect.stringContaining(`${join(typed, 'provider.yaml')}:4:13 schema.min_year must be an integer`),
      hint: 'Correct schema.min_year.',
    });
    const both = await folderWith({ 'provider.yaml': 'name: a\nschema:\n  min_year: 2030\n  max_year: 2020\n' });
    await expect(validateProvider(both)).rejects.toMatchObject({
      message: expect.stringContaining('schema.max_year must be at least min_year (2030). Got 2020.'),
    });
    const camel = await folderWith({ 'provider.yaml': 'name: a\nschema:\n  minYear: "2020"\n' });
    await expect(validateProvider(camel)).rejects.toMatchObject({
      message: expect.stringContaining('schema.minYear must be an integer'),
    });
  });

  it('finds nothing wrong in what ships and what init writes', async () => {
    const folder = join(await scratch(), 'new');
    await initProvider(folder);
    expect(await validateProvider(folder)).toContain('is a valid provider');
    expect(await validateProvider(new URL('../../../examples/package-mirror', import.meta.url).pathname)).toContain(
      'valid',
    );
  });

  it.runIf(process.platform === 'linux')('says that a folder to begin with cannot be made', async () => {
    await expect(initProvider('/proc/deeplogbot/new')).rejects.toMatchObject({ code: 'OUTPUT_NOT_WRITABLE' });
  });

  it('refuses an anchor bomb without unfolding it', async () => {
    const layers = Array.from(
      { length: 12 },
      (_, i) => `l${i + 1}: &l${i + 1} [${Array(10).fill(`*l${i}`).join(', ')}]`,
    );
    const yaml = `name: a\nl0: &l0 [x]\n${layers.join('\n')}\n`;
    await expect(loadProvider(await folderWith({ 'provider.yaml': yaml }))).rejects.toMatchObject({
      code: 'PROVIDER_INVALID',
    });
  });

  it('names the known providers for an unknown name, and the folder for a missing one', async () => {
    await expect(loadProvider('ebbi')).rejects.toMatchObject({
      code: 'UNKNOWN_PROVIDER',
      message: expect.stringContaining('ebi'),
    });
    await expect(loadProvider('./nowhere')).rejects.toMatchObject({ code: 'PROVIDER_NOT_FOUND' });
  });
});
