import { useEffect, useRef, useState } from 'react';
import { isNewFile, type FolderView, type PathPurpose } from '../../shared/door.ts';
import { type Failure, toFailure } from '../../shared/failure.ts';
import { useDoor } from '../store/hooks.ts';
import { FailureBox } from '../ui/Banner.tsx';
import { Button } from '../ui/Button.tsx';
import { Checkbox } from '../ui/Choice.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { Icon } from '../ui/Icon.tsx';
import { Table, type TableColumn } from '../ui/Table.tsx';
import { TextField } from '../ui/TextField.tsx';
import { common } from '../words/common.ts';
import { folderWords } from '../words/folder.ts';
import { sizeOf } from '../words/number.ts';
import { type Browsing, endBrowsing, useBrowsing } from './choose-path.ts';
import css from './FolderBrowser.module.css';

type Entry = FolderView['entries'][number];

const columns: readonly TableColumn<Entry>[] = [
  {
    id: 'name',
    title: folderWords.name,
    cell: (entry) => (
      <span className={css.entry}>
        <Icon name={entry.kind === 'folder' ? 'folder' : entry.sqlite ? 'sqlite' : 'copy'} />
        <span className="cut" title={entry.link}>
          {entry.name}
        </span>
      </span>
    ),
  },
  {
    id: 'kind',
    title: folderWords.kind,
    width: 130,
    cell: (entry) => (
      <span className="three">
        {entry.kind === 'folder' ? folderWords.folder : entry.sqlite ? folderWords.sqlite : ''}
      </span>
    ),
  },
  {
    id: 'size',
    title: folderWords.size,
    width: 90,
    align: 'end',
    cell: (entry) => (entry.sizeBytes === null ? '' : sizeOf(entry.sizeBytes)),
  },
];

/** Longer folders are drawn only as far as they are seen. */
const drawnWhole = 200;

const lastPart = (path: string): string => path.split(/[/\\]/).findLast((part) => part !== '') ?? path;

/** The files of the computer that Holdfast runs on, for a window without dialogs of the system. */
export function FolderBrowser() {
  const browsing = useBrowsing();
  if (browsing === null) return null;
  return <Browser key={browsing.purpose} browsing={browsing} />;
}

function useFolder(first: string) {
  const { door } = useDoor();
  const [view, setView] = useState<FolderView | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [asked, setAsked] = useState<{ folder: string | null; hidden: boolean }>({
    folder: first === '' ? null : first,
    hidden: false,
  });
  useEffect(() => {
    let left = false;
    // What was only named may not be there; then the browsing begins at home.
    const elsewhere = (thrown: unknown) => {
      if (first === '' || asked.folder !== first) throw thrown;
      return door.browse({ ...asked, folder: null });
    };
    door
      .browse(asked)
      .catch(elsewhere)
      .then(
        (found) => {
          if (left) return;
          setView(found);
          setFailure(null);
        },
        (thrown: unknown) => !left && setFailure(toFailure(thrown, '')),
      );
    return () => {
      left = true;
    };
  }, [door, asked, first]);
  const go = (folder: string | null, hidden: boolean) => setAsked({ folder, hidden });
  return { view, failure, setFailure, hidden: asked.hidden, go };
}

function Browser({ browsing }: { browsing: Browsing }) {
  const { purpose, suggestedName } = browsing;
  const { door } = useDoor();
  const { view, failure, setFailure, hidden, go } = useFolder(browsing.folder);
  const [selected, setSelected] = useState(isNewFile(purpose) ? '' : suggestedName);
  const [fileName, setFileName] = useState(suggestedName);
  const entry = view?.entries.find(({ name }) => name === selected);
  const enter = (folder: string) => {
    setSelected('');
    go(folder, hidden);
  };
  const list = useRef<HTMLDivElement>(null);
  const fromList = useRef(false);
  useEffect(() => {
    if (view === null || !fromList.current) return undefined;
    fromList.current = false;
    // The row that was opened is gone; the keyboard goes on at the first of the new folder, once it is drawn.
    const frame = requestAnimationFrame(() =>
      list.current?.querySelector<HTMLElement>('[role=row][data-key]')?.focus(),
    );
    return () => cancelAnimationFrame(frame);
  }, [view]);
  const into = (name: string) => {
    fromList.current = true;
    if (view !== null) enter(`${view.folder.replace(/[/\\]$/, '')}/${name}`);
  };
  const take = (name: string) => {
    if (view === null) return;
    door.pick({ purpose, folder: view.folder, name }).then(
      ({ path }) => endBrowsing(path),
      (thrown: unknown) => setFailure(toFailure(thrown, '')),
    );
  };
  const choice = choiceOf(purpose, entry, fileName);
  return (
    <Dialog
      open
      wide
      title={folderWords.titles[purpose]}
      onClose={() => endBrowsing(null)}
      actions={
        <>
          <Button onPress={() => endBrowsing(null)}>{common.cancel}</Button>
          {entry?.kind === 'folder' && <Button onPress={() => into(entry.name)}>{folderWords.open}</Button>}
          <Button variant="primary" disabled={view === null || choice === null} onPress={() => take(choice ?? '')}>
            {purpose === 'folder' && view !== null
              ? folderWords.chooseFolder(choice === '' ? lastPart(view.folder) : (choice ?? ''))
              : folderWords.choose}
          </Button>
        </>
      }
    >
      {view !== null && <Places view={view} onGo={enter} />}
      {failure !== null && <FailureBox failure={failure} />}
      <div className={css.list} ref={list}>
        {view !== null && (
          <Table
            label={view.folder}
            columns={columns}
            rows={purpose === 'folder' ? view.entries.filter(({ kind }) => kind === 'folder') : view.entries}
            rowId={({ name }) => name}
            rowText={({ name }) => name}
            selection="single"
            selected={new Set(selected === '' ? [] : [selected])}
            onSelect={([first]) => setSelected(first ?? '')}
            onOpen={(name) => {
              const opened = view.entries.find((each) => each.name === name);
              if (opened?.kind === 'folder') into(name);
              else if (!isNewFile(purpose)) take(name);
            }}
            empty={folderWords.empty}
            virtual={view.entries.length > drawnWhole}
          />
        )}
      </div>
      {view?.cut === true && <p className="small three">{folderWords.cut}</p>}
      {isNewFile(purpose) && <TextField label={folderWords.fileName} value={fileName} onChange={setFileName} mono />}
      <Checkbox checked={hidden} onChange={(checked) => go(view?.folder ?? null, checked)}>
        {folderWords.hidden}
      </Checkbox>
    </Dialog>
  );
}

/** The name that `door.pick` takes; an empty one is the folder itself, null is nothing to choose. */
function choiceOf(purpose: PathPurpose, entry: Entry | undefined, fileName: string): string | null {
  if (isNewFile(purpose)) return fileName === '' ? null : fileName;
  if (purpose === 'folder') return entry?.name ?? '';
  return entry?.kind === 'file' ? entry.name : null;
}

function Places({ view, onGo }: { view: FolderView; onGo: (folder: string) => void }) {
  const { parent } = view;
  return (
    <nav aria-label={folderWords.places} className={css.places}>
      <Button
        size="small"
        icon="up"
        label={folderWords.up}
        disabled={parent === null}
        onPress={() => parent !== null && onGo(parent)}
      />
      <code className={css.path}>{view.folder}</code>
      {view.places.map((place) => (
        <Button key={place.path} size="small" variant="quiet" onPress={() => onGo(place.path)}>
          {place.name}
        </Button>
      ))}
    </nav>
  );
}
