import { fileURLToPath } from 'node:url';
import { vi } from 'vitest';
import { utilityHost } from '../../src/main/shell/utility-host.ts';
import { jobHostSuite } from './job-host.suite.ts';

// Electron is not here. Its stand-in starts real processes with a real port; test/standin/README.md says what is not the same.
vi.mock('electron', async () => ({
  ...(await import('../standin/app.ts')),
  ...(await import('../standin/utility-process.ts')),
}));

const worker = fileURLToPath(new URL('job-host.worker.ts', import.meta.url));

jobHostSuite('a utility process of the stand-in', () => utilityHost(worker, { graceMs: 500 }));
