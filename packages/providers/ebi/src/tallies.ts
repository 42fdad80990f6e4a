import { type Aggregate, defineAggregate, fileType, type Sql, sql, type Tallies } from '@deeplogbot/core';

const tally = (name: string, rest: Omit<Aggregate, 'kind' | 'name' | 'grain'>): Aggregate =>
  defineAggregate({ name, grain: ['key', 'value'], ...rest });

const total = (n: Sql) => sql`CAST(sum(${n}) AS BIGINT) AS n`;

/** What the statistics by class are counted from: aggregates of the features, cut down to what is counted. */
export const tallies: Tallies = {
  months: tally('months_tally', {
    from: ['by_month'],
    build: 'view',
    query: ({ by_month }) =>
      sql`SELECT key, CAST(year(t.month) * 12 + month(t.month) - 1 AS INTEGER) AS value, n FROM ${by_month!} t`,
  }),
  clock: tally('clock_tally', {
    from: ['by_hour'],
    query: ({ by_hour }, { dialect }) => sql`
      SELECT key, CAST(${dialect.dayOfWeek(sql`t.hour`)} * 24 + ${dialect.hour(sql`t.hour`)} AS SMALLINT) AS value,
             ${total(sql`n`)}
      FROM ${by_hour!} t GROUP BY ALL`,
  }),
  projects: tally('projects_tally', {
    from: ['by_project'],
    build: 'view',
    query: ({ by_project }) => sql`SELECT key, project AS value, n FROM ${by_project!}`,
  }),
  fileTypes: tally('file_types_tally', {
    from: ['file_kinds', 'by_file_kind'],
    needs: ['file'],
    query: ({ by_file_kind, file_kinds }) => sql`
      SELECT b.key, t.value, ${total(sql`b.n`)}
      FROM ${by_file_kind!} b JOIN (SELECT file_kind, ${fileType(sql`tail`)} AS value FROM ${file_kinds!}) t
        ON t.file_kind = b.file_kind
      WHERE t.value IS NOT NULL GROUP BY b.key, t.value`,
  }),
  methods: tally('methods_tally', {
    from: ['by_place'],
    needs: ['method'],
    query: ({ by_place }) => sql`
      SELECT key, method AS value, ${total(sql`n`)} FROM ${by_place!} WHERE method IS NOT NULL GROUP BY ALL`,
  }),
};
