import { readFileSync } from 'node:fs';

/** What Linux says of a process: its state, whether it is about to end, and when it began, in ticks since the machine did. */
interface Status {
  readonly ended: boolean;
  readonly began: string;
}

/** Set in the flags of a process that is ending (PF_EXITING of the kernel's sched.h). */
const EXITING = 0x4;

/**
 * Whether a process with this number works, whoever started it. One that was killed and not yet cleared away does not: under
 * a parent that never asks, as in some containers, it stays for ever.
 */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return statusOf(pid)?.ended !== true;
}

/** Tells a process from a later one of the same number; undefined where the system does not say or there is none. */
export function birthOf(pid: number): string | undefined {
  const status = statusOf(pid);
  const boot = status && systemFile('/proc/sys/kernel/random/boot_id');
  return boot === undefined ? undefined : `${boot.trim()} ${status!.began}`;
}

/** By proc_pid_stat(5): the name, which may hold anything, ends with the last parenthesis; then state, …, flags (9), …, start (22). */
function statusOf(pid: number): Status | undefined {
  const text = systemFile(`/proc/${pid}/stat`);
  if (text === undefined) return undefined;
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state, flags, began] = [fields[0]!, Number(fields[6]), fields[19]!];
  return { ended: state === 'Z' || state === 'X' || (flags & EXITING) !== 0, began };
}

/** Undefined on systems without such files, and of a process that has just ended. */
function systemFile(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ESRCH', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}
