// One more feature, computed with the others and usable in rules.
import { fileURLToPath } from 'node:url';
import { defineExtractor, float64, runBotAnnotator, sql } from 'deeplogbot';

/**
 * How many downloads begin just as an hour does.
 *
 * | column              | formula                                   | unit | range |
 * | ------------------- | ----------------------------------------- | ---- | ----- |
 * | `on_the_hour_ratio` | n(first minute of an hour) / n               | 1    | 0 … 1 |
 *
 * People sit near 1/60 = 0.017; jobs that a timetable starts sit above it.
 */
const onTheHour = defineExtractor({
  name: 'on_the_hour',
  from: ['events'],
  needs: ['timestamp'],
  columns: {
    on_the_hour_ratio: float64({
      unit: '1',
      min: 0,
      max: 1,
      meaning: 'Share of downloads in the first minute of an hour; people sit near 1/60, timetables above.',
      formula: 'n(ts − hour(ts) < 60 s) / n',
      nullWhen: 'never',
    }),
  },
  query: ({ events }, { dialect }) => {
    const sinceHour = sql`${dialect.epochUs(sql`ts`)} - ${dialect.epochUs(dialect.truncate('hour', sql`ts`))}`;
    return sql`
      SELECT key, ${dialect.double(sql`count(CASE WHEN ${sinceHour} < 60000000 THEN 1 END)`)} / count(*)
               AS on_the_hour_ratio
      FROM ${events!}
      GROUP BY key`;
  },
});

const run = await runBotAnnotator({
  input: fileURLToPath(new URL('demo/downloads.parquet', import.meta.url)),
  outputDir: 'output/custom-extractor',
  outputStrategy: 'reports_only',
  customExtractors: [onTheHour],
});

const ratio = run.features.need('on_the_hour_ratio');
const byRatio = [...run.features.keys.keys()]
  .filter((i) => run.downloads[i]! >= 100)
  .sort((a, b) => ratio[b]! - ratio[a]!);
for (const i of byRatio.slice(0, 5)) {
  const { label } = run.verdicts.rows[i]!;
  console.log(`${ratio[i]!.toFixed(3)}  ${label.padEnd(8)}${run.features.attributes.city[i]}`);
}
