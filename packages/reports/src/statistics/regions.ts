import { continents, countries } from 'countries-list';

/** Names that GeoIP databases and the ISO use beside those of the list. */
const ALIASES: Readonly<Record<string, string>> = {
  'bolivia plurinational state of': 'BO',
  'brunei darussalam': 'BN',
  'cape verde': 'CV',
  congo: 'CG',
  'congo republic': 'CG',
  "cote d'ivoire": 'CI',
  'czech republic': 'CZ',
  'dr congo': 'CD',
  'federated states of micronesia': 'FM',
  'great britain': 'GB',
  'hashemite kingdom of jordan': 'JO',
  'holy see': 'VA',
  'iran islamic republic of': 'IR',
  'korea republic of': 'KR',
  "lao people's democratic republic": 'LA',
  macau: 'MO',
  macedonia: 'MK',
  'palestinian territory': 'PS',
  'republic of korea': 'KR',
  'republic of lithuania': 'LT',
  'republic of moldova': 'MD',
  'russian federation': 'RU',
  'state of palestine': 'PS',
  swaziland: 'SZ',
  'syrian arab republic': 'SY',
  'taiwan province of china': 'TW',
  'tanzania united republic of': 'TZ',
  'the netherlands': 'NL',
  'timor-leste': 'TL',
  turkey: 'TR',
  'u s virgin islands': 'VI',
  uk: 'GB',
  'united republic of tanzania': 'TZ',
  'united states of america': 'US',
  usa: 'US',
  'venezuela bolivarian republic of': 'VE',
  'viet nam': 'VN',
  'åland islands': 'AX',
};

const folded = (name: string): string =>
  name
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[.,()]/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();

type Country = {
  readonly name: string;
  readonly continent: keyof typeof continents;
  readonly alias?: readonly string[];
};

const CONTINENT_OF: ReadonlyMap<string, string> = new Map([
  ...Object.entries(countries as Readonly<Record<string, Country>>).flatMap(([code, { name, continent, alias = [] }]) =>
    [code, name, ...alias].map((each) => [folded(each), continents[continent]] as const),
  ),
  ...Object.entries(ALIASES).map(
    ([name, code]) =>
      [folded(name), continents[(countries as Readonly<Record<string, Country>>)[code]!.continent]] as const,
  ),
]);

/** The continent of a country given by its English name or two-letter code; null for a name that is not known. */
export const regionOf = (country: string | null): string | null =>
  country === null ? null : (CONTINENT_OF.get(folded(country)) ?? null);

/** NULL for what logs write when they do not know: nothing, `N/A`, `Unknown`, or a template that was not filled in. */
export const knownCountry = (country: string | null | undefined): string | null =>
  country == null || country.includes('%{') || /^\s*(n\/?a|unknown|-)?\s*$/i.test(country) ? null : country;
