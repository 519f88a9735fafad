/** What is wrong with a field, and what mends it. */
export interface Fault {
  message: string;
  hint?: string;
}

/** The same as the text of a field. */
export const faultText = (fault: Fault | undefined): string | undefined =>
  fault === undefined ? undefined : fault.hint === undefined ? fault.message : `${fault.message} ${fault.hint}`;
