/** What is said of recovery kits. */
import { type DestinationCard } from '../../shared/destination.ts';
import { momentInSentence } from './moment.ts';
import { counted } from './number.ts';

export const kitWords = {
  title: 'Recovery kit',
  crumb: (place: string) => `Recovery kit of ${place}`,
  noPlace: (place: string) => `There is no destination named ${place}.`,
  what: 'Opens every backup there with gpg, zstd and pg_restore, with no copy of Holdfast and without this computer.',
  lead({ name, recovery }: DestinationCard, lost: boolean, now: number, zone: string): string {
    if (recovery === undefined) return `What goes to ${name} is not sealed.`;
    if (lost) return `This computer has lost the secret of ${name}.`;
    if (recovery.provenAt === null) return `Nobody has shown yet that the kit of ${name} is on paper.`;
    return `The kit of ${name} was proven ${momentInSentence(recovery.provenAt, now, zone)}.`;
  },
  why: 'Until then this computer alone can open what lies there, and no source counts as protected by it.',
  whyLost:
    'Nothing new can be sealed for it, and nothing there can be opened here, until the digits of its kit are entered.',
  none: {
    title: 'There is no kit yet.',
    text: 'Sealed backups can be read by nobody but who has their key. The key is made now, and its kit is what you print.',
    act: (place: string) => `Seal what goes to ${place}`,
  },
  print: {
    title: 'Print it',
    text: 'One page with the secret, a code to scan, where the backups are, and every command. Keep it away from this computer.',
    contact: 'Whom to call',
    contactHint: 'Stands on every kit: a name and a number.',
    act: 'Save the page…',
    again: 'Save it once more…',
    fileName: (place: string) => `recovery-kit-${place.replaceAll(/[^\p{L}\p{N}._-]+/gu, '-').slice(0, 60)}.html`,
    saved: 'The page is saved.',
    savedText:
      'Open it in a browser, print it, and delete the file: whoever has it can read every backup of the place.',
    file: 'The page to print',
  },
  prove: {
    title: 'Show that it is there',
    text: 'Type the check words that stand beside these rows of the printed page. Other rows are asked for every time.',
    row: (row: number) => `Check word of row ${row}`,
    holder: 'Whose copy is it?',
    holderHint: 'For example: Mara, in the safe. May be left empty.',
    act: 'It is there',
    done: 'Proven. With this page, the backups outlive this computer.',
  },
  state: {
    title: 'State',
    key: 'Key',
    made: 'Made',
    printed: 'Page made',
    proven: 'Proven',
    copies: 'Copies',
    never: 'never',
    earlier: 'Earlier keys',
    until: (keyId: string) => `${keyId}, until`,
    copy: (holder: string) => `${holder}: shown`,
  },
  enter: {
    title: 'Enter a kit',
    text: 'Type or paste the 64 digits row by row. Blanks, dashes and upper case do not matter; leave the words out.',
    open: 'Enter a kit…',
    field: 'The digits of the kit',
    act: 'Take it in',
    done: (place: string) => `The secret of ${place} is on this computer.`,
    count: (digits: number) => `${counted(digits, 'digit', 'digits')} of 64`,
  },
  rotate: {
    open: 'Make a new key…',
    title: (place: string) => `A new key for ${place}`,
    text: 'What is backed up from now on is sealed with the new key. Earlier backups stay as they are: keep the earlier kit, it alone opens them on paper. Until the new kit is printed and proven, what it seals does not count as protected.',
    act: 'Make a new key',
    done: (place: string) => `${place} has a new key. Print its kit now.`,
  },
  box: {
    unproven: 'Never shown to be on paper',
    proven: (when: string) => `Proven ${when}`,
    neverPrinted: 'No page was made of it yet',
    printed: (when: string) => `Page made ${when}`,
    print: 'Print it…',
    prove: 'Prove it…',
    open: 'Look at it…',
    label: (act: string, place: string) => `${act} (${place})`,
  },
};
