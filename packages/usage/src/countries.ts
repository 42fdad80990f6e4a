import { type Engine, type Sql, sql, textColumn, texts } from '@deeplogbot/core';
import countries from 'i18n-iso-countries';

/** Names that GeoIP databases write and the ISO list does not know. */
const ALSO: Readonly<Record<string, string>> = {
  Åland: 'AX',
  'Bonaire, Sint Eustatius, and Saba': 'BQ',
  Brunei: 'BN',
  Burma: 'MM',
  'DR Congo': 'CD',
  Laos: 'LA',
  Macau: 'MO',
  Macedonia: 'MK',
  Moldova: 'MD',
  'Republic of Moldova': 'MD',
  Réunion: 'RE',
  'Saint Martin': 'MF',
  Swaziland: 'SZ',
  Syria: 'SY',
  'U.S. Virgin Islands': 'VI',
  'Vatican City': 'VA',
  'Viet Nam': 'VN',
};

/** ISO 3166-1 alpha-2 code in lower case of an English country name or of a code itself; null where it is neither. */
export function countryCode(name: string): string | null {
  const text = name.trim();
  const code = /^[A-Za-z]{2}$/.test(text) && countries.isValid(text) ? text : undefined;
  return (code ?? ALSO[text] ?? countries.getAlpha2Code(text, 'en'))?.toLowerCase() ?? null;
}

/** The table of {@link countryCodes}, for whoever clears up. */
export const CODES = 'deeplogbot_usage_codes';

/** The codes of countries by id, in their order, and a table `name`, `id` that leads from names to them. */
export interface CountryCodes {
  readonly table: Sql;
  readonly codes: readonly string[];
  /** Names without a code, in their order. */
  readonly unknown: readonly string[];
}

/** Codes of the countries that occur in a table. */
export async function countryCodes(engine: Engine, visits: Sql): Promise<CountryCodes> {
  const batch = await engine.columns(
    sql`SELECT DISTINCT country FROM ${visits} WHERE country IS NOT NULL ORDER BY country`,
  );
  const names = texts(batch, 'country').map((name) => name!);
  const found = names.map(countryCode);
  const codes = [...new Set(found.filter((code) => code !== null))].sort();
  const ids = Float64Array.from(found, (code) => (code === null ? Number.NaN : codes.indexOf(code)));
  const table = await engine.load(CODES, { rows: names.length, columns: { name: textColumn(names), id: ids } });
  return { table, codes, unknown: names.filter((_, i) => found[i] === null) };
}
