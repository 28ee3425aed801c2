/** Receives one line of progress for the user. */
export type Log = (line: string) => void;
