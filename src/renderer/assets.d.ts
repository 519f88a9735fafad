/** What the build makes of files that are not code. */
declare module '*.module.css' {
  const classes: Readonly<Record<string, string>>;
  export default classes;
}
declare module '*.css';
declare module '*.svg?raw' {
  const text: string;
  export default text;
}
