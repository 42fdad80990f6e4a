import { ConfigError, checkAborted, type RunControl } from '@deeplogbot/core';
import { askChat, type ChatEndpoint, ChatFailure } from './chat-request.js';
import { acceptedName, type PlaceNamer, type PlaceToName } from './place-namer.js';

/** Names that are known already, by what was asked. A `Map` is one; so is {@link nameCache}. */
export interface NameCache {
  get(asked: string): string | undefined;
  set(asked: string, name: string): unknown;
}

export interface ChatNamerOptions extends ChatEndpoint {
  /** Most places to ask about, those with most downloads; the rest keep their default names. @defaultValue 100 */
  readonly maxPlaces?: number;
  /** @defaultValue one of this namer's own, in memory */
  readonly cache?: NameCache;
}

/** So many failures in a row, and nobody is there. */
const PATIENCE = 3;

/**
 * A namer that asks a language model behind an OpenAI-compatible or Ollama endpoint what to call places of several locations.
 *
 * Per place it sends the country and at most ten cities, as the log spells them, and nothing else: no coordinates, no counts, no users, no
 * files. Redirections are not followed. An answer that is no name ({@link acceptedName}), a time-out or a refusal leaves the default name and is
 * counted in a warning; after three failures in a row the rest is not asked. Answers of a model differ from day to day: a cache keeps runs equal.
 *
 * @throws ConfigError `INVALID_ENDPOINT` for a URL that is not http or https, or holds a password.
 */
export function chatNamer(options: ChatNamerOptions): PlaceNamer {
  const { maxPlaces = 100, cache = new Map<string, string>() } = options;
  checkUrl(options.url);
  return {
    name: 'chat',
    async names(places, control) {
      const names: (string | null)[] = places.map(() => null);
      const asked = [...places.keys()].filter((i) => wanted(places[i]!)).slice(0, maxPlaces);
      let [failed, inARow, why] = [0, 0, ''];
      for (const i of asked) {
        checkAborted(control, 'names');
        if (inARow >= PATIENCE) {
          failed++;
          continue;
        }
        try {
          names[i] = await nameOf(places[i]!, options, cache, control);
          inARow = 0;
        } catch (error) {
          if (!(error instanceof ChatFailure)) throw error;
          [failed, inARow, why] = [failed + 1, inARow + 1, error.message];
        }
      }
      const warning = `${failed} of ${asked.length} places keep their default names: ${new URL(options.url).host} ${why}`;
      return { names, warnings: failed > 0 ? [warning] : [] };
    },
  };
}

/** One location has the name of its city; only several need another. */
const wanted = ({ locations, cities }: PlaceToName): boolean => locations > 1 && cities.length > 0;

async function nameOf(place: PlaceToName, options: ChatEndpoint, cache: NameCache, control: RunControl) {
  const question = questionOf(place);
  const key = `${options.api ?? 'openai'} ${options.model} ${question}`;
  const known = acceptedName(cache.get(key));
  if (known !== null) return known;
  const name = acceptedName(await askChat(options, INSTRUCTION, question, control));
  if (name === null) throw new ChatFailure('gave an answer that is no name');
  cache.set(key, name);
  return name;
}

const INSTRUCTION =
  'You name places. You get a country and cities that lie within a few kilometres of each other, as JSON data. ' +
  'Answer with JSON only: {"name": "..."}, the common name of the place, at most 60 characters.';

/** All that leaves the machine about a place. */
const questionOf = ({ country, cities }: PlaceToName): string =>
  JSON.stringify({ country: country && short(country), cities: cities.slice(0, 10).map(short) });

const short = (text: string): string => text.replace(/[\p{Cc}\p{Cf}]/gu, ' ').slice(0, 80);

function checkUrl(url: string): void {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed && /^https?:$/.test(parsed.protocol) && parsed.password === '' && parsed.username === '') return;
  throw new ConfigError('INVALID_ENDPOINT', `${JSON.stringify(url)} is no endpoint for names.`, {
    hint: 'Name an http or https URL such as http://localhost:11434/api/chat, without a password; a key is an option of its own.',
  });
}
