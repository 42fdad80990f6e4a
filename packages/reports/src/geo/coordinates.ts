/** A point on the Earth in degrees. */
export interface Coordinates {
  /** −90 … 90. */
  readonly latitude: number;
  /** −180 … 180. */
  readonly longitude: number;
}

const PAIR = /^\s*([+-]?\d+(?:\.\d+)?)\s*,\s*([+-]?\d+(?:\.\d+)?)\s*$/;

/** The coordinates that a key of the form `latitude,longitude` spells; null for any other text and for values out of range. */
export function parseCoordinates(key: string): Coordinates | null {
  const match = PAIR.exec(key);
  if (!match) return null;
  const [latitude, longitude] = [Number(match[1]), Number(match[2])];
  if (Math.abs(latitude) > 90 || Math.abs(longitude) > 180) return null;
  return { latitude, longitude };
}
