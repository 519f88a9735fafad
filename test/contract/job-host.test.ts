import { fileURLToPath } from 'node:url';
import { forkHost } from '../../src/main/job/fork.ts';
import { jobHostSuite } from './job-host.suite.ts';

const worker = fileURLToPath(new URL('job-host.worker.ts', import.meta.url));

jobHostSuite('a fork', () => forkHost(worker, { graceMs: 500 }));
