import { describe, expect, it } from 'vitest';
import { parseArguments } from '../../../src/main/cli/arguments.ts';

const options = {
  schedule: { type: 'boolean' },
  port: { type: 'string' },
  source: { type: 'string', multiple: true },
} as const;
const parsed = (...argv: string[]) => parseArguments(argv, options, { least: 0, most: 0 });

describe('what is given twice', () => {
  it('is harmless for a switch: npm start turns plans on, and so may whoever starts it', () => {
    expect(parsed('--schedule', '--schedule').has('schedule')).toBe(true);
  });

  it('is wrong usage for a value, of which only one can be meant', () => {
    expect(() => parsed('--port', '1', '--port', '2')).toThrow('--port is given twice.');
    expect(parsed('--source', 'a', '--source', 'b').texts('source')).toEqual(['a', 'b']);
  });
});
