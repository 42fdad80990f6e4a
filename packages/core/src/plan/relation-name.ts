import { identifier, type Sql } from '../sql.js';

/** Temporary relations carry this prefix, so that they never hide a table of the caller's. */
export const relationName = (node: string): Sql => identifier(`deeplogbot_${node}`);
