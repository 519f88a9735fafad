declare const content: unique symbol;
/** The JSON text of a T, as this catalog keeps it. */
export type Json<T> = string & { readonly [content]: T };

/**
 * A document that this catalog wrote itself, from a typed value, in a STRICT table that `json_valid` guards. It is not
 * parsed against its schema again: lists have thousands of rows. A migration that changes a shape rewrites the rows.
 */
export function fromJson<T>(text: Json<T>): T {
  return JSON.parse(text) as T;
}
