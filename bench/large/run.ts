import { annotateWith, type LargeRequest } from './request.js';

/** The process that is measured: one whole run, every progress report sent to the parent as it comes. */
process.once('message', async (request: LargeRequest) => {
  const started = performance.now();
  try {
    const run = await annotateWith(request, (progress) =>
      process.send?.({ at: (performance.now() - started) / 1000, cpu: cpuSeconds(), progress }),
    );
    const seconds = (performance.now() - started) / 1000;
    const used = { cpuSeconds: cpuSeconds(), peakMiB: Math.round(process.resourceUsage().maxRSS / 1024) };
    const steps = run.timings.map(({ step, seconds: taken, start }) => ({ step, seconds: taken, start }));
    const counts = { rows: run.rowCounts.total, locations: run.totalLocations, sourceScans: run.plan.sourceScans };
    send({ done: { seconds, ...used, ...counts, steps, warnings: run.warnings } });
  } catch (error) {
    const { code, message, hint } = error as {
      readonly code?: string;
      readonly message: string;
      readonly hint?: string;
    };
    const peakMiB = Math.round(process.resourceUsage().maxRSS / 1024);
    send({ failed: { code: code ?? null, message, hint: hint ?? null, peakMiB } });
  }
});

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

function send(message: object): void {
  process.send?.(message, undefined, undefined, () => process.exit(0));
}
