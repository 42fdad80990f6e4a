import type { RunControl } from '@deeplogbot/core';

/** Where a language model answers. */
export interface ChatEndpoint {
  /** Whole URL of the chat call: `…/v1/chat/completions`, or `…/api/chat` of Ollama. */
  readonly url: string;
  readonly model: string;
  /** @defaultValue 'openai' */
  readonly api?: 'openai' | 'ollama';
  /** Sent as a bearer token; it stands in no file and no message. */
  readonly apiKey?: string;
  /** Milliseconds until an answer must be there. @defaultValue 30000 */
  readonly timeoutMs?: number;
  /** Further attempts after a refusal that may pass (429, 5xx, no connection, time-out). @defaultValue 2 */
  readonly retries?: number;
}

/** Why there is no answer; never what the endpoint said. */
export class ChatFailure extends Error {
  constructor(
    message: string,
    /** Whether another attempt may fare better. */
    readonly passing = false,
  ) {
    super(message);
  }
}

const LONGEST_ANSWER = 65_536;
const FIRST_WAIT_MS = 200;

/** Asks one question and returns the `name` of the JSON that is answered, whatever it is. */
export async function askChat(
  endpoint: ChatEndpoint,
  instruction: string,
  question: string,
  control: RunControl,
): Promise<unknown> {
  const { retries = 2 } = endpoint;
  for (let attempt = 0; ; attempt++) {
    try {
      return await attemptChat(endpoint, instruction, question, control);
    } catch (error) {
      if (!(error instanceof ChatFailure) || !error.passing || attempt >= retries) throw error;
      await pause(FIRST_WAIT_MS * 2 ** attempt, control);
    }
  }
}

async function attemptChat(endpoint: ChatEndpoint, instruction: string, question: string, { signal }: RunControl) {
  const { url, apiKey, timeoutMs = 30_000 } = endpoint;
  const late = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetch(url, {
      method: 'POST',
      redirect: 'error',
      headers: { 'content-type': 'application/json', ...(apiKey && { authorization: `Bearer ${apiKey}` }) },
      body: JSON.stringify(bodyOf(endpoint, instruction, question)),
      signal: signal ? AbortSignal.any([signal, late]) : late,
    });
    if (!response.ok) {
      await response.body?.cancel();
      const passing = response.status === 429 || response.status >= 500;
      throw new ChatFailure(`answers with status ${response.status}`, passing);
    }
    return nameIn(endpoint, await textOf(response));
  } catch (error) {
    if (error instanceof ChatFailure || signal?.aborted) throw error;
    throw new ChatFailure(late.aborted ? `gives no answer within ${timeoutMs} ms` : 'cannot be reached', true);
  }
}

function bodyOf({ model, api = 'openai' }: ChatEndpoint, instruction: string, question: string) {
  const messages = [
    { role: 'system', content: instruction },
    { role: 'user', content: question },
  ];
  return api === 'ollama'
    ? { model, messages, stream: false, format: 'json', options: { temperature: 0, seed: 42 } }
    : { model, messages, stream: false, temperature: 0, max_tokens: 100 };
}

async function textOf(response: Response): Promise<string> {
  let text = '';
  const decoder = new TextDecoder();
  const reader = response.body?.getReader();
  for (let part = await reader?.read(); part && !part.done; part = await reader!.read()) {
    text += decoder.decode(part.value, { stream: true });
    if (text.length <= LONGEST_ANSWER) continue;
    await reader!.cancel();
    throw new ChatFailure('gives an answer that is too long');
  }
  return text;
}

/** The name in the answer; anything else of it is left alone. */
function nameIn({ api = 'openai' }: ChatEndpoint, text: string): unknown {
  const answer = json(text) as Answer | null;
  const content = api === 'ollama' ? answer?.message?.content : answer?.choices?.[0]?.message?.content;
  if (typeof content !== 'string') throw new ChatFailure(`gives no answer in the form of ${api}`);
  const inner = /\{[^{}]*\}/.exec(content)?.[0];
  return inner === undefined ? null : (json(inner) as { readonly name?: unknown } | null)?.name;
}

interface Answer {
  readonly message?: { readonly content?: unknown };
  readonly choices?: readonly { readonly message?: { readonly content?: unknown } }[];
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ChatFailure('gives an answer that is no JSON');
  }
}

const pause = (milliseconds: number, { signal }: RunControl): Promise<void> =>
  new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal?.addEventListener('abort', done, { once: true });
  });
