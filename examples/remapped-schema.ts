// A log whose columns have other names: say which column means what, and leave out what the log lacks.
import { fileURLToPath } from 'node:url';
import { runBotAnnotator } from 'deeplogbot';

const run = await runBotAnnotator({
  input: fileURLToPath(new URL('data/archive-log.csv.gz', import.meta.url)),
  outputDir: 'output/remapped-schema',
  schema: {
    timestampField: 'when',
    userField: 'client',
    projectField: 'dataset',
    fileField: 'object',
    methodField: 'via',
    locationField: 'site',
    countryField: 'nation',
    cityField: 'town',
    yearField: null,
    bytesField: null,
    minLocationDownloads: 25,
  },
});

const { stats } = run;
console.log(`${run.totalLocations} locations, ${stats.total} downloads`);
console.log(`bots ${stats.bots}, hubs ${stats.hubs}, organic ${stats.normal}`);
console.log(`too few to say ${stats.insufficientEvidence}, filtered ${stats.filtered}`);
for (const warning of run.warnings) console.log(`note: ${warning}`);
