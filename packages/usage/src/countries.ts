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
