/** It brings no types. As much as scripts/package.mjs uses. */
declare module 'electron-installer-debian' {
  interface Data {
    src: string;
    dest: string;
    arch: 'amd64' | 'arm64';
    options: Record<string, unknown>;
  }
  const installer: (data: Data) => Promise<unknown>;
  export default installer;
}
