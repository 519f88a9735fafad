import { type ReactNode } from 'react';
import { I18nProvider } from 'react-aria-components';

/** All words of the window are English, so those that the controls say by themselves are too. */
export function English({ children }: { children: ReactNode }) {
  return <I18nProvider locale="en-US">{children}</I18nProvider>;
}
