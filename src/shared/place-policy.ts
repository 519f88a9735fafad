/** Pure: how a place is set up so that the login on this computer can store and read, and not remove. */
import type { DestinationSettings } from './destination.ts';
import { policyWithoutDelete } from './s3-policy.ts';

/** To paste, in the words of the kind of place; null where it knows no such right. */
export function rightsWithoutDelete(settings: DestinationSettings): string | null {
  switch (settings.kind) {
    case 's3':
      return JSON.stringify(policyWithoutDelete(settings), null, 2);
    case 'azure':
      // Create without write: what is there already is not replaced.
      return `az storage container generate-sas --account-name ${settings.account} --name ${settings.container} --permissions rcl --https-only --expiry YYYY-MM-DD`;
    default:
      return null;
  }
}
