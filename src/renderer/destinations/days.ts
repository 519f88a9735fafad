/** Days as somebody types them. NaN where it is no number; null where nothing was typed. */
export const daysOf = (text: string): number | null => (text.trim() === '' ? null : Number(text.trim()));

export const areDays = (days: number | null): days is number =>
  days !== null && Number.isInteger(days) && days >= 1 && days <= 36_500;
