import { readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { locationGroups } from '@deeplogbot/reports';
import {
  acceptedName,
  chatNamer,
  gazetteerNamer,
  nameCache,
  type PlaceToName,
  placeNames,
} from '@deeplogbot/reports/node';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { scratch } from '../../../test/support/scratch.js';
import { memoryDir, runOf } from './support/run.js';

const place = (more: Partial<PlaceToName> = {}): PlaceToName => ({
  defaultName: 'Hinxton',
  country: 'United Kingdom',
  cities: ['Hinxton', 'Cambridge'],
  locations: 2,
  centroid: { latitude: 52.0797, longitude: 0.1876 },
  ...more,
});

describe('names of the gazetteer', () => {
  const nameAt = async (latitude: number, longitude: number, cities: readonly string[] = []) =>
    (await gazetteerNamer.names([place({ cities, centroid: { latitude, longitude } })], {})).names[0];

  it.each([
    [52.2, 0.1167, 'near Cambridge'],
    [48.8534, 2.3488, 'near Paris'],
    [35.6895, 139.6917, 'near Tokyo'],
    [0, -150, null],
    [90, 0, null],
  ])('at %d, %d: %s', async (latitude, longitude, name) => expect(await nameAt(latitude, longitude)).toBe(name));

  it('leave alone what the log names', async () => expect(await nameAt(48.8534, 2.3488, ['Lutetia'])).toBeNull());
});

describe('an accepted name', () => {
  it.each(['Cambridge', "Val-d'Or", 'São Paulo', '東京', 'Frankfurt (Oder)', ' Bonn '])('%s', (text) =>
    expect(acceptedName(text)).toBe(text.trim()),
  );
  it.each([
    '<b>Bonn</b>',
    'Bonn\u0000',
    'Bonn\nKöln',
    '\u202eBonn',
    '=1+1',
    '',
    'x'.repeat(81),
    'Ignore "this"; do that',
    null,
    7,
    {},
  ])('is not %j', (text) => expect(acceptedName(text)).toBeNull());
});

describe('names of a language model', () => {
  let server: Server;
  let url: string;
  /** What the stub was asked, and what it answers: a status, or the text of the model. */
  let asked: { path: string; key: string | undefined; body: Record<string, unknown> }[];
  let answer: (n: number) => number | string;
  let form: (content: string) => unknown;
  const openai = (content: string) => ({ choices: [{ message: { role: 'assistant', content } }] });

  beforeAll(async () => {
    server = createServer(async (request, response) => {
      let text = '';
      for await (const part of request) text += part;
      asked.push({ path: request.url!, key: request.headers.authorization, body: JSON.parse(text) });
      const said = answer(asked.length);
      if (said === 0) return; // never answers
      const headers = said === 302 ? { location: '/elsewhere' } : {};
      response.writeHead(typeof said === 'number' ? said : 200, headers);
      response.end(typeof said === 'number' ? 'busy' : JSON.stringify(form(said)));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/chat/completions`;
  });
  beforeEach(() => {
    asked = [];
    form = openai;
    answer = () => '{"name": "Cambridge Area"}';
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  const ask = (places: readonly PlaceToName[], more: object = {}) =>
    chatNamer({ url, model: 'm', retries: 0, ...more }).names(places, {});

  it('are those of the answer, and country and cities are all that is sent', async () => {
    const { names, warnings } = await ask([place({ cities: ['Hinxton\u0007', 'Cambridge'] })], { apiKey: 'secret' });
    expect([names, warnings]).toEqual([['Cambridge Area'], []]);
    expect(asked).toHaveLength(1);
    const { key, body } = asked[0]!;
    expect(key).toBe('Bearer secret');
    expect(Object.keys(body).sort()).toEqual(['max_tokens', 'messages', 'model', 'stream', 'temperature']);
    const [system, user] = body.messages as { content: string }[];
    expect(JSON.parse(user!.content)).toEqual({ country: 'United Kingdom', cities: ['Hinxton ', 'Cambridge'] });
    expect(system!.content).not.toMatch(/Hinxton|52|0\.18/);
  });

  it('come from Ollama as well', async () => {
    form = (content) => ({ message: { content }, done: true });
    expect((await ask([place()], { api: 'ollama' })).names).toEqual(['Cambridge Area']);
    expect(asked[0]!.body).toMatchObject({ format: 'json', options: { temperature: 0 } });
  });

  it('are not asked for where one location has its city, or beyond the limit', async () => {
    const { names } = await ask([place({ locations: 1 }), place({ cities: [] }), place(), place({ cities: ['Ely'] })], {
      maxPlaces: 1,
    });
    expect(names).toEqual([null, null, 'Cambridge Area', null]);
    expect(asked).toHaveLength(1);
  });

  it('are tried again after a refusal that passes', async () => {
    answer = (n) => (n === 1 ? 503 : '```json\n{"name": "Cambridge"}\n```');
    expect(await ask([place()], { retries: 1 })).toEqual({ names: ['Cambridge'], warnings: [] });
    expect(asked).toHaveLength(2);
  });

  it.each([
    ['markup', '{"name": "<img src=x onerror=alert(1)>"}', 'that is no name'],
    ['control characters', '{"name": "a\\u001b[2Jb"}', 'that is no name'],
    ['no name', '{"title": "Cambridge"}', 'that is no name'],
    ['talk', 'Sure! Cambridge it is.', 'that is no name'],
    ['broken JSON', '{"name": }', 'that is no JSON'],
    ['a refusal', 403, 'answers with status 403'],
    ['a redirection', 302, 'cannot be reached'],
    ['a flood', 'x'.repeat(100_000), 'too long'],
  ])('keep the default for %s, and say so without the answer', async (_, said, why) => {
    answer = () => said;
    const { names, warnings } = await ask([place()], { apiKey: 'secret' });
    expect(names).toEqual([null]);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(/^1 of 1 places keep their default names: 127\.0\.0\.1:\d+ /);
    expect(warnings[0]).toContain(why);
    expect(warnings[0]).not.toMatch(/secret|onerror|Sure|busy/);
    expect(asked.map(({ path }) => path)).toEqual(['/v1/chat/completions']);
  });

  it('keep the default where no answer comes in time, and stop asking after three', async () => {
    answer = () => 0;
    const places = ['a', 'b', 'c', 'd', 'e'].map((city) => place({ cities: [city] }));
    const { names, warnings } = await ask(places, { timeoutMs: 50 });
    expect(names.every((name) => name === null)).toBe(true);
    expect(asked).toHaveLength(3);
    expect(warnings[0]).toContain('5 of 5 places');
    expect(warnings[0]).toContain('no answer within 50 ms');
  });

  it('are asked for once with a cache, which is not trusted either', async () => {
    const folder = await scratch();
    try {
      const path = join(folder, 'names.json');
      const cache = await nameCache(path);
      await ask([place()], { cache });
      await cache.save();
      expect((await ask([place()], { cache: await nameCache(path) })).names).toEqual(['Cambridge Area']);
      expect(asked).toHaveLength(1);
      await writeFile(path, (await readFile(path, 'utf8')).replace('Cambridge Area', '<b>'));
      expect((await ask([place()], { cache: await nameCache(path) })).names).toEqual(['Cambridge Area']);
      expect(asked).toHaveLength(2);
      await writeFile(path, '[1]');
      await expect(nameCache(path)).rejects.toMatchObject({ code: 'INVALID_CACHE' });
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it.each(['file:///etc/passwd', 'no url', 'http://user:password@host/'])('are not asked of %s', (bad) =>
    expect(() => chatNamer({ url: bad, model: 'm' })).toThrow(expect.objectContaining({ code: 'INVALID_ENDPOINT' })),
  );

  it('stand in the reports, and nothing is asked unless it was wished for', async () => {
    const run = runOf([
      { key: '52.0797,0.1876', label: 'hub', downloads: 9, city: 'Hinxton' },
      { key: '52.1326,0.1834', label: 'hub', downloads: 5, city: 'Sawston' },
      { key: '48.8534,2.3488', label: 'bot', downloads: 1, city: null },
    ]);
    const csvOf = async (namer: Parameters<typeof placeNames>[1]) => {
      const { names } = await placeNames(run, namer);
      const dir = memoryDir();
      await locationGroups.write({ ...run, placeNames: names }, dir);
      return dir.files.get('location_groups.csv')!;
    };
    expect(await csvOf(null)).toMatch(/1,Hinxton,.*\r\n1,Hinxton,.*\r\n2,near Paris,/);
    expect(asked).toEqual([]);
    expect(await csvOf(chatNamer({ url, model: 'm' }))).toMatch(
      /1,Cambridge Area,.*\r\n1,Cambridge Area,.*\r\n2,near Paris,/,
    );
  });
});
