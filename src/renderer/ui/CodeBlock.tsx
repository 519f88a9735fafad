import { useEffect, useState } from 'react';
import { common } from '../words/common.ts';
import { Button } from './Button.tsx';
import css from './CodeBlock.module.css';
import { LiveText } from './Live.tsx';

/** Puts a text on the clipboard and says so for two seconds. */
export function CopyButton({ text, label = common.copy }: { text: string; label?: string }) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return undefined;
    const timer = setTimeout(() => setCopied(false), 2_000);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = () => {
    navigator.clipboard.writeText(text).then(
      () => setCopied(true),
      () => setCopied(false),
    );
  };
  return (
    <>
      <Button variant="quiet" size="small" icon={copied ? 'check' : 'copy'} label={label} onPress={copy} />
      <LiveText text={copied ? common.copied : ''} />
    </>
  );
}

/** A command, a message of a program, a digest: as it is, and ready to be copied. */
export function CodeBlock({ text, label }: { text: string; label: string }) {
  return (
    <div className={css.code}>
      {/* A scrolling region has to be reachable by keyboard. */}
      <pre tabIndex={0} role="region" aria-label={label}>
        {text}
      </pre>
      <CopyButton text={text} />
    </div>
  );
}
