import { CLASSES, type ClassName } from '@deeplogbot/core';
import { DuckDBInstance } from '@duckdb/node-api';
import { PLACES } from '../generate/places.js';
import { DAY, HOUR, Laws } from './laws.js';
import { GENERATORS, type Regime } from './regimes.js';
import type { Setting } from './visitors.js';

export interface KnownPlace {
  readonly key: string;
  readonly label: ClassName;
  readonly kind: string;
}

/** Last day of every log. */
const END = Date.UTC(2025, 9, 20);
const FOREIGN_LANDS = ['AA', 'BB', 'CC', 'DD', 'EE', 'FF', 'GG'];

/** Writes the log of a regime as Parquet, in the order of time, and tells what each place is. Seeded; files of a seed are alike. */
export async function writeRegime(regime: Regime, seed: number, path: string): Promise<readonly KnownPlace[]> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '2' });
  const connection = await instance.connect();
  try {
    await connection.run(
      'CREATE TABLE log (ms BIGINT, place VARCHAR, land VARCHAR, town VARCHAR, client VARCHAR, project INTEGER, file INTEGER, method VARCHAR)',
    );
    const appender = await connection.createAppender('log');
    const known = drawPlaces(regime, seed, (row) => {
      appender.appendBigInt(BigInt(row.ms));
      for (const text of [row.place, row.land, row.town, row.client]) appender.appendVarchar(text);
      appender.appendInteger(row.project);
      appender.appendInteger(row.file);
      appender.appendVarchar(row.method);
      appender.endRow();
    });
    appender.closeSync();
    await connection.run(
      `COPY (${regime.foreign ? foreignSql() : ebiSql(regime)}) TO '${path.replaceAll("'", "''")}' (FORMAT parquet)`,
    );
    return known;
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

interface Row {
  readonly ms: number;
  readonly place: string;
  readonly land: string;
  readonly town: string;
  readonly client: string;
  readonly project: number;
  readonly file: number;
  readonly method: string;
}

function drawPlaces(regime: Regime, seed: number, add: (row: Row) => void): KnownPlace[] {
  const known: KnownPlace[] = [];
  const start = END - regime.days * DAY;
  for (let i = 0; i < regime.locations; i++) {
    const laws = new Laws(seed * 1_000_003 + i);
    const label = classOf(regime, i);
    const kinds = GENERATORS[regime.generator ?? 'second'];
    const kind = laws.pick(label === 'bot' && regime.bots ? regime.bots : Object.keys(kinds[label]));
    const town = laws.pick(PLACES);
    const offset = regime.clockless ? 0 : Math.round(town.lon / 15) * HOUR;
    const [lat, lon] = regime.clockless ? [laws.between(-60, 70), laws.between(-180, 180)] : [town.lat, town.lon];
    const key = regime.foreign
      ? `site-${i}`
      : `${(lat + laws.between(-1, 1)).toFixed(3)}${i},${Math.max(-180, Math.min(180, lon + laws.between(-1, 1))).toFixed(3)}`;
    const land = regime.foreign ? FOREIGN_LANDS[Math.floor(town.lat + 90) % FOREIGN_LANDS.length]! : town.country;
    const { days, projects = 3000, scale = 1, weeks = true } = regime;
    const setting: Setting = { from: start + offset, days, projects, scale, weeks };
    kinds[label][kind]!(laws, setting, (at, user, project, file, method = 'http') => {
      const ms = Math.floor(Math.min(END - 1, Math.max(start, at - offset)));
      add({ ms, place: key, land, town: town.city, client: `${i}-${user}`, project, file, method });
    });
    known.push({ key, label, kind });
  }
  return known;
}

/** Classes in the shares of the regime, mixed evenly. */
function classOf({ shares, locations }: Regime, i: number): ClassName {
  const at = ((i * 0.6180339887498949) % 1) * (1 - 1 / (10 * locations));
  let sum = 0;
  for (const name of CLASSES) {
    sum += shares[name];
    if (at < sum) return name;
  }
  return 'organic';
}

const MOMENT = {
  milliseconds: 'make_timestamp(ms * 1000)',
  seconds: 'make_timestamp(ms // 1000 * 1000000)',
  days: "date_trunc('day', make_timestamp(ms * 1000))",
} as const;

const ebiSql = ({ precision = 'milliseconds' }: Regime) => `
  SELECT ${MOMENT[precision]} AS "timestamp", md5(client) AS "user", 'PXD' || lpad(project::VARCHAR, 6, '0') AS accession,
         'sample_' || project || '_' || lpad(file::VARCHAR, 4, '0') || '.raw' AS filename,
         place AS geo_location, land AS country, town AS geoip_city_name, method
  FROM log ORDER BY ms, place, client, project, file`;

const foreignSql = () => `
  SELECT make_timestamp(ms * 1000) AS moment, client, 'set ' || project AS dataset, place, land
  FROM log ORDER BY ms, place, client, project, file`;
