#!/usr/bin/env node
/** Where the terminal door begins: what has to hold before the rest of it is loaded. */
import { keepCompiledCode } from '../base/compiled-code.ts';
import { readEnvironment } from '../base/environment.ts';

// Whatever is made from here on is nobody else's, even where a mode was forgotten.
process.umask(0o077);
keepCompiledCode(readEnvironment().home);
await import('./program.ts');
