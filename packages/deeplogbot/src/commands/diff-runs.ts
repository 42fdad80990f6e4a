import { type OpenEngineOptions, openEngine, openOutputDir, resolveInput } from '@deeplogbot/core/node';
import { type BoundRun, compareRuns, type RunDiff } from '../diff/compare.js';
import { diffJson } from '../diff/json.js';
import { diffPage } from '../diff/page.js';
import { checkComparable, checkTable, openRun, type RunFolder } from '../diff/run-folder.js';
import { diffText } from '../diff/text.js';

export interface DiffOptions extends OpenEngineOptions {
  /** Folders of the two runs. */
  readonly a: string;
  readonly b: string;
  readonly outputDir: string;
  /** Entries of each list. @defaultValue 50 */
  readonly top?: number;
}

/** Compares two runs and writes `diff.txt`, `diff.json` and `diff.html`. */
export async function diffRuns(options: DiffOptions): Promise<{ readonly diff: RunDiff; readonly files: string[] }> {
  const [a, b] = [await openRun(options.a), await openRun(options.b)];
  checkComparable(a, b);
  const target = await openOutputDir(options.outputDir);
  const engine = await openEngine(options);
  const bind = async (path: string) => engine.bind(await resolveInput(path));
  const bound = async (run: RunFolder): Promise<BoundRun> => {
    const table = await bind(run.table);
    checkTable(run, table);
    return {
      manifest: run.manifest,
      kind: run.kind,
      table,
      annotated: run.annotated === null ? null : await bind(run.annotated),
    };
  };
  try {
    const diff = await compareRuns(engine, await bound(a), await bound(b), options.top ?? 50);
    const files = [
      await target.write('diff.txt', diffText(diff)),
      await target.write('diff.json', `${JSON.stringify(diffJson(diff), null, 2)}\n`),
      await target.write('diff.html', await diffPage(diff)),
    ];
    return { diff, files };
  } finally {
    if (options.engine !== engine) await engine.close();
  }
}
