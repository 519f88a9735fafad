import { describe, expect, it } from 'vitest';
import type { ToolSet } from '../../../../src/shared/doctor.ts';
import { installLines, missingRoles, openChecks, toolRows } from '../../../../src/renderer/settings/tools.ts';

const set = (version: string, programs: string[], distrust: string | null = null): ToolSet => ({
  folder: `/usr/lib/postgresql/${version}/bin`,
  version,
  major: Number.parseInt(version, 10),
  owner: 'root',
  origin: 'debian',
  programs,
  distrust,
});
const all = ['pg_dump', 'pg_restore', 'pg_dumpall', 'initdb', 'postgres'];

describe('BS-14 which program does what', () => {
  it('is the newest one that can be trusted, as the engine chooses', () => {
    const rows = toolRows([
      set('9.6.24', all),
      set('15.18', all),
      set('17.2', ['pg_dump']),
      set('18.1', all, 'Others may write there.'),
    ]);
    expect(rows.map((row) => [row.role, row.version, row.use.kind])).toEqual([
      ['client', '17.2', 'used'],
      ['server', '15.18', 'used'],
      ['client', '9.6.24', 'not-needed'],
      ['client', '15.18', 'not-needed'],
      ['server', '9.6.24', 'not-needed'],
      ['client', '18.1', 'distrusted'],
      ['server', '18.1', 'distrusted'],
    ]);
    expect(rows.find((row) => row.version === '15.18' && row.role === 'client')?.use).toMatchObject({
      version: '17.2',
    });
  });

  it('says what is missing, a distrusted one included', () => {
    expect(missingRoles([])).toEqual(['client', 'server']);
    expect(missingRoles([set('15.18', ['pg_dump'])])).toEqual(['server']);
    expect(missingRoles([set('15.18', all, 'why')])).toEqual(['client', 'server']);
    expect(missingRoles([set('15.18', all)])).toEqual([]);
  });

  it('knows how to get them on every platform', () => {
    for (const platform of ['darwin', 'win32', 'linux', 'other'] as const) {
      expect(installLines(platform).length).toBeGreaterThan(0);
    }
  });

  it('repeats no check that is well', () => {
    const check = (outcome: 'ok' | 'warning' | 'failed') => ({ name: outcome, outcome, detail: '' });
    const report = {
      ok: false,
      home: '/h',
      freeBytes: 1,
      tools: [],
      keeper: { kind: 'none' as const, detail: '' },
      checks: [check('ok'), check('warning'), check('failed')],
    };
    expect(openChecks(report).map((one) => one.name)).toEqual(['warning', 'failed']);
  });
});
