import { defineProvider, type FeatureNode, type Provider } from '@deeplogbot/core';
import { aggregates } from './aggregates.js';
import { defaultRules } from './default-rules.generated.js';
import { FOREST_FEATURES } from './feature-lists.js';
import { accessNodes } from './features/access.js';
import { anomalyInteraction } from './features/anomaly-interaction.js';
import { bursts } from './features/bursts.js';
import { comparativeNodes } from './features/comparative.js';
import { compositeNodes } from './features/composites.js';
import { coordination } from './features/coordination.js';
import { countryNodes } from './features/country.js';
import { dailySeries } from './features/daily-series.js';
import { dayBands } from './features/day-bands.js';
import { farmScores } from './features/farm-scores.js';
import { fileBreadth } from './features/file-breadth.js';
import { files } from './features/files.js';
import { homogeneity } from './features/homogeneity.js';
import { interactions } from './features/interactions.js';
import { intervals } from './features/intervals.js';
import { localOffsets, localTimeNodes } from './features/local-time.js';
import { persistence } from './features/persistence.js';
import { projectDemand } from './features/project-demand.js';
import { projectConcentration, projectCount } from './features/projects.js';
import { protocolNodes } from './features/protocol.js';
import { sequenceNodes } from './features/sequence.js';
import { signature } from './features/signature.js';
import { signatureHoursNodes } from './features/signature-hours.js';
import { stability } from './features/stability.js';
import { statisticalNodes } from './features/statistical.js';
import { temporalNodes } from './features/temporal.js';
import { timeOfDayNodes } from './features/time-of-day.js';
import { timingNodes } from './features/timing.js';
import { advancedFlags, firstGenerationFlags } from './features/upper-quarter.js';
import { hourlyUsers, userCount } from './features/user-counts.js';
import { userDays } from './features/user-days.js';
import { userRatios } from './features/user-ratios.js';
import { userNodes } from './features/users.js';
import { visitCount } from './features/visit-count.js';
import { visitPaceNodes } from './features/visit-pace.js';
import { visitNodes } from './features/visits.js';
import { volume } from './features/volume.js';
import { weekend } from './features/weekend.js';
import { weeklySeries } from './features/weekly-series.js';
import { yearlyNodes } from './features/yearly.js';
import { orderedAggregates } from './ordered.js';
import { referenceRules } from './reference-rules.generated.js';
import { EBI_SCHEMA } from './schema.js';
import { tallies } from './tallies.js';

/** Feature nodes in the order of the reference's table. */
const FEATURES = [
  volume,
  userCount,
  projectCount,
  hourlyUsers,
  userRatios,
  projectConcentration,
  projectDemand,
  ...yearlyNodes,
  ...timeOfDayNodes,
  ...localTimeNodes,
  ...countryNodes,
  ...protocolNodes,
  ...timingNodes,
  ...userNodes,
  ...visitNodes,
  ...visitPaceNodes,
  ...accessNodes,
  ...statisticalNodes,
  ...comparativeNodes,
  dailySeries,
  weeklySeries,
  ...sequenceNodes,
  bursts,
  coordination,
  dayBands,
  advancedFlags,
  files,
  homogeneity,
  userDays,
  persistence,
  stability,
  farmScores,
  ...compositeNodes,
  interactions,
  signature,
  ...temporalNodes,
  intervals,
  weekend,
  fileBreadth,
  visitCount,
  firstGenerationFlags,
  ...signatureHoursNodes,
] as readonly FeatureNode[];

/** Download logs of EBI's archives: one location is a pair of coordinates. */
export const ebiProvider: Provider = defineProvider({
  name: 'ebi',
  displayName: 'EBI download logs',
  description: 'Download logs of PRIDE and other archives of EMBL-EBI, one row per download, classified by location.',
  schema: EBI_SCHEMA,
  aggregates: [...aggregates, ...orderedAggregates, localOffsets] as Provider['aggregates'],
  extractors: FEATURES,
  tallies,
  anomalyFeatures: FOREST_FEATURES,
  afterAnomaly: [anomalyInteraction],
  model: async () => (await import('./model.generated.js')).locationModel,
  rules: { default: defaultRules, reference: referenceRules },
  rawFormat: 'ebi-raw',
});

export { FEATURE_COLUMNS, FOREST_FEATURES, FUSION_FEATURES } from './feature-lists.js';
export { monthlySeries } from './features/sequence.js';
export { defaultRules, EBI_SCHEMA, referenceRules };
