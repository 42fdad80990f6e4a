import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import {
  ConfigError,
  type Engine,
  gather,
  InputError,
  numbers,
  type RunControl,
  type Sql,
  sql,
  textColumn,
  texts,
} from '@deeplogbot/core';
import { type Input, type OpenEngineOptions, openEngine, resolveInput } from '@deeplogbot/core/node';
import { type HttpOptions, httpProvider } from '@deeplogbot/provider-http';
import { networkOf, readGeoTable } from '../geo-table.js';
import { runBotAnnotator } from '../run-bot-annotator.js';

export interface RecordsOptions extends OpenEngineOptions, RunControl {
  /** The access log. */
  readonly input: Input;
  /** Parquet file of the downloads. */
  readonly output: string;
  /** How the log is read; `itemPatterns` say what a download is. */
  readonly http?: HttpOptions;
  /** Table of networks with country, city, latitude and longitude, see `readGeoTable`. @defaultValue none: locations are networks */
  readonly geo?: string;
}

export interface WrittenRecords {
  readonly path: string;
  readonly rows: number;
  /** Downloads whose address has coordinates in the geo table; the location of the others is their network. */
  readonly placed: number;
}

const PLACES = 'deeplogbot_places';

/**
 * Makes download events of an access log, for providers that classify locations: the columns of the `ebi` provider, and
 * `location`, which is `geo_location` or, where that is NULL, the network of the address (/24, /48 of IPv6). An event is a request for data
 * answered by 200 or 304. The verdict on the client comes along as `client_verdict`; what is said of the location later is another matter.
 * Places are looked up before addresses are hashed; no address is written.
 *
 * @throws ConfigError `NO_ITEM_PATTERN` without `itemPatterns`, `INVALID_GEO_TABLE`. InputError `NO_DOWNLOADS` where no request fits.
 */
export async function toRecords(options: RecordsOptions): Promise<WrittenRecords> {
  const { http = {}, geo, input, ...rest } = options;
  if (!http.itemPatterns?.length) {
    throw new ConfigError('NO_ITEM_PATTERN', 'Nothing says which requests are downloads of which data set.', {
      hint: 'Give itemPatterns (--item-pattern), such as /files/{item}/**.',
    });
  }
  const places = geo === undefined ? undefined : await resolveInput(geo);
  const engine = await openEngine(options);
  const folder = await mkdtemp(join(options.tempDirectory ?? tmpdir(), 'deeplogbot-'));
  try {
    const find = places ? await readGeoTable(engine, await engine.bind(places)) : () => null;
    const provider = httpProvider({ ...http, keepIp: true, keepRawPath: true });
    const outputParquet = join(folder, 'annotated.parquet');
    const control = {
      ...(rest.signal && { signal: rest.signal }),
      ...(rest.onProgress && { onProgress: rest.onProgress }),
    };
    await runBotAnnotator({ ...control, input, provider, engine, outputDir: folder, outputParquet, reporters: [] });
    const log = (await engine.bind({ kind: 'files', paths: [outputParquet], format: 'parquet' })).name;
    const table = await loadPlaces(engine, log, find);
    const path = resolve(options.output);
    const query = recordsQuery(log, table);
    const rows = await engine.write(query, { path, format: 'parquet', compression: 'snappy' });
    const placed = await engine.columns(sql`SELECT CAST(count(geo_location) AS DOUBLE) AS n FROM (${query})`);
    return { path, rows, placed: numbers(placed, 'n')[0]! };
  } finally {
    if (options.engine !== engine) await engine.close();
    await rm(folder, { recursive: true, force: true });
  }
}

const IS_DOWNLOAD = sql`item IS NOT NULL AND retrieved AND status IN (200, 304)`;

async function loadPlaces(engine: Engine, log: Sql, find: Awaited<ReturnType<typeof readGeoTable>>): Promise<Sql> {
  const addresses = texts(
    await gather(engine.batches(sql`SELECT DISTINCT ip FROM ${log} WHERE ${IS_DOWNLOAD} ORDER BY ip`)),
    'ip',
  );
  if (addresses.length === 0) {
    throw new InputError('NO_DOWNLOADS', 'No request of the log is a download by the patterns.', {
      hint: 'Hold the paths of the log against --item-pattern; only answers 200 and 304 count.',
    });
  }
  const found = addresses.map((address) => find(address ?? ''));
  return engine.load(PLACES, {
    rows: addresses.length,
    columns: {
      address: textColumn(addresses),
      country: textColumn(found.map((place) => place?.country)),
      city: textColumn(found.map((place) => place?.city)),
      coordinates: textColumn(found.map((place) => place?.coordinates)),
      network: textColumn(addresses.map((address) => networkOf(address ?? ''))),
    },
  });
}

/** The events in the order of the log. */
const recordsQuery = (log: Sql, places: Sql): Sql => sql`
  SELECT l.timestamp, l.client AS "user", l.item AS accession, l.path AS filename, 'http' AS method, p.country,
         p.city AS geoip_city_name, p.coordinates AS geo_location, coalesce(p.coordinates, p.network) AS location,
         year(l.timestamp) AS year, l.bytes AS size, l.subcategory AS client_verdict
  FROM ${log} l JOIN ${places} p ON p.address = l.ip
  WHERE ${IS_DOWNLOAD} ORDER BY l.source_id, l.line_no`;
