import { homedir } from 'node:os';
import type { Access } from '../../src/main/destination/open.ts';

/** For places that keep no secrets. */
export const noAccess: Access = { secrets: {}, surroundings: { userHome: homedir(), sshAgentSocket: undefined } };
