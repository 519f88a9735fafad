/** Everything that the steps of the wizard draw from: source, backups, the chosen one, and what was suggested. */
import { type BackupCard, type ManifestBody } from '../../shared/artifact.ts';
import { type DatabaseInventory } from '../../shared/inventory.ts';
import { type Source } from '../../shared/source.ts';
import { timeZone } from '../clock.ts';
import { type Archived, useArchived } from '../frame/use-archived.ts';
import { useSource, useSourceTitle } from '../store/hooks.ts';
import { clockTime } from '../words/moment.ts';
import { type Inputs } from './draft.ts';
import { type Suggested } from './request.ts';
import { besideFileName, besideName, fileNameOf, folderOf, suggestedBackup } from './suggest.ts';
import { type Asked, databasesOf, useAllBackups, useManifest } from './use-backups.ts';

export interface Facts {
  source: Source | undefined;
  /** What the source is called; empty before one is chosen. */
  name: string;
  /** Newest first. */
  backups: Asked<readonly BackupCard[]>;
  cards: readonly BackupCard[];
  chosen: BackupCard | undefined;
  suggestedCard: BackupCard | undefined;
  manifest: Asked<ManifestBody>;
  databases: readonly DatabaseInventory[];
  database: DatabaseInventory | undefined;
  suggested: Suggested;
  /** Which copies of the chosen one have to be thawed. */
  archived: Archived;
}

const none: readonly BackupCard[] = [];

export function useFacts(inputs: Inputs): Facts {
  const source = useSource(inputs.source);
  const name = useSourceTitle(inputs.source);
  const backups = useAllBackups(source?.id ?? inputs.source);
  const cards = backups.state === 'here' ? backups.value : none;
  const suggestedCard = suggestedBackup(cards);
  const chosen = cards.find((card) => card.backupId === inputs.backupId) ?? suggestedCard;
  const manifest = useManifest(chosen?.backupId ?? null);
  const databases = manifest.state === 'here' ? databasesOf(manifest.value) : [];
  const database = databases.find((one) => one.name === inputs.database) ?? databases[0];
  return {
    source,
    name,
    backups,
    cards,
    chosen,
    suggestedCard,
    manifest,
    databases,
    database,
    suggested: suggestedOf(source, chosen, databases, database),
    archived: useArchived(chosen),
  };
}

function suggestedOf(
  source: Source | undefined,
  chosen: BackupCard | undefined,
  databases: readonly DatabaseInventory[],
  database: DatabaseInventory | undefined,
): Suggested {
  const at = clockTime(chosen?.takenAt ?? 0, timeZone()).slice(0, 5);
  const liveFile = source?.settings.kind === 'sqlite' ? source.settings.file : null;
  const kind = chosen?.kind ?? 'postgres';
  return {
    backupId: chosen?.backupId ?? null,
    kind,
    databases: databases.map((one) => one.name),
    besideName:
      kind === 'sqlite'
        ? besideFileName(fileNameOf(liveFile ?? database?.name ?? 'restored.sqlite'), at)
        : besideName(database?.name ?? 'restored', at),
    folder: liveFile === null ? null : folderOf(liveFile),
  };
}
