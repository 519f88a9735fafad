import { type ManifestBody } from '../../shared/artifact.ts';
import { timeZone } from '../clock.ts';
import { CopyButton } from '../ui/CodeBlock.tsx';
import { Facts } from '../ui/Facts.tsx';
import { Section } from '../ui/Layout.tsx';
import { backups as words } from '../words/backups.ts';
import { factsOf } from './facts.ts';

/** The manifest in words and units. */
export function ManifestFacts({ manifest }: { manifest: ManifestBody }) {
  return (
    <Section title={words.manifest}>
      <Facts
        facts={factsOf(manifest, timeZone()).map((fact) => ({
          name: fact.label,
          value:
            fact.mono === true ? (
              <span className="row">
                <span className="mono">{fact.text}</span> <CopyButton text={fact.text} />
              </span>
            ) : (
              fact.text
            ),
        }))}
      />
    </Section>
  );
}
