import { ConfigError, type Engine, type Provider, type ReadLog, type RunControl, type Source } from '@deeplogbot/core';

/** Makes a resolved source selectable: the provider's own reader where it has one and the source is no table or Parquet, else the engine. */
export async function readSource(
  engine: Engine,
  source: Source,
  provider: Provider,
  control: RunControl = {},
): Promise<ReadLog> {
  if (provider.reader) {
    if (source.kind !== 'files' || source.format !== 'provider') throw needsText(provider);
    const { folder, paths } = source;
    const log = await provider.reader.read(engine, paths, control, folder?.found);
    return folder?.left.length ? { ...log, warnings: [leftOut(folder.left), ...log.warnings] } : log;
  }
  return { relation: await engine.bind(source), warnings: [] };
}

const SHOWN = 8;

/** What of a folder was not read, so that nobody takes it for counted. */
function leftOut(paths: readonly string[]): string {
  const names = paths.slice(0, SHOWN).map((path) => path.split(/[/\\]/).at(-1));
  const more = paths.length > SHOWN ? ` and ${paths.length - SHOWN} more` : '';
  return `not read, being no access logs by their names: ${names.join(', ')}${more}`;
}

const needsText = ({ name, displayName }: Provider) =>
  new ConfigError('NEEDS_TEXT_LOG', `The provider "${name}" (${displayName}) reads text logs, not tables.`, {
    hint: 'Name the log as the server wrote it, plain or compressed.',
  });
