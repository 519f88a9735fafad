import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { contentSecurityPolicy, pressStyleHash } from '../../../src/main/window/csp.ts';

describe('the content security policy', () => {
  it('allows the one style of the installed React Aria, and no other', () => {
    const components = createRequire(import.meta.resolve('react-aria-components'));
    const folder = components.resolve('react-aria/package.json').replace(/package\.json$/, '');
    const source = readFileSync(path.join(folder, 'dist/private/interactions/usePress.mjs'), 'utf8');
    const template = /style\.textContent = `([^`]*)`\.trim\(\)/.exec(source)?.[1] ?? '';
    const attribute = /PRESSABLE_ATTRIBUTE = '([^']+)'/.exec(source)?.[1] ?? '';
    const style = template.replace(/\$\{[^}]*PRESSABLE_ATTRIBUTE\}/, attribute).trim();
    expect(style).toContain('touch-action: pan-x pan-y pinch-zoom');
    expect(pressStyleHash).toBe(`sha256-${createHash('sha256').update(style).digest('base64')}`);
  });

  it('allows nothing inline, nothing from elsewhere and no frame', () => {
    const policy = contentSecurityPolicy("'none'");
    expect(policy).toMatch(/^default-src 'none'; script-src 'self'; /);
    expect(policy).not.toMatch(/unsafe|http|\*/);
    expect(policy).toContain("connect-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
  });
});
