import { existsSync } from 'node:fs';
import path from 'node:path';
import { Fail } from '../../shared/failure.ts';
import type { SourceDraft } from '../../shared/source.ts';
import { draftOfEnv, draftOfUrl } from '../source/draft.ts';
import { readEnvFile } from '../source/read-env-file.ts';
import { freeName } from './free-name.ts';
import type { Rooms } from './rooms.ts';

/** What a URL or a `.env` file says. The password stays here, under the draft's id. */
export function readSource(rooms: Rooms, input: { url: string } | { envFile: string }): SourceDraft {
  const around = { account: rooms.env.account, pgpass: existsSync(rooms.env.pgpassFile) };
  const { password, name, ...read } =
    'url' in input ? draftOfUrl(input.url, around) : draftOfEnv(textOf(input.envFile), input.envFile, around);
  return {
    ...read,
    draft: rooms.drafts.keep(password, read.settings),
    name: freeName(rooms, name),
    passwordFound: password !== undefined,
  };
}

function textOf(file: string): string {
  if (!path.isAbsolute(file)) throw new Fail('call.malformed', `${file} is not an absolute path.`);
  return readEnvFile(file);
}
