/** What the app's own command line may say. */
export const hiddenSwitch = '--hidden';
export const selfCheckSwitch = '--self-check';
