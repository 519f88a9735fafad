import { useState } from 'react';
import {
  Autocomplete,
  Dialog,
  Header,
  Input,
  Menu,
  MenuItem,
  MenuSection,
  Modal,
  ModalOverlay,
  SearchField,
} from 'react-aria-components';
import { common } from '../words/common.ts';
import { classNames } from './class-names.ts';
import floatCss from './Float.module.css';
import { Icon } from './Icon.tsx';
import { type IconName } from './icon-names.ts';
import css from './Palette.module.css';
import { ranked } from './palette-rank.ts';

export interface PaletteEntry {
  id: string;
  title: string;
  /** Found by these words too. */
  also?: string;
  at?: string;
  icon?: IconName;
  onAction: () => void;
}
export interface PaletteGroup {
  title: string;
  entries: readonly PaletteEntry[];
}

/** Every word that was typed has to occur, in any order. */
function matches(text: string, typed: string): boolean {
  const lower = text.toLowerCase();
  return typed
    .toLowerCase()
    .split(/\s+/)
    .every((word) => lower.includes(word));
}

const textOf = ({ title, also = '' }: PaletteEntry): string => `${title} ${also}`;

/** Everything that can be reached, by typing some of its name. */
export function Palette({
  open,
  onClose,
  label,
  placeholder,
  groups,
}: {
  open: boolean;
  onClose: () => void;
  label: string;
  placeholder: string;
  groups: readonly PaletteGroup[];
}) {
  const [typed, setTyped] = useState('');
  const shown = ranked(
    groups
      .map((group) => ({ ...group, entries: group.entries.filter((entry) => matches(textOf(entry), typed)) }))
      .filter((group) => group.entries.length > 0),
    typed,
  );
  return (
    <ModalOverlay
      className={classNames(floatCss.veil, css.top)}
      isOpen={open}
      onOpenChange={(isOpen) => {
        if (isOpen) return;
        setTyped('');
        onClose();
      }}
      isDismissable
    >
      <Modal className={classNames(floatCss.dialog, css.palette)}>
        <Dialog aria-label={label}>
          <Autocomplete filter={matches} inputValue={typed} onInputChange={setTyped}>
            <SearchField aria-label={label} autoFocus className={css.search ?? ''}>
              <Icon name="search" />
              <Input placeholder={placeholder} className={css.input ?? ''} />
            </SearchField>
            {/* Made anew where another entry leads: the one that Enter takes is always the first. */}
            <Menu
              key={shown[0]?.entries[0]?.id ?? 'none'}
              autoFocus="first"
              aria-label={label}
              className={classNames(floatCss.menu, css.menu)}
              onAction={() => {
                setTyped('');
                onClose();
              }}
              renderEmptyState={() => <div className={floatCss.nothing}>{common.nothingMatches}</div>}
            >
              {shown.map((group) => (
                <MenuSection key={group.title} id={group.title}>
                  <Header className={floatCss.heading ?? ''}>{group.title}</Header>
                  {group.entries.map((entry) => (
                    <MenuItem
                      key={entry.id}
                      id={entry.id}
                      textValue={textOf(entry)}
                      aria-label={entry.title}
                      onAction={entry.onAction}
                      className={floatCss.item ?? ''}
                    >
                      {entry.icon !== undefined && <Icon name={entry.icon} />}
                      <span className="cut">{entry.title}</span>
                      {entry.at !== undefined && <span className={floatCss.at}>{entry.at}</span>}
                    </MenuItem>
                  ))}
                </MenuSection>
              ))}
            </Menu>
          </Autocomplete>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
