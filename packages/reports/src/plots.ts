import type { Reporter } from '@deeplogbot/core';
import { drawnAhead, drawnCharts } from './charts/all-charts.js';
import { FilesInWriting } from './files-in-writing.js';

/** `plots/*.svg`: every drawing of the run that there is something to draw for, for papers and slides. */
export const plots: Reporter = {
  name: 'plots',
  early: true,
  needs: ['usage'],
  prepare: drawnAhead,
  async write(run, target) {
    const folder = (await target.folder?.('plots')) ?? target;
    const files = new FilesInWriting();
    for (const [name, { svg }] of await drawnCharts(run)) {
      if (svg === undefined) continue;
      files.add(folder.write(folder === target ? `plot_${name}.svg` : `${name}.svg`, `${svg}\n`));
    }
    return files.paths();
  },
};
