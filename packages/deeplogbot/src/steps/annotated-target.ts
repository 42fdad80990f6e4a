import { statSync } from 'node:fs';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { ConfigError, type Source } from '@deeplogbot/core';
import type { ResolvedOptions } from '../options.js';

/** Where the annotated file goes, or why there is none. */
export type AnnotatedTarget =
  | { readonly kind: 'none' }
  | { readonly kind: 'new_file'; readonly path: string }
  | { readonly kind: 'overwrite'; readonly path: string };

/** Decides before any work whether and where to write, and refuses what would lose data. */
export function annotatedTarget(options: ResolvedOptions, source: Source): AnnotatedTarget {
  if (options.outputStrategy === 'reports_only' || !options.annotate || options.sampleSize !== undefined)
    return { kind: 'none' };
  const inputs = source.kind === 'files' ? source.paths.map((path) => resolve(path)) : [];
  if (options.outputStrategy === 'overwrite') return overwriteTarget(options, source, inputs);
  const path = resolve(options.outputParquet ?? join(options.outputDir, `${stemOf(source)}_annotated.parquet`));
  if (isAmong(path, inputs)) {
    throw new ConfigError('OUTPUT_IS_INPUT', `The annotated file would replace the input ${path}.`, {
      hint: 'Choose another output, or set outputStrategy to "overwrite".',
    });
  }
  return { kind: 'new_file', path };
}

function overwriteTarget(options: ResolvedOptions, source: Source, inputs: readonly string[]): AnnotatedTarget {
  const asked = options.outputParquet === undefined ? undefined : resolve(options.outputParquet);
  if (asked !== undefined && !isAmong(asked, inputs)) return { kind: 'new_file', path: asked };
  const [only] = inputs;
  if (source.kind === 'files' && source.format === 'parquet' && inputs.length === 1 && only)
    return { kind: 'overwrite', path: only };
  throw new ConfigError('CANNOT_OVERWRITE', 'Only an input that is one Parquet file can be overwritten.', {
    hint: 'Use outputStrategy "new_file", or name an outputParquet.',
  });
}

/** Whether a path leads to one of these files, by whatever name: links and letter case count as nothing. */
function isAmong(path: string, files: readonly string[]): boolean {
  const wanted = identityOf(path);
  return files.includes(path) || (wanted !== undefined && files.some((file) => identityOf(file) === wanted));
}

/** Device and number of a file; undefined where there is none. */
function identityOf(path: string): string | undefined {
  try {
    const { dev, ino } = statSync(path, { bigint: true });
    return `${dev}:${ino}`;
  } catch {
    return undefined;
  }
}

function stemOf(source: Source): string {
  if (source.kind === 'relation') return source.name.replace(/[^\w.-]+/g, '_') || 'events';
  if (source.kind !== 'files' || source.paths.length === 0) return 'events';
  const first = source.paths[0]!;
  if (source.paths.length > 1) return basename(dirname(resolve(first))) || 'events';
  return basename(first)
    .replace(/\.(gz|zst)$/i, '')
    .slice(0, -extname(first.replace(/\.(gz|zst)$/i, '')).length || undefined);
}
