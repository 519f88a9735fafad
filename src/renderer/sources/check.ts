/** Pure: what is still wrong with a step of the wizard, field by field, before anything is asked of the house. */
import { z } from '../../shared/schema.ts';
import { SourceName } from '../../shared/source.ts';
import { isPort } from '../frame/host-key.ts';
import { chooseNamed, wayFaults } from '../frame/server-draft.ts';
import { sourceWizard as words } from '../words/source-wizard.ts';
import type { Faults, WizardState, WizardStep } from './draft.ts';
import { keptElsewhere } from './input.ts';
import { knownTables } from './reducer.ts';
import { checkNames } from './scope.ts';

/** The faults of one step. `takenNames` are those of other sources. */
export function check(state: WizardState, step: WizardStep, takenNames: readonly string[]): Faults {
  switch (step) {
    case 'way':
      return checkWay(state);
    case 'connection':
      return checkConnection(state);
    case 'content':
      return checkContent(state);
    case 'finish':
      return checkFinish(state, takenNames);
  }
}

function checkWay({ way, url, envFile, draft }: WizardState): Faults {
  if (way === 'url') return url.trim() === '' ? { url: { message: words.fault.urlMissing } } : {};
  if (way === 'env') return envFile === '' ? { envFile: { message: words.fault.envFileMissing } } : {};
  if (way === 'file')
    return draft.kind === 'sqlite' && draft.file !== '' ? {} : { file: { message: words.fault.fileMissing } };
  return {};
}

function checkConnection({ draft, origin }: WizardState): Faults {
  if (draft.kind === 'sqlite') {
    if (draft.file !== '') return {};
    return { file: draft.named === undefined ? { message: words.fault.fileMissing } : chooseNamed(draft.named) };
  }
  if (draft.kind === 'unknown') return { host: { message: words.fault.hostMissing } };
  const faults: Faults = {};
  if (draft.host.trim() === '') faults.host = { message: words.fault.hostMissing };
  if (!isPort(draft.port)) faults.port = { message: words.fault.port };
  if (draft.user.trim() === '') faults.user = { message: words.fault.userMissing };
  if (draft.password.from === 'typed' && draft.password.text === '')
    faults.password = { message: words.fault.passwordMissing };
  Object.assign(faults, wayFaults(draft));
  for (const name of keptElsewhere({ draft, origin }))
    faults[passwordFields[name]] = { message: words.fault.passwordElsewhere };
  return faults;
}

const passwordFields = { database: 'password', tunnel: 'server.password', jump: 'jump.password' } as const;

function checkContent(state: WizardState): Faults {
  const { draft, content } = state;
  if (draft.kind === 'postgres' && draft.databases.length === 0)
    return { databases: { message: words.fault.databaseMissing } };
  if (draft.kind === 'sqlite' && content.which === 'data') return { tables: { message: words.fault.dataOfFile } };
  if (content.which !== 'only' && content.which !== 'except') return {};
  const names = content[content.which];
  if (names.length === 0) return { tables: { message: words.fault.tablesMissing } };
  const { patterns, unknown } = checkNames(names, knownTables(state));
  if (patterns.length > 0)
    return { tables: { message: words.fault.patterns(patterns), hint: words.fault.patternsHint } };
  if (unknown.length > 0)
    return { tables: { message: words.fault.unknownTables(unknown), hint: words.fault.unknownTablesHint } };
  return {};
}

function checkFinish({ finish, origin }: WizardState, takenNames: readonly string[]): Faults {
  if (finish.name === '') return { name: { message: words.fault.nameMissing } };
  if (!z.safeParse(SourceName, finish.name).success) return { name: { message: words.fault.nameForm } };
  if (origin.kind === 'new' && takenNames.includes(finish.name))
    return { name: { message: words.fault.nameTaken(finish.name) } };
  return {};
}
