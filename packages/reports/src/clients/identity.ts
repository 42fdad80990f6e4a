import type { RunResult } from '@deeplogbot/core';

// A client stands in the table where a location does: its address as the country, its agent as the city (`HTTP_SCHEMA`).

type Features = Pick<RunResult, 'features'>;

/** The address of the client in a row, or its hash; null where the log has none. */
export const addressOf = ({ features }: Features, row: number): string | null =>
  features.attributes.country[row] ?? null;

/** The agent as the client sent it, empty where it sent none; null where the log has none. */
export const sentAgentOf = ({ features }: Features, row: number): string | null =>
  features.attributes.city[row] ?? null;

/** What readers see of a client that sent no agent. */
export const NO_AGENT = '(no user agent)';

/** The agent for readers; null where the log has none. */
export function agentOf(run: Features, row: number): string | null {
  const agent = sentAgentOf(run, row);
  return agent === '' ? NO_AGENT : agent;
}
