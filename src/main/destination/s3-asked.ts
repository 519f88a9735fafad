/** What a call about the setting up of a bucket says, or why it says nothing: each may be forbidden, or not be known there. */
import type { PlaceFact } from '../../shared/place-admin.ts';
import { ServiceFail } from './service-fail.ts';

/** The service does not know the call at all. */
const unknownCalls = new Set(['NotImplemented', 'MethodNotAllowed', 'UnsupportedOperation', 'UnsupportedArgument']);

/** What a call says, or why it says nothing. */
export async function asked<T>(work: Promise<T>): Promise<{ got: T } | { fail: ServiceFail }> {
  try {
    return { got: await work };
  } catch (thrown) {
    if (thrown instanceof ServiceFail && thrown.status !== undefined && thrown.status < 500) return { fail: thrown };
    if (thrown instanceof ServiceFail && thrown.said === 'NotImplemented') return { fail: thrown };
    throw thrown;
  }
}

/** Why it is not known, or that the service does not have it. */
export function unread(fail: ServiceFail, right: string): PlaceFact {
  if (unknownCalls.has(fail.said) || fail.status === 501)
    return { state: 'none', words: 'This service does not have it by the calls of S3.' };
  if (fail.code === 'destination.permission')
    return { state: 'unknown', words: `This key may not look (${right}). That is well, and only the console tells.` };
  return { state: 'unknown', words: fail.message };
}
