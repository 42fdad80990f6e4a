import type { LogSchema } from '@deeplogbot/core';

/** Whether rows are clients of a web server, not locations. */
export const isOfClients = ({ locationField }: LogSchema): boolean => locationField === 'client';

/** What is counted: locations and downloads, or clients and requests. */
export const wordsOf = (schema: LogSchema): readonly [things: string, events: string] =>
  isOfClients(schema) ? ['clients', 'requests'] : ['locations', 'downloads'];
