/** Pure: what is written of the way to a server, so that a window that closes loses nothing. No password is among it. */
import { z } from '../../shared/schema.ts';
import { SshHop, TlsMode } from '../../shared/source.ts';
import type { HopDraft, TunnelDraft } from './server-draft.ts';

const text = z.string().check(z.maxLength(4_096));

export const KeptTls = z.strictObject({ mode: TlsMode, caFile: text, own: z.boolean(), named: z.optional(text) });

const KeptHop = z.strictObject({
  host: text,
  port: text,
  user: text,
  auth: SshHop.shape.auth,
  keyFile: text,
  password: z.enum(['typed', 'kept']),
  hostKey: text,
});
export const KeptTunnel = z.strictObject({
  tunnel: z.enum(['none', 'direct', 'jump']),
  server: KeptHop,
  jump: KeptHop,
});
type KeptTunnel = z.output<typeof KeptTunnel>;

export const keptTunnel = ({ tunnel, server, jump }: TunnelDraft): KeptTunnel => ({
  tunnel,
  server: { ...server, password: server.password.from },
  jump: { ...jump, password: jump.password.from },
});

/** A password that was typed is asked for again. */
export const tunnelFrom = ({ tunnel, server, jump }: KeptTunnel): TunnelDraft => ({
  tunnel,
  server: hopFrom(server),
  jump: hopFrom(jump),
});

const hopFrom = (hop: KeptTunnel['server']): HopDraft => ({
  ...hop,
  password: hop.password === 'typed' ? { from: 'typed', text: '' } : { from: 'kept' },
});
