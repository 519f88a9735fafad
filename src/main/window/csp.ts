/** The content security policy of the window, the same in every door. */

/** Of the one `<style>` that React Aria puts into a page (`touch-action` of what can be pressed). A test recomputes it. */
export const pressStyleHash = 'sha256-38RhXrc7EdReTKsOm23ZPOCUgniTUUcjky8QOOrQx6o=';

/** @param connect where the page may send requests: to its own door by HTTP, or nowhere. */
export function contentSecurityPolicy(connect: "'self'" | "'none'"): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' '${pressStyleHash}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src ${connect}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
