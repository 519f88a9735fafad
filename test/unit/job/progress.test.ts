import { describe, expect, it } from 'vitest';
import { ProgressMeter, sampledProgress } from '../../../src/main/job/progress.ts';
import type { Progress } from '../../../src/shared/job.ts';
import { turningClock } from './turning-clock.ts';

describe('how far a job is', () => {
  it('measures its rate over the last seconds, and says how long the rest takes at that rate', async () => {
    const clock = turningClock();
    const meter = new ProgressMeter(clock);
    meter.take({ phase: 'Dumping', totalBytes: 10_000 });
    for (let second = 1; second <= 4; second += 1) {
      await clock.turn(1_000);
      meter.take({ bytes: second * 1_000 });
      meter.sample();
    }
    expect(meter.sample()).toMatchObject({
      phase: 'Dumping',
      bytes: 4_000,
      totalBytes: 10_000,
      rate: 1_000,
      leftMs: 6_000,
    });
  });

  it('forgets a fast beginning once the window has passed', async () => {
    const clock = turningClock();
    const meter = new ProgressMeter(clock);
    meter.take({ phase: 'Storing', totalBytes: 100_000, bytes: 50_000 });
    for (let second = 1; second <= 12; second += 1) {
      await clock.turn(1_000);
      meter.take({ bytes: 50_000 + second * 100 });
      meter.sample();
    }
    const { rate } = meter.sample();
    expect(rate).toBeGreaterThanOrEqual(90);
    expect(rate).toBeLessThanOrEqual(110);
  });

  it('knows nothing of the time left at first, with no total, and beyond a total that was an estimate', async () => {
    const clock = turningClock();
    const meter = new ProgressMeter(clock);
    meter.take({ phase: 'Dumping', totalBytes: 1_000 });
    await clock.turn(200);
    meter.take({ bytes: 100 });
    expect(meter.sample().leftMs).toBeNull();
    await clock.turn(5_000);
    meter.take({ totalBytes: null });
    expect(meter.sample().leftMs).toBeNull();
    meter.take({ totalBytes: 1_000, bytes: 1_000 });
    expect(meter.sample().leftMs).toBe(0);
    meter.take({ bytes: 1_500 });
    expect(meter.sample().leftMs).toBeNull();
  });

  it('only grows within a phase, and starts again with the next', () => {
    const meter = new ProgressMeter(turningClock());
    meter.take({ phase: 'Dumping', bytes: 500, rows: 7, table: 'orders' });
    meter.take({ bytes: 300 });
    meter.take({ bytes: Number.NaN });
    expect(meter.sample()).toMatchObject({ bytes: 500, rows: 7, table: 'orders' });
    meter.take({ phase: 'Storing' });
    expect(meter.sample()).toMatchObject({ phase: 'Storing', bytes: 0, rows: 0, table: null, totalBytes: null });
  });
});

describe('what is sent of it', () => {
  function sampled() {
    const clock = turningClock();
    const sent: Progress[] = [];
    const phases: string[] = [];
    const progress = sampledProgress(
      clock,
      (sample) => sent.push(sample),
      (name) => phases.push(name),
    );
    return { clock, sent, phases, progress };
  }

  it('is at most four samples a second, however often the job speaks', async () => {
    const { clock, sent, progress } = sampled();
    progress.take({ phase: 'Dumping' });
    for (let ms = 0; ms < 10_000; ms += 5) {
      await clock.turn(5);
      progress.take({ bytes: ms + 5 });
    }
    expect(sent.length).toBeGreaterThan(35);
    expect(sent.length).toBeLessThanOrEqual(42);
  });

  it('always has the last value in it: after a silence by itself, at the end by the flush', async () => {
    const { clock, sent, progress } = sampled();
    progress.take({ phase: 'Dumping', bytes: 1 });
    progress.take({ bytes: 2 });
    await clock.turn(250);
    expect(sent.at(-1)?.bytes).toBe(2);
    progress.take({ bytes: 3 });
    progress.flush();
    expect(sent.at(-1)?.bytes).toBe(3);
    const before = sent.length;
    progress.flush();
    await clock.turn(1_000);
    expect(sent).toHaveLength(before);
  });

  it('leaves no phase out, however short', () => {
    const { sent, phases, progress } = sampled();
    for (const phase of ['Connecting', 'Dumping', 'Storing']) progress.take({ phase });
    expect(phases).toEqual(['Connecting', 'Dumping', 'Storing']);
    expect(sent.map(({ phase }) => phase)).toEqual(phases);
  });
});
