/** One page of paper that opens a place's backups on a machine without Holdfast. No scripts, nothing from elsewhere. */
import { addressOf, type DestinationCard, type DestinationSettings } from '../../shared/destination.ts';
import { kitRows } from './check-words.ts';
import { foundCommand } from './found-command.ts';
import { qrPicture } from './qr.ts';
import { quoted } from './quoted.ts';
import { kitStyle } from './style.ts';

export interface KitFacts {
  card: DestinationCard;
  keyId: string;
  /** 64 digits. */
  secret: string;
  /** Days, as people write them. */
  madeOn: string;
  printedOn: string;
  /** Whom to call; empty where nobody was named. */
  contact: string;
  /** Keys whose kits open what was sealed before. */
  earlier?: { keyId: string; until: string }[];
}

interface Step {
  name: string;
  why: string;
  command: string;
}

/** In the order in which they are typed. `test/real/kit.test.ts` runs them as they are printed. */
function stepsOf({ card, keyId }: KitFacts): Step[] {
  const open = `tail -c +$((48 * N - 47)) "data/$ID/$FILE" | gpg --batch --pinentry-mode loopback --passphrase-file ~/secret.txt -d | zstd -d`;
  return [
    {
      name: 'secret',
      why: 'Type the digits above into typed.txt in your home folder, without the words. The last number must be 64.',
      command: `umask 077; tr 'A-F' 'a-f' < ~/typed.txt | tr -dc '0-9a-f' > ~/secret.txt; wc -c < ~/secret.txt`,
    },
    { name: 'go', ...wayTo(card.settings) },
    {
      name: 'list',
      why: 'Choose a backup; its name says when it was begun (UTC).',
      command: 'ls manifests',
    },
    {
      name: 'choose',
      why: 'Put its name here, and then the name of one of its files.',
      command: 'ID=bk-YYYYMMDD-HHMMSS-xxxxxxxx; ls "data/$ID"',
    },
    { name: 'file', why: 'For example:', command: 'FILE=01-database.pgdump.zst.gpg' },
    {
      name: 'parts',
      why: 'Only where its name goes on with .part-0001, .part-0002 …: it was cut, and is put together by:',
      command: 'cat "data/$ID/$FILE".part-* > "data/$ID/$FILE"',
    },
    {
      name: 'number',
      why: 'Which of its recipients this kit is. It must say a number.',
      command: `N=$(head -n 1 "manifests/$ID.jsonl" | grep -o '"recipients":\\[[^]]*\\]' | tr , '\\n' | grep -n -m 1 ${keyId} | cut -d : -f 1); echo $N`,
    },
    {
      name: 'postgres',
      why: 'PostgreSQL (.pgdump), into a new database, as a plain role:',
      command: `${open} > ~/x.pgdump && createdb -T template0 target && pg_restore -j4 --no-owner -d target ~/x.pgdump`,
    },
    {
      name: 'sqlite',
      why: 'SQLite (.sqlite). Put it in place only while the application is stopped, and remove app.db-wal and app.db-shm first.',
      command: `${open} > ~/app.db`,
    },
    { name: 'tidy', why: 'Afterwards:', command: 'rm ~/typed.txt ~/secret.txt' },
  ];
}

function wayTo(settings: DestinationSettings): Omit<Step, 'name'> {
  if (settings.kind === 'folder')
    return { why: 'Go to where the backups are.', command: `cd ${quoted(settings.path)}` };
  if (settings.kind === 'sftp') {
    const from = quoted(`${settings.user}@${settings.host}:${settings.path}`);
    return {
      why: 'Fetch the backups from the server.',
      command: `sftp -r -P ${settings.port} ${from} ~/place && cd ~/place`,
    };
  }
  return { why: `Fetch everything of ${addressOf(settings)} into ~/place, then:`, command: 'cd ~/place' };
}

export function kitPage(facts: KitFacts): string {
  const { card, keyId, secret, madeOn, printedOn, contact } = facts;
  const rows = kitRows(secret).map(
    ({ number, groups, word }) =>
      `<tr><td>${number}</td><td class="digits">${groups.join(' ')}</td><td class="word">${word}</td></tr>`,
  );
  const steps = stepsOf(facts).map(
    ({ name, why, command }) => `<li>${escaped(why)}<pre data-step="${name}">${escaped(command)}</pre></li>`,
  );
  const name = escaped(quoted(card.name));
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Recovery kit: ${escaped(card.name)}</title>
<style>${kitStyle}</style>
</head>
<body>
<h1>Recovery kit for the backups in “${escaped(card.name)}”</h1>
<p class="warning">Whoever has this page and the place can read every backup in it. Print it, keep it away from the computer, delete the file.
Without this page and without the computer that made it, nobody can open these backups.</p>
<dl>
<dt>Where they are</dt><dd>${escaped(addressOf(card.settings))}</dd>
<dt>Whom to call</dt><dd>${contact === '' ? '<span class="line"></span>' : escaped(contact)}</dd>
<dt>Key</dt><dd>${keyId}, made on ${escaped(madeOn)}, printed on ${escaped(printedOn)}</dd>
${earlierKits(facts)}
</dl>
<div class="secret">
<table><thead><tr><th>Row</th><th>Secret</th><th>Check word</th></tr></thead><tbody>
${rows.join('\n')}
</tbody></table>
<div class="code">${qrPicture(secret)}<p>The same 64 digits</p></div>
</div>
<p>With Holdfast on a new computer, this lists every backup there; it asks for the digits:</p>
<pre data-step="found">${escaped(foundCommand(card))}</pre>
<p>Where only the key was lost: <code>holdfast kit enter ${name}</code>. To show that this page exists: <code>holdfast kit prove ${name}</code>.</p>
<h2>Without Holdfast</h2>
<p>Linux or macOS with <code>gpg</code>, <code>zstd</code> and, for PostgreSQL, <code>pg_restore</code>. In bash:</p>
<ol>
${steps.join('\n')}
</ol>
</body>
</html>
`;
}

/** What this page does not open. */
function earlierKits({ earlier = [], madeOn }: KitFacts): string {
  if (earlier.length === 0) return '';
  const kits = earlier.map(({ keyId, until }) => `${keyId} until ${escaped(until)}`).join(', ');
  return `<dt>Opens</dt><dd>Backups since ${escaped(madeOn)}. Keep the earlier kits for those before: ${kits}.</dd>`;
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
