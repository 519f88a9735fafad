/** What a program of this project is started with, so that it need not compile again what another start compiled. */
export function codeCache(): Record<string, string> {
  const { NODE_COMPILE_CACHE: folder } = process.env;
  return folder === undefined ? {} : { NODE_COMPILE_CACHE: folder };
}
