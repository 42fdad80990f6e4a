import type { LogSchema } from '@deeplogbot/core';

/** Whether rows are clients of a web server, not locations. */
export const isOfClients = ({ locationField }: LogSchema): boolean => locationField === 'client';

/** What one of those that are counted is called: a location and a download, or a client and a request. */
export const wordsOf = (schema: LogSchema): readonly [thing: string, event: string] =>
  isOfClients(schema) ? ['client', 'request'] : ['location', 'download'];
