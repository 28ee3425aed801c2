/** Which objects an import is about, by their names. */
export interface Filter {
    readonly only: readonly string[];
    readonly exclude: readonly string[];
    /** Whether tables are declared as well. */
    readonly tables: boolean;
}

const escaped = (text: string) => text.replace(/[\\^$.|+()[\]{}]/g, "\\$&");

/** A pattern as in a shell: `*` stands for any text, `?` for one character. */
const patternOf = (glob: string) =>
    new RegExp(`^${escaped(glob).replaceAll("*", "[^]*").replaceAll("?", "[^]")}$`, "u");

/** Whether the name of a connection or table is wanted. */
export const isWanted = ({ only, exclude }: Pick<Filter, "only" | "exclude">, name: string): boolean =>
    (only.length === 0 || only.some((glob) => patternOf(glob).test(name))) &&
    !exclude.some((glob) => patternOf(glob).test(name));
