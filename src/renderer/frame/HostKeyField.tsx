import { useApi } from '../store/hooks.ts';
import { useState } from 'react';
import { type Failure, toFailure } from '../../shared/failure.ts';
import { type HostKey } from '../../shared/source.ts';
import { Badge } from '../ui/Badge.tsx';
import { Button } from '../ui/Button.tsx';
import { CodeBlock } from '../ui/CodeBlock.tsx';
import { TextField } from '../ui/TextField.tsx';
import { sourceWizard as words } from '../words/source-wizard.ts';
import { type Fault, faultText } from '../ui/fault.ts';
import { FieldFault } from '../ui/FieldFault.tsx';
import { isFingerprint, isPort } from './host-key.ts';
import css from './HostKeyField.module.css';

/** The server as far as it was typed; `hostKey` is empty while nobody has trusted one. */
export interface TypedServer {
  host: string;
  port: string;
  hostKey: string;
}

type Shown = { host: string; port: string } & ({ key: HostKey } | { failure: Failure });

/** The key of an SSH server: asked for, looked at, and pinned by a press. Nothing is trusted by itself. */
export function HostKeyField({
  hop,
  behindJump,
  onPin,
  fault,
}: {
  hop: TypedServer;
  /** It cannot be asked from here. */
  behindJump: boolean;
  onPin: (fingerprint: string) => void;
  fault: Fault | undefined;
}) {
  const api = useApi();
  const [asking, setAsking] = useState(false);
  const [shown, setShown] = useState<Shown | null>(null);
  const { host, port, hostKey } = hop;
  const current = shown !== null && shown.host === host && shown.port === port ? shown : null;

  const ask = () => {
    setAsking(true);
    api.source
      .hostKey({ host: host.trim(), port: Number(port) })
      .then(
        (key) => setShown({ host, port, key }),
        (thrown: unknown) => setShown({ host, port, failure: toFailure(thrown, '') }),
      )
      .finally(() => setAsking(false));
  };

  if (isFingerprint(hostKey)) {
    return (
      <div className={css.key}>
        <span className={css.label}>{words.connection.hostKey}</span>
        <code>{hostKey}</code>
        <span className="row">
          <Badge state="proven">{words.connection.pinned}</Badge>
          <Button size="small" variant="link" onPress={() => onPin('')}>
            {words.connection.unpin}
          </Button>
        </span>
        <FieldFault fault={fault} />
      </div>
    );
  }
  return (
    <div className={css.key}>
      <span className={css.label}>{words.connection.hostKey}</span>
      {behindJump ? (
        <p className={css.note}>{words.connection.keyOfJumped}</p>
      ) : (
        <Button size="small" icon="key" onPress={ask} pending={asking} disabled={host.trim() === '' || !isPort(port)}>
          {asking ? words.connection.fetching : words.connection.fetchKey}
        </Button>
      )}
      <div aria-live="polite" className={css.stack}>
        {current !== null && 'key' in current && (
          <>
            <p className={css.note}>{words.connection.fetched(host)}</p>
            <code>
              {current.key.type} {current.key.fingerprint}
            </code>
            <CodeBlock text={words.connection.fetchedCommand} label={words.connection.hostKey} />
            <Button size="small" className={css.start} onPress={() => onPin(current.key.fingerprint)}>
              {words.connection.trust}
            </Button>
          </>
        )}
        {current !== null && 'failure' in current && <FieldFault fault={current.failure} />}
      </div>
      <TextField
        label={words.connection.pasteKey}
        hint={words.connection.pasteHint}
        value={hostKey}
        onChange={(text) => onPin(text.trim())}
        wrong={faultText(fault)}
        mono
        maxLength={60}
      />
    </div>
  );
}
