import { InputError } from '../errors.js';

/** An input that the system does not let read, among them one that vanished after it had been found. */
export const notReadable = (path: string, cause: NodeJS.ErrnoException): InputError =>
  new InputError('UNREADABLE_INPUT', `Cannot read ${path}: ${cause.code ?? cause.message}.`, {
    hint:
      cause.code === 'ENOENT'
        ? 'It was there when the run began: run again when nothing moves the files.'
        : 'Check the permissions of the file and its folders.',
    cause,
  });
