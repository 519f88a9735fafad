import { type BackupCard, type ManifestBody } from '../../shared/artifact.ts';
import { type DestinationCard } from '../../shared/destination.ts';
import { CodeBlock } from '../ui/CodeBlock.tsx';
import { Fold } from '../ui/Fold.tsx';
import { Section } from '../ui/Layout.tsx';
import { backups as words } from '../words/backups.ts';
import { stockCommands } from './command.ts';

/** How to open the backup with zstd and the programs of the database, and nothing else. */
export function StockCommand({
  card,
  manifest,
  destinations,
}: {
  card: BackupCard;
  manifest: ManifestBody;
  destinations: readonly DestinationCard[];
}) {
  // The programs of the database read files: of several places, the one whose files lie on this computer.
  const folder = card.stored
    .filter((one) => one.state === 'stored')
    .map((one) => destinations.find(({ id }) => id === one.destination))
    .find((place) => place?.settings.kind === 'folder');
  const commands =
    folder?.settings.kind === 'folder' ? stockCommands(manifest, folder.settings.path, folder.maxFileBytes) : null;
  if (commands === null) return null;
  return (
    <Section title={words.command}>
      <p className="small three">{words.commandText}</p>
      <Fold title={words.commands} small>
        <CodeBlock text={commands.join('\n')} label={words.command} />
      </Fold>
    </Section>
  );
}
