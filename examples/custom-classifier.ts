// A classifier of one's own: columns in, one verdict per location out. The rest of the run does not change.
import { fileURLToPath } from 'node:url';
import type { Reporter } from '@deeplogbot/core';
import { type Classifier, openOutputDir, report, runBotAnnotator, type Verdict } from 'deeplogbot';

/** Calls a location a bot when hardly anybody comes back: many users and less than two downloads each. */
const oneVisitOnly: Classifier = {
  name: 'one-visit-only',
  async classify(features) {
    const users = features.need('unique_users');
    const perUser = features.need('downloads_per_user');
    const rows = features.keys.map((_key, i): Verdict => {
      const bot = users[i]! >= 50 && perUser[i]! < 2;
      const sentence = `${users[i]} users with ${perUser[i]!.toFixed(2)} downloads each`;
      return {
        label: bot ? 'bot' : 'organic',
        behaviorType: bot ? 'automated' : 'organic',
        automationCategory: bot ? 'bot' : null,
        subcategory: null,
        confidence: 0.7,
        probabilities: bot ? [0.3, 0.7, 0] : [0.7, 0.3, 0],
        reasons: [{ id: 'one_visit_only', feature: 'downloads_per_user', value: perUser[i]!, threshold: 2, sentence }],
        needsReview: false,
      };
    });
    return { method: this.name, rows, warnings: [] };
  },
};

/** A report of one's own: a file of bot locations, one a line. */
const blockList: Reporter = {
  name: 'block-list',
  async write(run, target) {
    const bots = run.features.keys.filter((_key, i) => run.verdicts.rows[i]!.label === 'bot');
    return [await target.write('bots.txt', bots.map((key) => `${key}\n`).join(''))];
  },
};

const run = await runBotAnnotator({
  input: fileURLToPath(new URL('demo/downloads.parquet', import.meta.url)),
  outputDir: 'output/custom-classifier',
  outputStrategy: 'reports_only',
  classificationMethod: oneVisitOnly,
  reporters: [],
});
const { files } = await report(run, [blockList], await openOutputDir('output/custom-classifier'));
console.log(
  `${run.method}: ${run.botLocations} bots among ${run.totalLocations} locations, ${files.length} file written`,
);
for (const verdict of run.verdicts.rows.filter(({ label }) => label === 'bot').slice(0, 3)) {
  console.log(`- ${verdict.reasons[0]?.sentence}`);
}
