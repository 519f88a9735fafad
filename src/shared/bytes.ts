/** `1.4 MB`; thousands, as disks are sold. */
export function bytes(sizeBytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];
  let value = sizeBytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1_000;
    unit += 1;
  }
  return `${unit === 0 || value >= 99.95 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

const sizes: Readonly<Record<string, number>> = {
  '': 1,
  k: 1_000,
  m: 1_000_000,
  g: 1_000_000_000,
  t: 1_000_000_000_000,
  ki: 1_024,
  mi: 1_024 ** 2,
  gi: 1_024 ** 3,
  ti: 1_024 ** 4,
};

/** `2MB`, `1.5 GB`, `100 MiB`, `800kB`, `4096`: whole bytes; undefined for anything else. */
export function parseBytes(text: string): number | undefined {
  const [, number = '', unit = ''] = /^(\d{1,15}(?:\.\d{1,6})?)\s*((?:[kmgt]i?)?)b?$/i.exec(text.trim()) ?? [];
  const factor = sizes[unit.toLowerCase()];
  return number === '' || factor === undefined ? undefined : Math.round(Number(number) * factor);
}
