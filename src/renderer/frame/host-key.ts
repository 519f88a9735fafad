/** Pure: what a port and a fingerprint look like where a person writes them. */

export const isPort = (text: string): boolean =>
  /^[0-9]{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535;
export const isFingerprint = (text: string): boolean => /^SHA256:[A-Za-z0-9+/]{43}=?$/.test(text);
