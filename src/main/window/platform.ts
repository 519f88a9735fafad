import type { DoorFacts } from '../../shared/door.ts';

/** The platform as the window words its shortcuts and folders by. */
export function platformName(platform: NodeJS.Platform): DoorFacts['platform'] {
  return platform === 'darwin' || platform === 'win32' || platform === 'linux' ? platform : 'other';
}
