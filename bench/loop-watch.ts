/**
 * Loaded by node before `holdfast serve` (`--import`): SIGUSR2 writes how late the event loop was since the last time to
 * BENCH_LOOP_FILE and begins anew. Nothing of it is shipped.
 */
import { renameSync, writeFileSync } from 'node:fs';
import { monitorEventLoopDelay, performance, type EventLoopUtilization } from 'node:perf_hooks';

/** The histogram counts from one tick to the next: the resolution itself is no delay. */
const resolutionMs = 5;
const file = process.env['BENCH_LOOP_FILE'];

if (file !== undefined && process.argv.includes('serve')) {
  const delay = monitorEventLoopDelay({ resolution: resolutionMs });
  let since: EventLoopUtilization = performance.eventLoopUtilization();
  delay.enable();
  process.on('SIGUSR2', () => {
    const ms = (nanoseconds: number): number => Math.max(0, nanoseconds / 1e6 - resolutionMs);
    const seen = {
      p50Ms: ms(delay.percentile(50)),
      p99Ms: ms(delay.percentile(99)),
      maxMs: ms(delay.max),
      utilisation: performance.eventLoopUtilization(since).utilization,
    };
    writeFileSync(`${file}.new`, JSON.stringify(seen));
    renameSync(`${file}.new`, file);
    delay.reset();
    since = performance.eventLoopUtilization();
  });
}
