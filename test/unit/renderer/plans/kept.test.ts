import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { suggestedForm, sundayProof, type PlanForm } from '../../../../src/renderer/plans/form.ts';
import { formsOf, keptForms } from '../../../../src/renderer/plans/kept.ts';
import type { SourceId } from '../../../../src/shared/id.ts';

const form: PlanForm = suggestedForm('Nightly', ['src-abcdefgh' as SourceId], 'Europe/Berlin');

describe('BS-3 a window that closes over the form of a plan loses nothing', () => {
  it('what was typed comes back, also where it is not valid yet', () => {
    const forms = new Map<string, PlanForm>([
      ['new', { ...form, name: '', backup: { kind: 'weekly', day: 3, time: '2:' }, proof: { when: 'never' } }],
      ['bpl-abcdefgh', { ...form, proof: { when: 'at', schedule: sundayProof(), which: 'random-older' } }],
    ]);
    expect(formsOf(keptForms(forms))).toEqual(forms);
    expect(keptForms(new Map())).toBeNull();
  });

  it('takes no text that is broken, of another shape, or of an evil hand', () => {
    const forms = (of: unknown) => JSON.stringify({ version: 1, forms: [['new', of]] });
    expect(formsOf(forms(form)).size).toBe(1);
    const evil = ['', '{', 'null', forms({ ...form, more: 1 }), forms({ ...form, sources: ['../x'] }), forms(null)];
    for (const text of evil) expect(formsOf(text)).toEqual(new Map());
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(formsOf(text)).toEqual(new Map());
      }),
    );
  });
});
