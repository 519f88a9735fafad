import { directWords, type DirectPreview } from '../../shared/direct.ts';
import { sizeOf } from './number.ts';

export const direct = {
  offer: 'Back up without it…',
  menu: 'Back up straight to its place…',
  title: (name: string) => `Back up ${name} straight to its place`,
  act: (place: string) => `Back up to ${place}`,
  looking: 'Looking at the room in the data folder…',
  /** Before the first backup what it takes is a guess that is rather too small. */
  room: ({ neededBytes, freeBytes, measured }: DirectPreview) => {
    const free = `${sizeOf(freeBytes)} free`;
    if (neededBytes === null) return free;
    return `${free}, ${measured ? 'about' : 'at least'} ${sizeOf(neededBytes)} needed`;
  },
  facts: { folder: 'Data folder', room: 'Room there', place: 'Goes to' },
  words: directWords,
  notStarted: (name: string) => `${name} is not backed up`,
  choice: 'When the data folder has no room',
  choices: {
    never: 'Fail, and say so',
    'when-full': 'Go straight to the first place',
    always: 'Always go straight to the first place',
  },
  choiceText: {
    never: 'A backup is first kept in the data folder, then brought to its places.',
    'when-full':
      'Without room a snapshot of the database is held until everything is sent, and what breaks off begins anew.',
    always:
      'Nothing is kept in the data folder: a snapshot of the database is held until everything is sent, and what breaks off begins anew.',
  },
} as const;
