import type { RunControl } from '@deeplogbot/core';
import type { Coordinates } from '../geo/coordinates.js';

/** A place of a run, as a namer sees it. */
export interface PlaceToName {
  /** What it is called when the namer does not know better. */
  readonly defaultName: string;
  readonly country: string | null;
  /** Cities of its locations as the log spells them, those with most downloads first, each once. */
  readonly cities: readonly string[];
  readonly locations: number;
  /** Null where the locations are no coordinates. */
  readonly centroid: Coordinates | null;
}

/** Gives places names that people know. A value, handed over as `placeNamer`. */
export interface PlaceNamer {
  readonly name: string;
  /** One name for each place, null = the default one; and what a reader must know. */
  names(places: readonly PlaceToName[], control: RunControl): Promise<NamedPlaces>;
}

export interface NamedPlaces {
  readonly names: readonly (string | null)[];
  readonly warnings: readonly string[];
}

const LONGEST = 80;

/**
 * A name that a stranger gave, when it is one: letters, digits and the marks of names, on one line, at most 80 characters. Markup, control
 * characters, direction marks and whole sentences are none, and give null.
 */
export function acceptedName(text: unknown): string | null {
  if (typeof text !== 'string' || text.length > 4 * LONGEST) return null;
  const name = text.normalize('NFC').trim();
  if (name.length === 0 || name.length > LONGEST) return null;
  return /^[\p{L}\p{N}][\p{L}\p{M}\p{N} .,'’()/&-]*$/u.test(name) ? name : null;
}
