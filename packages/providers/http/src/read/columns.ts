/** Codes and numbers of a request, in the order of the stored table; all of them leave the host as 64-bit floats, NaN = NULL. */
export const STORED = {
  ts_us: 'BIGINT',
  tz_offset_min: 'SMALLINT',
  ip_id: 'INTEGER',
  client_id: 'INTEGER',
  subnet_id: 'INTEGER',
  agent_id: 'INTEGER',
  /** Sum of {@link AGENT_FLAGS}; NULL = the format has no agent. */
  agent_flags: 'SMALLINT',
  agent_length: 'INTEGER',
  user_id: 'INTEGER',
  method_id: 'INTEGER',
  target_id: 'INTEGER',
  path_id: 'INTEGER',
  template_id: 'INTEGER',
  folder_id: 'INTEGER',
  query_id: 'INTEGER',
  /** Last number of the path; NULL = it has none. */
  item_number: 'DOUBLE',
  depth: 'SMALLINT',
  /** Place in `RESOURCES`; NULL = no usable request. */
  resource_id: 'TINYINT',
  sensitive: 'TINYINT',
  trap: 'TINYINT',
  bad_request: 'TINYINT',
  protocol_id: 'INTEGER',
  host_id: 'INTEGER',
  status: 'SMALLINT',
  bytes: 'DOUBLE',
  referrer_id: 'INTEGER',
  referrer_host_id: 'INTEGER',
  /** Place in `REFERRER_KINDS`, `self` not told apart yet; NULL = the format has no referrer. */
  referrer_kind_id: 'TINYINT',
  /** Path of the referrer; −1 = none. */
  referrer_path_id: 'INTEGER',
  duration_ms: 'DOUBLE',
  cookie_id: 'INTEGER',
  range_start: 'DOUBLE',
  range_end: 'DOUBLE',
  client_port: 'INTEGER',
  source_id: 'INTEGER',
  line_no: 'INTEGER',
} as const;

export type StoredColumn = keyof typeof STORED;
export const STORED_COLUMNS = Object.keys(STORED) as readonly StoredColumn[];

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
} as const;

export const REFERRER_KINDS = ['none', 'self', 'search', 'other'] as const;
