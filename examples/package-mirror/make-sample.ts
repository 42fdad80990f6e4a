import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createRandom, type Random } from '@deeplogbot/core';

/**
 * Makes `sample.csv` and `sample-labels.csv`: one invented day of a package mirror.
 *
 *     npx tsx examples/package-mirror/make-sample.ts
 */
interface Client {
  readonly country: string;
  readonly label: 'organic' | 'bot' | 'hub';
  /** Seconds of the day and package numbers, in order. */
  readonly downloads: readonly (readonly [second: number, item: number])[];
}

const COUNTRIES = ['US', 'DE', 'JP', 'BR', 'IN', 'KE'];
const random = createRandom(2012);

/** Somebody who installs a few packages at a time, one to three times by day. */
function person(draw: Random, country: string): Client {
  const sittings = Array.from({ length: 1 + draw.int(3) }, () => 8 * 3600 + draw.int(13 * 3600));
  const downloads = sittings.flatMap((start) =>
    Array.from({ length: 1 + draw.int(12) }, (_, i) => [start + i * (1 + draw.int(4)), draw.int(900)] as const),
  );
  return { country, label: 'organic', downloads };
}

/** A new machine: many different packages in one go, still a person's. */
const bulkInstall = (draw: Random, country: string): Client => ({
  country,
  label: 'organic',
  downloads: Array.from(
    { length: 90 + draw.int(60) },
    (_, i) => [36_000 + 2 * i, (i * 7 + draw.int(3)) % 900] as const,
  ),
});

const mirror: Client = {
  country: 'JP',
  label: 'hub',
  downloads: Array.from({ length: 900 }, (_, i) => [19_874 + 2 * i, i] as const),
};

const inflater = (country: string, item: number): Client => ({
  country,
  label: 'bot',
  downloads: Array.from({ length: 140 }, (_, i) => [600 * i, item] as const),
});

const clients = [
  ...Array.from({ length: 60 }, (_, i) => person(random, COUNTRIES[i % COUNTRIES.length]!)),
  bulkInstall(random, 'NZ'),
  bulkInstall(random, 'US'),
  mirror,
  inflater('CN', 17),
  inflater('US', 400),
];

const two = (value: number): string => String(value).padStart(2, '0');
const clock = (second: number): string =>
  `${two(Math.floor(second / 3600))}:${two(Math.floor(second / 60) % 60)}:${two(second % 60)}`;

const rows = clients.flatMap(({ country, downloads }, client) =>
  downloads.map(([second, item]) => {
    const size = 20_000 + ((item * 7919) % 900_000);
    const name = `pkg${String(item).padStart(4, '0')}`;
    return {
      second,
      line: `2013-01-01,${clock(second)},${size},2.15.2,i386,mingw32,${name},1.${item % 10},${country},${client + 1}`,
    };
  }),
);
rows.sort((a, b) => a.second - b.second);

const write = (name: string, lines: readonly string[]) =>
  writeFileSync(fileURLToPath(new URL(name, import.meta.url)), `${lines.join('\n')}\n`);
write('sample.csv', [
  'date,time,size,r_version,r_arch,r_os,package,version,country,ip_id',
  ...rows.map(({ line }) => line),
]);
write('sample-labels.csv', [
  'geo_location,label',
  ...clients.map(({ country, label }, client) => `"${country},${client + 1}",${label}`),
]);
