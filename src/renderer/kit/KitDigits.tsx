import { TextArea } from '../ui/TextField.tsx';
import { kitWords } from '../words/kit.ts';
import css from './Kit.module.css';

const words = kitWords.enter;
const allDigits = 64;

/** Blanks and dashes are for the eye. */
const digitsIn = (text: string): number => text.replaceAll(/[\s-]+/g, '').length;
export const isWholeKit = (text: string): boolean => digitsIn(text) === allDigits;
export const isNoKit = (text: string): boolean => digitsIn(text) === 0;

/** The secret of a place, as it stands on its kit. It goes into one call and is kept by nothing here. */
export function KitDigits({
  value,
  onChange,
  wrong,
}: {
  value: string;
  onChange: (text: string) => void;
  wrong?: string | undefined;
}) {
  return (
    <TextArea
      label={words.field}
      value={value}
      onChange={onChange}
      rows={8}
      mono
      className={css.digits ?? ''}
      hint={words.count(digitsIn(value))}
      wrong={wrong}
    />
  );
}
