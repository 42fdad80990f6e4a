/** What a client is in truth. */
export type Truth = 'person' | 'machine' | 'declared' | 'undeclared';

/** One request as the server sees it. `null` = the client sent no such header. */
export interface Hit {
  /** Seconds since 1970 UTC, with a fraction. */
  readonly at: number;
  readonly ip: string;
  readonly agent: string | null;
  readonly method: string;
  readonly target: string;
  readonly protocol: string;
  readonly status: number;
  readonly bytes: number;
  readonly referrer: string | null;
  /** Seconds. */
  readonly took: number;
  readonly host: string;
}

/** Everything that one client does on a site, and what it is. */
export interface Visit {
  readonly kind: string;
  readonly truth: Truth;
  readonly hits: readonly Hit[];
}

/** A site with its visitors. */
export interface Site {
  readonly name: string;
  readonly host: string;
  readonly visits: readonly Visit[];
}
