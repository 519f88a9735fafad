/** What is said of recovery kits. */
import { type DestinationCard } from '../../shared/destination.ts';
import { type BehindReport, type BehindWhy, type ResealStep } from '../../shared/reseal.ts';
import { momentInSentence } from './moment.ts';
import { counted, sizeOf } from './number.ts';

/** After "3 backups are". */
const behindWhy: Record<BehindWhy, string> = {
  'earlier-key': 'still sealed with the earlier key',
  'key-added': 'not sealed for every key of this place',
  'key-removed': 'still sealed for a key that was taken away',
  open: 'not sealed',
};

export const kitWords = {
  title: 'Recovery kit',
  crumb: (place: string) => `Recovery kit of ${place}`,
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
    text: 'What is backed up from now on is sealed with the new key. Earlier backups stay as they are until they are sealed anew: keep the earlier kit, it alone opens them on paper. Until the new kit is printed and proven, what it seals does not count as protected.',
    act: 'Make a new key',
    done: (place: string) => `${place} has a new key. Print its kit now.`,
  },
  behind: {
    title({ count, backups }: BehindReport): string {
      const [first] = backups;
      const same = first !== undefined && backups.every(({ why }) => why === first.why);
      const many = counted(count, 'backup', 'backups');
      const verb = count === 1 ? 'is' : 'are';
      return same
        ? `${many} ${verb} ${behindWhy[first.why]}.`
        : `${many} ${verb} not sealed as this place is sealed now.`;
    },
    text: ({ backups }: BehindReport) =>
      backups.some(({ why }) => why === 'open')
        ? 'Whoever can read this place can read what is not sealed there.'
        : 'Whoever has an earlier key can still open them. The keys in use alone do not open all of them.',
    open: 'Seal them anew…',
    working: (left: number) => `Sealing anew: ${counted(left, 'backup', 'backups')} to go.`,
    workingText:
      'One after the other; backups that are due go in between. What is stopped or interrupted stays as it was.',
    stop: 'Stop',
    which: 'Which',
    ask: ({ count }: BehindReport) => `Seal ${counted(count, 'backup', 'backups')} anew?`,
    askText: ({ sizeBytes }: BehindReport) =>
      `${sizeOf(sizeBytes)} are read from the place, sealed with the keys of now, and stored again in every place that has them. A place needs room for both until the earlier one is gone.`,
    askAfter:
      'Each new one is read back whole, and restored where the earlier one had been; only then the earlier one is removed. Pins move along, and a hold keeps both.',
    act: 'Seal them anew',
    why: behindWhy,
    step: {
      queued: 'waits for its turn',
      sealing: 'is being sealed anew',
      storing: 'the new one is not in every place yet',
      proving: 'the new one is being proven',
      removing: 'the earlier one is being removed',
      held: 'both stay: the earlier one is held',
      stays: 'stays as it was',
    } satisfies Record<ResealStep, string>,
  },
  keys: {
    title: 'Public keys',
    label: (place: string) => `Public keys of ${place}`,
    none: 'Only the recovery kit opens what lies here. An OpenPGP key of your own, or of somebody you trust, can open it too.',
    text: 'What goes here is sealed for these OpenPGP keys. Whoever has the private key opens it with gpg alone.',
    add: 'Add a public key…',
    remove: 'Remove…',
    removeLabel: (whose: string) => `Remove the key of ${whose}…`,
    removeAsk: (whose: string) => `Take the key of ${whose} away?`,
    removeText: (last: boolean) =>
      last
        ? 'New backups are sealed for the recovery kit again, which has to be proven. What was sealed for this key before can still be opened with it.'
        : 'New backups are not sealed for it. What was sealed for it before can still be opened with it, until it is sealed anew.',
    removeAct: 'Take it away',
    kitToo: 'The recovery kit opens it too',
    kitTooHint: 'Leave this on unless nobody at this computer may read what it stores.',
    aloneTitle: 'Sealed for public keys alone.',
    aloneText:
      'This computer cannot open, prove or restore what it stores here without the private key. Everybody who has the public key could have written it: a restore says “unauthenticated”.',
    aloneAsk: (place: string) => `Seal what goes to ${place} for public keys alone?`,
    aloneAct: 'For public keys alone',
    addTitle: 'Add a public key',
    addText: 'New backups can then be opened with its private key, which stays with its owner and is never asked for.',
    field: 'The key, as gpg --armor --export shows it',
    fieldHint: 'From the line BEGIN PGP PUBLIC KEY BLOCK to the line END.',
    choose: 'Choose a file…',
    addAct: 'Seal for this key',
    isThere: 'This key is there already.',
    compare: 'Compare the fingerprint with what its owner says.',
    expires(at: number | null, now: number, zone: string): string {
      if (at === null) return 'Does not expire.';
      const when = momentInSentence(at, now, zone);
      return at <= now ? `Expired ${when}: no backup is made any more.` : `Expires ${when}.`;
    },
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
