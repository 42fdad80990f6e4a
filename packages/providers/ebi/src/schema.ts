import { BASE_SCHEMA, defineSchema } from '@deeplogbot/core';

/** Columns of the download log of EBI's archives (PRIDE and others) as it is kept in Parquet. */
export const EBI_SCHEMA = defineSchema({ methodField: 'method' }, BASE_SCHEMA);
