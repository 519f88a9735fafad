import { useEffect } from 'react';
import { useHeld } from '../store/hooks.ts';

/** The theme a person chose; the system's where nobody did. */
export function useTheme(): void {
  const theme = useHeld((state) => state.preferences.theme);
  useEffect(() => {
    const { dataset } = document.documentElement;
    if (theme === 'system') delete dataset['theme'];
    else dataset['theme'] = theme;
  }, [theme]);
}
