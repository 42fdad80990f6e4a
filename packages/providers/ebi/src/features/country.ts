import { type ColumnSpec, defineDerived, type FeatureTable, float64, type PlanNode } from '@deeplogbot/core';

const NO_COUNTRY = 'the country is not known';
const NO_USERS = `${NO_COUNTRY}, or the log has no users`;
const column = (unit: string, meaning: string, formula: string, max?: number, nullWhen = NO_COUNTRY): ColumnSpec =>
  float64({
    unit,
    min: 0,
    ...(max === undefined ? {} : { max }),
    meaning,
    formula,
    nullWhen,
    reference: '0 without a country.',
  });

/** What the locations of a country add up to; for reports. A user seen at two locations counts twice. */
export const countries = defineDerived({
  name: 'countries',
  from: [
    'total_downloads',
    'unique_users',
    'downloads_per_user',
    'latest_year_downloads',
    'fraction_latest_year',
    'is_new_location',
    'spike_ratio',
  ],
  columns: {
    locations_per_country: column('locations', 'Locations of the same country.', 'N_c'),
    country_latest_year_dl: column('rows', 'Downloads of the country in the latest year.', 'Σ latest_year_downloads'),
    country_total_dl: column('rows', 'Downloads of the country.', 'Σ total_downloads'),
    country_avg_fraction_latest: column(
      '1',
      'Mean over locations of their share in the latest year.',
      'mean(fraction_latest_year)',
      1,
    ),
    country_new_locations: column(
      'locations',
      'Locations of the country that are new in the latest year.',
      'Σ is_new_location',
    ),
    country_high_spike_locations: column(
      'locations',
      'Locations of the country whose latest year exceeds 1.5 times the earlier ones.',
      '#{spike_ratio > 1.5}',
    ),
    country_low_dl_user_locations: column(
      'locations',
      'Locations of the country with fewer than 30 downloads per user.',
      '#{downloads_per_user < 30}',
      undefined,
      NO_USERS,
    ),
    country_total_users: column(
      'users',
      'Users of the country, summed over locations.',
      'Σ unique_users',
      undefined,
      NO_USERS,
    ),
    country_fraction_latest: column(
      '1',
      'Share of the country’s downloads in the latest year.',
      'country_latest_year_dl ÷ country_total_dl',
      1,
    ),
    country_new_location_ratio: column(
      '1',
      'Share of the country’s locations that are new.',
      'country_new_locations ÷ N_c',
      1,
    ),
    country_suspicious_location_ratio: column(
      '1',
      'Mean of the shares of high-spike and of low-download locations.',
      '(high spike + low downloads per user) ÷ (2 N_c)',
      1,
      NO_USERS,
    ),
  },
  compute: (table, { definitions }) => {
    const groups = groupByCountry(table);
    const fallback = definitions === 'clean' ? Number.NaN : 0;
    const total = (name: string, value: (x: number) => number = (x) => x) => {
      const values = table.need(name);
      return spread(table, groups, fallback, (rows) => rows.reduce((sum, row) => sum + value(values[row]!), 0));
    };
    const count = spread(table, groups, fallback, (rows) => rows.length);
    const ratio = (a: Float64Array, b: Float64Array) => a.map((value, i) => (b[i] === 0 ? 0 : value / b[i]!));
    const latest = total('latest_year_downloads');
    const downloads = total('total_downloads');
    const fresh = total('is_new_location');
    const spiking = total('spike_ratio', (x) => Number(x > 1.5));
    const low = total('downloads_per_user', (x) => (Number.isNaN(x) ? x : Number(x < 30)));
    return {
      locations_per_country: count,
      country_latest_year_dl: latest,
      country_total_dl: downloads,
      country_avg_fraction_latest: ratio(total('fraction_latest_year'), count),
      country_new_locations: fresh,
      country_high_spike_locations: spiking,
      country_low_dl_user_locations: low,
      country_total_users: total('unique_users'),
      country_fraction_latest: ratio(latest, downloads),
      country_new_location_ratio: ratio(fresh, count),
      country_suspicious_location_ratio: spiking.map((value, i) =>
        count[i] === 0 ? 0 : (value + low[i]!) / (2 * count[i]!),
      ),
    };
  },
});

/** Rows of each known country. */
export function groupByCountry(table: FeatureTable): ReadonlyMap<string, readonly number[]> {
  const groups = new Map<string, number[]>();
  table.attributes.country.forEach((country, row) => {
    if (country === null) return;
    const rows = groups.get(country);
    if (rows) rows.push(row);
    else groups.set(country, [row]);
  });
  return groups;
}

/** One value per country, given to each of its rows. */
function spread(
  table: FeatureTable,
  groups: ReadonlyMap<string, readonly number[]>,
  fallback: number,
  value: (rows: readonly number[]) => number,
): Float64Array {
  const result = new Float64Array(table.rows).fill(fallback);
  for (const rows of groups.values()) {
    const of = value(rows);
    for (const row of rows) result[row] = of;
  }
  return result;
}

export const countryNodes: readonly PlanNode[] = [countries];
