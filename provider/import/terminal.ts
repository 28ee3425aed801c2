/** What a command prints: its report on standard output, and its progress where that is watched. */
export interface Terminal {
    readonly print: (text: string) => void;
    /** The step that is under way; replaced by the next one. */
    readonly progress: (text: string) => void;
}

const clearLine = "\r\u001b[K";

/** The terminal of this process. Progress is shown only on one, so that a log has the report alone. */
export function processTerminal(): Terminal {
    const { stdout, stderr } = process;
    const isWatched = stderr.isTTY;
    const clear = () => {
        if (isWatched) stderr.write(clearLine);
    };
    return {
        print: (text) => {
            clear();
            stdout.write(`${text}\n`);
        },
        progress: (text) => {
            clear();
            if (isWatched && text !== "") stderr.write(`… ${text}`);
        },
    };
}
