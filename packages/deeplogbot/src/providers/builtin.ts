import { ConfigError, nearestName, type Provider } from '@deeplogbot/core';
import { ebiProvider } from '@deeplogbot/provider-ebi';
import { httpProvider } from '@deeplogbot/provider-http';

/** Providers that ship with this package, by name. */
export const PROVIDERS: readonly Provider[] = [ebiProvider, httpProvider()];

/** Names of the shipped providers. */
export const listProviders = (): readonly string[] => PROVIDERS.map((provider) => provider.name);

/** A shipped provider. Throws a ConfigError that names the known ones. */
export function getProvider(name: string): Provider {
  const provider = PROVIDERS.find((candidate) => candidate.name === name);
  if (provider) return provider;
  const near = nearestName(name, listProviders());
  throw new ConfigError(
    'UNKNOWN_PROVIDER',
    `There is no provider ${JSON.stringify(name)}. Known: ${listProviders().join(', ')}.`,
    {
      hint: near ? `Did you mean "${near}"?` : 'Name one of these, or a folder that holds a provider.yaml.',
    },
  );
}
