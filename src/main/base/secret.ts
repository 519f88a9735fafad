import { inspect } from 'node:util';
import { Fail } from '../../shared/failure.ts';

const hidden = '•••';

/**
 * A secret in memory. However it is printed, joined or serialised it shows three dots; only `reveal()` gives the text.
 */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return hidden;
  }

  toJSON(): string {
    return hidden;
  }

  [inspect.custom](): string {
    return hidden;
  }
}

/**
 * What somebody gave to be kept, as it is: blanks at its ends and every form of a letter are part of it.
 * @throws Fail vault.unusable-secret where it has a line end or a zero byte: files of passwords and headers cannot carry them.
 */
export function givenText(text: string): Secret {
  if (/[\n\r\0]/.test(text))
    throw new Fail('vault.unusable-secret', 'A password, passphrase or key has one line, and this one has more.');
  return new Secret(text);
}

/** The forms in which a secret may turn up in the words of other programs. */
function formsOf(secret: string): string[] {
  const escaped = JSON.stringify(secret).slice(1, -1);
  return [secret, escaped, encodeURIComponent(secret), secret.replaceAll('\\', '\\\\').replaceAll("'", "\\'")];
}

/**
 * Takes known secrets out of any text. One per process: a secret is made known when it arrives, before anything is logged.
 * Secrets shorter than four characters are not searched for (they would blank ordinary words); they are never logged on purpose.
 */
export class Redactor {
  readonly #forms = new Set<string>();

  learn(secret: Secret): void {
    const text = secret.reveal();
    if (text.length < 4) return;
    for (const form of formsOf(text)) this.#forms.add(form);
  }

  clean(text: string): string {
    let cleaned = text;
    for (const form of this.#forms) cleaned = cleaned.replaceAll(form, hidden);
    // A URL's password goes whether it is known or not.
    return cleaned.replaceAll(/(\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@]*):[^\s@/]+@/gi, `$1:${hidden}@`);
  }
}
