import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { plainSurroundings } from '../../../src/main/base/surroundings.ts';
import { tempFolder } from '../../helpers/temp.ts';

/** A folder as Linux keeps one in /sys/class/power_supply. */
function supplies(facts: Record<string, Record<string, string>>): string {
  const folder = tempFolder('power');
  for (const [supply, files] of Object.entries(facts)) {
    mkdirSync(path.join(folder, supply));
    for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, supply, name), `${text}\n`);
  }
  return folder;
}

const battery = (status: string): Record<string, string> => ({ type: 'Battery', status });
const mains = (online: string): Record<string, string> => ({ type: 'Mains', online });

describe('what plain Node knows of the machine', () => {
  it.each([
    ['a desktop without supplies', {}, null],
    ['a laptop that is plugged in', { AC: mains('1'), BAT0: battery('Charging') }, false],
    ['a laptop that is not', { AC: mains('0'), BAT0: battery('Discharging') }, true],
    ['a laptop without a mains file, running down', { BAT0: battery('Discharging') }, true],
    ['a laptop without a mains file, full', { BAT0: battery('Full') }, false],
    ['a desktop with a wireless mouse', { hid: { ...battery('Discharging'), scope: 'Device' } }, null],
    ['a laptop charged by USB', { ucsi: { type: 'USB', online: '1' }, BAT0: battery('Charging') }, false],
  ])('%s', async (_what, facts, onBattery) => {
    expect(await plainSurroundings(supplies(facts)).onBattery()).toBe(onBattery);
  });

  it('a folder that is not there says nothing, and neither is a network called metered', async () => {
    const around = plainSurroundings(path.join(tempFolder('power'), 'none'));
    expect(await around.onBattery()).toBeNull();
    expect(await around.metered()).toBeNull();
    expect(typeof (await around.online())).toBe('boolean');
  });
});
