import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Seen from the built program and from this source. */
const PLACES = ['docs', '../../../../docs'];

/** The folder of the documentation that came with the program. */
export const docsFolder = (): string | undefined =>
  PLACES.map((place) => fileURLToPath(new URL(place, import.meta.url))).find(existsSync);
