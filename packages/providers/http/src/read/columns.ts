/** Codes and numbers of a request, in the order of the stored table; all of them leave the host as 64-bit floats, NaN = NULL. */
export const STORED = {
  /** Microseconds since 1970 UTC; whole. */
  ts_us: 'DOUBLE',
  tz_offset_min: 'SMALLINT',
  /** Row of {@link CLIENT_FACTS}. */
  pair_id: 'INTEGER',
  /** Row of {@link REQUEST_FACTS}. */
  request_id: 'INTEGER',
  /** Row of {@link REFERRER_FACTS}; −1 = the format has no referrer. */
  source_page_id: 'INTEGER',
  host_id: 'INTEGER',
  user_id: 'INTEGER',
  cookie_id: 'INTEGER',
  status: 'SMALLINT',
  bytes: 'DOUBLE',
  duration_ms: 'DOUBLE',
  range_start: 'DOUBLE',
  range_end: 'DOUBLE',
  client_port: 'INTEGER',
  source_id: 'INTEGER',
  line_no: 'INTEGER',
} as const;

export type StoredColumn = keyof typeof STORED;
export const STORED_COLUMNS = Object.keys(STORED) as readonly StoredColumn[];

/** What each distinct request line says. −1 = none, NULL = not known. */
export const REQUEST_FACTS = {
  method_id: 'INTEGER',
  protocol_id: 'INTEGER',
  target_host_id: 'INTEGER',
  target_id: 'INTEGER',
  path_id: 'INTEGER',
  template_id: 'INTEGER',
  folder_id: 'INTEGER',
  query_id: 'INTEGER',
  /** Last number of the path. */
  item_number: 'DOUBLE',
  depth: 'INTEGER',
  /** The path without a slash at its end, and the one above it, in the tree of the site. */
  node_id: 'INTEGER',
  parent_id: 'INTEGER',
  /** Place of the path in the topics that the user gave; −1 = it has none. */
  topic_item: 'INTEGER',
  /** Place in `RESOURCES`; NULL = no usable request. */
  resource_id: 'INTEGER',
  /** One of `SENSITIVE`, 0 = none. */
  sensitive: 'INTEGER',
  /** One of `LOGIN`, 0 = none. */
  login: 'INTEGER',
  trap: 'INTEGER',
  /** Carries an attack on a program of the site. */
  attack: 'INTEGER',
  /** The line contains `robots.txt` somewhere. */
  robots_text: 'INTEGER',
  bad_request: 'INTEGER',
  /** Bytes were sent that are no request; of a bad request without any, the server closed a silent connection. */
  garbage: 'INTEGER',
} as const;

/** What each distinct pair of address and agent says. */
export const CLIENT_FACTS = {
  ip_id: 'INTEGER',
  /** Place of the agent among those that are told apart; −1 = the format has no agent. */
  agent_place: 'INTEGER',
  subnet_id: 'INTEGER',
  agent_id: 'INTEGER',
  /** Sum of {@link AGENT_FLAGS}; NULL = the format has no agent. */
  agent_flags: 'INTEGER',
  agent_length: 'INTEGER',
  /** 1 = the address is of a hosting network, NULL = nothing published says. */
  hosting: 'INTEGER',
  /** Row of {@link NETWORK_FACTS}; −1 = no table of the user's has the address. */
  network_id: 'INTEGER',
} as const;

/** What the tables of the user say of networks; NULL = nothing. */
export const NETWORK_FACTS = {
  /** Up to 2³² − 2. */
  asn: 'DOUBLE',
  /** Place among all countries of the tables, in order. */
  country_id: 'INTEGER',
  residential: 'INTEGER',
} as const;

/** What each distinct referrer says. */
export const REFERRER_FACTS = {
  referrer_id: 'INTEGER',
  referrer_host_id: 'INTEGER',
  /** Place in `REFERRER_KINDS`, `self` not told apart yet. */
  referrer_kind_id: 'INTEGER',
  /** Path of the referrer; −1 = none. */
  referrer_path_id: 'INTEGER',
} as const;

/** One row of a table of facts, and its place in it. */
export type Facts<C> = { readonly id: number } & { readonly [K in keyof C]: number };

/** What `agent_flags` adds up. */
export const AGENT_FLAGS = {
  missing: 1,
  declared: 2,
  machine: 4,
  headless: 8,
  stale: 16,
  verified: 32,
  refuted: 64,
  ai: 128,
  /** Contains bot, crawler or spider. */
  named: 256,
  graphical: 512,
  /** Says no more than that it is like Mozilla. */
  nameless: 1024,
} as const;

export const REFERRER_KINDS = ['none', 'self', 'search', 'other'] as const;
