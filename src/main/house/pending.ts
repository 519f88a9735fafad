import { Fail } from '../../shared/failure.ts';

/** A call that the contract declares ahead of its handler: refused as unknown until the commit that brings it. */
export const pending = async (): Promise<never> => {
  throw new Fail('call.unknown', 'This call is declared and not answered yet.');
};
