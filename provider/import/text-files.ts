import { numbered } from "./identifiers";

export interface OutputFile {
    readonly name: string;
    readonly text: string;
}

/** Files of texts beside a program: one for each text, as connections often share their certificates. */
export class TextFiles {
    private readonly names = new Map<string, string>();

    constructor(private readonly isTaken: (file: string) => boolean) {}

    /** The name of the file of a text. */
    add(id: string, ending: string, text: string): string {
        const complete = text.endsWith("\n") ? text : `${text}\n`;
        const known = this.names.get(complete);
        if (known !== undefined) return known;
        const base = `${id.replace(/[^\p{L}\p{N}._-]+/gu, "-")}-${ending.replace(/\.\w+$/, "")}`;
        const extension = /\.\w+$/.exec(ending)?.[0] ?? "";
        // Some file systems do not tell capitals from small letters.
        const isUsed = (file: string) =>
            [...this.names.values()].some((one) => one.toLowerCase() === file.toLowerCase());
        const free = numbered(base, (one) => isUsed(one + extension) || this.isTaken(one + extension), "-");
        const name = free + extension;
        this.names.set(complete, name);
        return name;
    }

    get files(): OutputFile[] {
        return [...this.names].map(([text, name]) => ({ name, text }));
    }
}
