/** Failures by their code, as each noun declares them. */
export type FailureTable = Record<string, { hint: string; retryable: boolean }>;
