import { type SealKey } from '../../shared/destination.ts';
import { Glyph } from '../ui/Icon.tsx';
import { kitWords } from '../words/kit.ts';
import css from './Kit.module.css';

const words = kitWords.keys;
const soonMs = 60 * 24 * 3_600_000;

/** Whose key it is, its fingerprint as gpg shows it, and when it ends. */
export function SealKeyFacts({ sealKey, now, zone }: { sealKey: SealKey; now: number; zone: string }) {
  const { label, fingerprint, expiresAt } = sealKey;
  const ends = expiresAt !== null && expiresAt - now <= soonMs;
  return (
    <div className={css.key}>
      <b>{label}</b>
      <span className="mono small">{(fingerprint.toUpperCase().match(/.{1,4}/g) ?? []).join(' ')}</span>
      <span className={ends ? 'attention small' : 'two small'}>
        {ends && <Glyph state="attention" />} {words.expires(expiresAt, now, zone)}
      </span>
    </div>
  );
}
