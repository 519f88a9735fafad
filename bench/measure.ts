/** Whole-process timing and memory, for ratios taken side by side in one run. */
import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { childrenOf } from '../test/prove/victims.ts';

export interface Measured {
  seconds: number;
  /** Peak resident memory of the process whose command line matches, in MB; 0 when none was asked for. */
  peakMb: number;
}

export interface Step {
  program: string;
  args: string[];
  env?: Record<string, string>;
  /** Standard output goes to this file; default: nowhere. */
  stdout?: string;
}

/** Runs the steps one after the other, as a script would; throws when one fails. */
export async function timed(steps: Step[], watchMemoryOf?: string): Promise<Measured> {
  const started = performance.now();
  let peakMb = 0;
  for (const step of steps) peakMb = Math.max(peakMb, await runStep(step, watchMemoryOf));
  return { seconds: (performance.now() - started) / 1000, peakMb };
}

function runStep(step: Step, watchMemoryOf: string | undefined): Promise<number> {
  const out = openSync(step.stdout ?? '/dev/null', 'w', 0o600);
  const child = spawn(step.program, step.args, {
    stdio: ['ignore', out, 'pipe'],
    env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', ...step.env },
  });
  let stderr = '';
  child.stderr?.on('data', (text: Buffer) => (stderr = (stderr + text.toString()).slice(-4000)));
  let peakMb = 0;
  const timer =
    watchMemoryOf === undefined
      ? undefined
      : setInterval(() => (peakMb = Math.max(peakMb, peakOf(child.pid ?? 0, watchMemoryOf))), 100);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      clearInterval(timer);
      closeSync(out);
      if (code === 0) resolve(peakMb);
      else reject(new Error(`${step.program} ${step.args.join(' ')} ended with ${code}\n${stderr}`));
    });
  });
}

/** VmHWM of the processes below `pid` whose command line holds `text`. */
function peakOf(pid: number, text: string): number {
  let peak = 0;
  for (const child of childrenOf(pid)) {
    peak = Math.max(peak, peakOf(child, text));
    try {
      if (!readFileSync(`/proc/${child}/cmdline`, 'utf8').includes(text)) continue;
      const [, kilobytes = '0'] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child}/status`, 'utf8')) ?? [];
      peak = Math.max(peak, Number(kilobytes) / 1024);
    } catch {
      // It ended in this moment.
    }
  }
  return peak;
}

export function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted[Math.floor(sorted.length / 2)];
  if (middle === undefined) throw new Error('Nothing was measured.');
  return middle;
}
