import { defineDerived, float64 } from '@deeplogbot/core';
import { clip } from './moments.js';

const NO_USERS = 'the log has no users';

/** Downloads per user and the isolation forest's score put together. */
export const anomalyInteraction = defineDerived({
  name: 'anomaly_interaction',
  from: ['downloads_per_user', 'anomaly_score'],
  columns: {
    anomaly_dl_interaction: float64({
      unit: 'rows per user',
      min: 0,
      meaning: 'Downloads per user of unusual locations.',
      formula: 'clip(anomaly_score + 0.5, 0, 1) × DPU',
      nullWhen: NO_USERS,
    }),
  },
  compute: (table) => {
    const score = table.need('anomaly_score');
    return {
      anomaly_dl_interaction: table.need('downloads_per_user').map((dpu, i) => clip(score[i]! + 0.5, 0, 1) * dpu),
    };
  },
});
