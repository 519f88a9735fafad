/** How the app is packed. `npm run package` (scripts/package.mjs) calls it with the folder that it has put together. */
import type { Configuration } from 'electron-builder';

type Fuses = Required<Omit<NonNullable<Configuration['electronFuses']>, 'resetAdHocDarwinSignature'>>;

/** Every fuse, set on purpose. A new one in Electron is a type error here until somebody has decided it. */
export const fuses: Fuses = {
  runAsNode: false,
  enableCookieEncryption: true,
  enableNodeOptionsEnvironmentVariable: false,
  enableNodeCliInspectArguments: false,
  enableEmbeddedAsarIntegrityValidation: true,
  onlyLoadAppFromAsar: true,
  loadBrowserProcessSpecificV8Snapshot: false,
  grantFileProtocolExtraPrivileges: false,
};

const config: Configuration = {
  appId: 'app.holdfast.desktop',
  productName: 'Holdfast',
  copyright: 'MIT licence',
  // Put together by scripts/package.mjs: what was built, the pictures, and the packages that the main process imports.
  directories: { app: 'dist/app', output: 'dist', buildResources: 'resources' },
  files: ['**/*'],
  // Electron's own licence lies beside it under its own name.
  extraFiles: ['LICENSE'],
  asar: true,
  // Binaries cannot be loaded out of an archive, and what other programs open cannot be read there.
  asarUnpack: ['**/*.node', 'README.md', 'docs/**'],
  // The packages bring binaries that need no rebuilding (Node-API).
  npmRebuild: false,
  electronFuses: fuses,
  mac: {
    target: ['dmg'],
    icon: 'resources/icon.icns',
    category: 'public.app-category.developer-tools',
    hardenedRuntime: true,
    // A dock icon that comes and goes with the window would hide the menu of the application.
    extendInfo: { LSUIElement: false },
  },
  win: { target: ['nsis'], icon: 'resources/icon.ico' },
  nsis: { oneClick: true, perMachine: false, deleteAppDataOnUninstall: false },
  linux: {
    target: ['AppImage', 'deb'],
    icon: 'resources/icons',
    category: 'Utility',
    executableName: 'holdfast',
    syncDesktopName: true,
    synopsis: 'Backs up and provably restores PostgreSQL and SQLite',
    maintainer: 'Holdfast <holdfast@localhost>',
  },
  // Nothing is uploaded from the machine that packs.
  publish: null,
};
export default config;
